"""Speaks from the files of an exported voice with NumPy and onnxruntime; torch is not loaded."""

import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from tts_align.deploy.card import CARD_FILE, ENCODER_FILE, POSTNET_FILE, STEP_FILE, DeployCard, load_card, load_graph
from tts_align.deploy.noise import mix
from tts_align.deploy.steps import StepLoop
from tts_align.errors import TextError, VoiceError
from tts_align.text import Alphabet, Unknown, read_text


@dataclass(frozen=True)
class Spoken:
    """What a voice said of one text.

    Attributes:
        symbols: (N,) what it read.
        mel: (L, M) natural log mel, before the postnet.
        refined_mel: (L, M) after it.
        weights: (T, N) attention, one-hot rows.
        stop_logits: (T,); positive means stop.
        stopped_by: why it ended.
    """

    symbols: tuple[str, ...]
    mel: np.ndarray
    refined_mel: np.ndarray
    weights: np.ndarray
    stop_logits: np.ndarray
    stopped_by: Literal["gate", "attention", "limit"]


class DeployedVoice:
    """An exported voice.

    Args:
        folder: as `tts-align export` wrote it.
        n_threads: of onnxruntime; 0 takes all cores.
        providers: of onnxruntime, in order of preference.

    Raises:
        VoiceError: a file is missing, truncated or swapped, or onnxruntime is not installed.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        n_threads: int = 0,
        providers: Sequence[str] = ("CPUExecutionProvider",),
    ):
        place = Path(folder)
        self.card: DeployCard = load_card(place)
        self.alphabet = Alphabet(self.card.letters, self.card.pronunciations)  # type: ignore[arg-type]
        if list(self.alphabet.symbols) != self.card.symbols:  # ids would mean other symbols to the graphs
            fix = "Export the voice anew, with this version of tts-align."
            expected = f"the {len(self.alphabet)} symbols of its letters and pronunciations, in this version's order"
            raise VoiceError(where=str(place / CARD_FILE), expected=expected, found="others", fix=fix)
        graphs = {name: load_graph(place, name, self.card) for name in self.card.files}
        sessions = {name: _session(place / name, graph, n_threads, providers) for name, graph in graphs.items()}
        self._encoder, self._step = sessions[ENCODER_FILE], sessions[STEP_FILE]
        self._postnet = sessions.get(POSTNET_FILE)

    def speak(self, text: str, seed: int = 0, *, unknown: Unknown = "error") -> Spoken:
        """Speaks one text; the numbers are those of `tts_align.Voice.synthesize` with the same seed.

        Raises:
            TextError: there is nothing to say, or a character cannot be read.
        """
        return self.speak_batch([text], seed, unknown=unknown)[0]

    def speak_batch(self, texts: Sequence[str], seed: int = 0, *, unknown: Unknown = "error") -> list[Spoken]:
        """Speaks several texts at once; each is spoken as it would be alone.

        Raises:
            TextError: as in `speak`; nothing is spoken then.
        """
        readings = [read_text(text, unknown, self.alphabet.letters) for text in texts]
        symbols = [self.alphabet.encode(reading.spoken, unknown) for reading in readings]
        seeds = np.array([mix(seed, zlib.crc32("".join(each).encode())) for each in symbols], dtype=np.int64)
        limits = [self._limit_steps(len(each)) for each in symbols]
        return self.speak_symbols([self.alphabet.ids(each) for each in symbols], seeds, limits)

    def speak_symbols(
        self, ids: Sequence[np.ndarray], seeds: np.ndarray, limit_steps: Sequence[int], rest_steps: int | None = None
    ) -> list[Spoken]:
        """Speaks symbols.

        Args:
            ids: B times (N,) ids of `card.symbols`.
            seeds: (B,) int64, of the prenet's dropout.
            limit_steps: B times the most steps.
            rest_steps: steps on the last symbol after which an utterance is over; by the card unless given.

        Returns:
            B utterances.

        Raises:
            TextError: there is no text, an empty one, or an id that is no symbol.
        """
        n_symbols = len(self.card.symbols)
        if not len(ids) or not all(len(each) and each.min() >= 0 and each.max() < n_symbols for each in ids):
            expected = f"at least one text, each of ids from 0 to {n_symbols - 1}"
            raise TextError(where="symbols", expected=expected, found="others", fix="Encode with the voice's alphabet.")
        lengths = np.array([len(each) for each in ids], dtype=np.int32)
        padded = np.zeros((len(ids), int(lengths.max())), dtype=np.int64)
        for row, each in zip(padded, ids, strict=True):
            row[: len(each)] = each
        names = [output.name for output in self._encoder.get_outputs()]
        tables = dict(zip(names, self._encoder.run(None, {"symbols": padded, "lengths": lengths}), strict=True))
        loop = StepLoop(self._step, self.card, tables, lengths, seeds, limit_steps, rest_steps or self.card.rest_steps)
        while loop.is_speaking:
            loop.step()
        return [self._spoken(loop, i, each) for i, each in enumerate(ids)]

    def _spoken(self, loop: StepLoop, i: int, ids: np.ndarray) -> Spoken:
        frames, stop_logits, path = loop.of_utterance(i)
        scale, mean = np.array(self.card.mel_scale, np.float32), np.array(self.card.mel_mean, np.float32)
        refined = frames
        if self._postnet is not None:
            inputs = {"mel": frames[None], "lengths": np.array([len(frames)], dtype=np.int32)}
            refined = self._postnet.run(None, inputs)[0][0]
        weights = np.eye(len(ids), dtype=np.float32)[path]
        symbols = tuple(self.card.symbols[number] for number in ids)
        return Spoken(symbols, frames * scale + mean, refined * scale + mean, weights, stop_logits, loop.stopped_by[i])

    def _limit_steps(self, n_symbols: int) -> int:
        card = self.card
        limit = (np.float32(n_symbols) * card.limit_seconds_per_symbol + card.limit_seconds) / card.seconds_per_step
        return int(np.ceil(np.float32(limit)))


def _session(path: Path, graph: bytes, n_threads: int, providers: Sequence[str]) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        fix = "Install it: pip install 'tts-align[deploy]'"
        expected = "the package onnxruntime"
        raise VoiceError(where=str(path), expected=expected, found="it is not installed", fix=fix) from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = n_threads, 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(graph, options, providers=list(providers))
    except Exception as error:  # its exceptions have no common base
        found = str(error).splitlines()[0][:120]
        fix = "Install a newer onnxruntime, or name other providers."
        raise VoiceError(
            where=str(path), expected="a graph that this onnxruntime can run", found=found, fix=fix
        ) from error
