"""A corpus made by speaking: sentences in, an LJSpeech folder with true timings out."""

import functools
import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from tts_align import __version__
from tts_align.alignment.textgrid import write_textgrid
from tts_align.audio import write_wave
from tts_align.corpus.chunks import run_chunks
from tts_align.corpus.manifest import textgrid_path
from tts_align.corpus.sentences import Sentence, sentence_lines
from tts_align.corpus.spoken import Engine
from tts_align.errors import CorpusError
from tts_align.files import write_text
from tts_align.progress import progress

VoiceKind = Literal["espeak", "joe"]


def make_corpus(
    sentences: Sequence[Sentence],
    out: str | os.PathLike[str],
    voice: VoiceKind = "espeak",
    *,
    voice_name: str = "en-us",
    seed: int = 0,
    workers: int = 1,
) -> Path:
    """Speaks sentences into `metadata.csv`, `wavs/ID.wav`, `textgrids/ID.TextGrid` and `corpus.json`.

    The same sentences, voice and seed give the same bytes on the same machine, whatever the number of workers and
    however often it was interrupted: the list is cut into fixed chunks, and each is spoken whole by a fresh process.
    A call on a folder that was begun with the same sentences goes on where it was; more sentences may follow.

    Args:
        sentences: as `read_sentences` gives them.
        out: the folder, new or begun.
        voice: `espeak` (plain, 300 times faster than real time) or `joe` (natural, some 8 times on one core).
        voice_name: which voice of espeak-ng; `joe` has one only.
        seed: of the noise of `joe`; espeak-ng has none.
        workers: processes.

    Returns:
        `out`.

    Raises:
        CorpusError: a bad argument, a missing extra, or a folder that holds something else.
        FileError: a file cannot be written.

    Example:
        >>> make_corpus([Sentence("a", "Hello.")], "hello")  # doctest: +SKIP
        PosixPath('hello')
    """
    out = Path(out)
    if voice not in _OPENERS or not sentences or workers < 1:
        raise CorpusError(
            where="make-corpus",
            expected=f"a voice of {sorted(_OPENERS)}, at least one sentence and one worker",
            found=f"voice {voice!r}, {len(sentences)} sentences, {workers} workers",
            fix="Mend the arguments.",
        )
    opener = functools.partial(_OPENERS[voice], voice_name, seed)
    note: dict[str, Any] = {"voice": voice, **_probe(opener)}
    _begin(out, note, sentences)
    size = _CHUNK_SIZES[voice]
    chunks = [sentences[i : i + size] for i in range(0, len(sentences), size)]
    open_chunks = [chunk for chunk in chunks if not all(_is_there(out, sentence) for sentence in chunk)]
    n_done = len(sentences) - sum(map(len, open_chunks))
    with progress(f"Speaking ({voice})", len(sentences), unit="sentence", done=n_done) as advance:
        for _ in run_chunks(_speak_chunk, [(out, chunk, opener) for chunk in open_chunks], workers):
            advance()
    _finish(out, note, sentences)
    return out


def _espeak(voice_name: str, seed: int) -> Engine:
    from tts_align.corpus.espeak import EspeakEngine

    return EspeakEngine(voice_name)


def _joe(voice_name: str, seed: int) -> Engine:
    from tts_align.corpus.joe import JoeEngine

    return JoeEngine(seed=seed)


_OPENERS: dict[str, Callable[[str, int], Engine]] = {"espeak": _espeak, "joe": _joe}
_CHUNK_SIZES = {"espeak": 32, "joe": 16}  # part of what makes the bytes: a change changes every corpus


def _probe(opener: Callable[[], Engine]) -> dict[str, Any]:
    """What the engine says of itself, asked in another process: this one must not load it."""
    return dict(next(iter(run_chunks(_describe, [(opener,)], workers=1))))


def _describe(opener: Callable[[], Engine]) -> Iterator[dict[str, Any]]:
    yield opener().describe()


def _speak_chunk(out: Path, chunk: Sequence[Sentence], opener: Callable[[], Engine]) -> Iterator[str]:
    engine = opener()
    for sentence in chunk:
        spoken = engine.speak(sentence.text)
        write_wave(out / "wavs" / f"{sentence.id}.wav", spoken.wave / 32768, spoken.sample_rate)
        tiers = {"words": spoken.words, "phones": spoken.phones}
        write_textgrid(textgrid_path(out, sentence.id), tiers, spoken.seconds)  # last: it says that all is there
        yield sentence.id


def _is_there(out: Path, sentence: Sentence) -> bool:
    return textgrid_path(out, sentence.id).exists() and (out / "wavs" / f"{sentence.id}.wav").exists()


def _begin(out: Path, note: dict[str, Any], sentences: Sequence[Sentence]) -> None:
    """Writes down what is being made, or checks that it is what was begun here."""
    listed, noted = out / "sentences.csv", out / "corpus.json"
    if noted.exists() and listed.exists():
        begun = _parsed(noted.read_text(encoding="utf8"))
        before = listed.read_text(encoding="utf8").split("\n")[:-1]
        now = sentence_lines(sentences).split("\n")[:-1]
        shorter = min(len(before), len(now))
        if any(begun.get(key) != value for key, value in note.items()) or before[:shorter] != now[:shorter]:
            raise CorpusError(
                where=str(out),
                expected="a corpus begun with the same voice and sentences",
                found="one of another voice, version, seed or list",
                fix="Name another folder, or remove this one.",
            )
        if len(before) >= len(now):
            return
    elif out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CorpusError(
            where=str(out),
            expected="a new folder, or a corpus begun by this command",
            found="something else",
            fix="Name another folder.",
        )
    write_text(noted, _json({**note, "complete": False}))
    write_text(listed, sentence_lines(sentences))


def _parsed(note: str) -> dict[str, Any]:
    try:
        return dict(json.loads(note))
    except (ValueError, TypeError):
        return {}


def _finish(out: Path, note: dict[str, Any], sentences: Sequence[Sentence]) -> None:
    n_bytes = sum((out / "wavs" / f"{sentence.id}.wav").stat().st_size - 44 for sentence in sentences)
    hours = round(n_bytes / 2 / note["sample_rate"] / 3600, 3)
    lines = "".join(f"{sentence.id}|{sentence.text}|{sentence.text}\n" for sentence in sentences)
    write_text(out / "metadata.csv", lines)
    write_text(out / "corpus.json", _json({**note, "complete": True, "n_utterances": len(sentences), "hours": hours}))


def _json(content: dict[str, Any]) -> str:
    return json.dumps({**content, "tts_align": __version__}, indent=1, ensure_ascii=False) + "\n"
