"""The diagnosis as JSON, version 1, for other programs."""

import contextlib
import json
import os
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from tts_align.alignment import CorpusFigures, Event, figures
from tts_align.files import atomic_path
from tts_align.report.diagnosed import Diagnosed
from tts_align.report.hints import hints_for, troubles

VERSION = 1


class RecordStream:
    """Writes the diagnosis as JSON while it is made; nothing of an utterance is kept but what it adds to the counts.

    The object has `version`, `utterances` (each with `id`, `text`, `seconds`, `metrics`, `events`, `ending`,
    `verdict`), `corpus` and `hints`. It is valid JSON once `finish` was called.

    Example:
        >>> import io
        >>> out = io.StringIO()
        >>> RecordStream(out).finish()
        >>> json.loads(out.getvalue())["utterances"]
        []
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._corpus = CorpusFigures()
        self._found: set[str] = set()
        out.write(f'{{\n  "version": {VERSION},\n  "utterances": [')

    def add(self, each: Diagnosed) -> None:
        """Writes one utterance."""
        self._out.write(",\n    " if self._corpus.n_utterances else "\n    ")
        self._out.write(_laid_out(utterance_record(each), "    "))
        self._corpus += figures([each.analysis])
        self._found |= troubles(each)

    def finish(self) -> None:
        """Writes the rest: the figures of the corpus and what usually helps."""
        self._out.write("\n  ],\n" if self._corpus.n_utterances else "],\n")
        self._out.write(f'  "corpus": {_dumped(corpus_record(self._corpus), 2)},\n')
        self._out.write(f'  "hints": {_dumped(hints_for(self._found), 2)}\n}}\n')
        self._out.flush()


@contextlib.contextmanager
def record_stream(out: TextIO) -> Iterator[RecordStream]:
    """Starts a `RecordStream` that is finished when the block ends without an error."""
    stream = RecordStream(out)
    yield stream
    stream.finish()


@contextlib.contextmanager
def record_file(path: str | os.PathLike[str]) -> Iterator[RecordStream]:
    """Opens a file for a `RecordStream`, written whole or not at all.

    Raises:
        FileError: `path` cannot be written.
    """
    with atomic_path(path) as temporary, open(temporary, "w", encoding="utf8") as file, record_stream(file) as stream:
        yield stream


def record(diagnosed: Iterable[Diagnosed]) -> dict[str, Any]:
    """What a `RecordStream` writes, as plain values.

    Example:
        >>> record([])["corpus"]["utterances"], record([])["version"]
        (0, 1)
    """
    utterances = list(diagnosed)
    return {
        "version": VERSION,
        "utterances": [utterance_record(each) for each in utterances],
        "corpus": corpus_record(figures(each.analysis for each in utterances)),
        "hints": hints_for(name for each in utterances for name in troubles(each)),
    }


def utterance_record(each: Diagnosed) -> dict[str, Any]:
    """One utterance as plain values."""
    ending = each.analysis.ending
    return {
        "id": each.id,
        "text": each.text,
        "seconds": round(each.analysis.seconds, 6),
        "metrics": each.analysis.metrics,
        "events": [event_record(event) for event in each.analysis.events],
        "ending": ending and {"cause": ending.cause, "symbols": list(ending.symbols), "words": list(ending.words)},
        "verdict": each.analysis.verdict,
    }


def event_record(event: Event) -> dict[str, Any]:
    """One event as plain values."""
    return {
        "kind": event.kind,
        "symbols": list(event.symbols),
        "words": list(event.words),
        "steps": list(event.steps),
        "seconds": list(event.seconds),
        "severity": event.severity,
        "times": event.times,
    }


def corpus_record(corpus: CorpusFigures) -> dict[str, Any]:
    """The counts and rates of a set of utterances as plain values."""
    return {
        "utterances": corpus.n_utterances,
        "faulty": corpus.n_faulty,
        "share_faulty": round(corpus.share_faulty, 6),
        "words": corpus.n_words,
        "seconds": round(corpus.seconds, 6),
        "metrics": corpus.metrics,
        "events": corpus.events,
        "events_per_100_utterances": {kind: round(rate, 6) for kind, rate in corpus.events_per_100_utterances.items()},
    }


def _laid_out(utterance: dict[str, Any], indent: str) -> str:
    """A line for each value, and for each event: numbers of one thing stay on one line."""
    lines = []
    for name, value in utterance.items():
        text = _dumped(value)
        if name == "events" and value:
            text = "[\n" + ",\n".join(f"{indent}    {_dumped(event)}" for event in value) + f"\n{indent}  ]"
        lines.append(f"{indent}  {_dumped(name)}: {text}")
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def _dumped(value: Any, indent: int | None = None) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
    return text if indent is None else text.replace("\n", "\n" + " " * indent)
