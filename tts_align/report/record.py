"""The diagnosis as JSON, version 1, for other programs."""

import json
from collections.abc import Sequence
from typing import Any

from tts_align.alignment import Event, figures
from tts_align.report.diagnosed import Diagnosed

VERSION = 1


def record(diagnosed: Sequence[Diagnosed]) -> dict[str, Any]:
    """The diagnosis of a set of utterances as plain values.

    Returns:
        `version`, `utterances` (each with `id`, `text`, `seconds`, `metrics`, `events`, `verdict`) and `corpus`.

    Example:
        >>> record([])["corpus"]["utterances"], record([])["version"]
        (0, 1)
    """
    corpus = figures(each.analysis for each in diagnosed)
    return {
        "version": VERSION,
        "utterances": [_utterance(each) for each in diagnosed],
        "corpus": {
            "utterances": corpus.n_utterances,
            "faulty": corpus.n_faulty,
            "share_faulty": round(corpus.share_faulty, 6),
            "words": corpus.n_words,
            "seconds": round(corpus.seconds, 6),
            "events": corpus.events,
            "events_per_100_utterances": {
                kind: round(rate, 6) for kind, rate in corpus.events_per_100_utterances.items()
            },
        },
    }


def record_json(diagnosed: Sequence[Diagnosed]) -> str:
    """`record` as indented JSON text, without NaN, closed by a newline."""
    return json.dumps(record(diagnosed), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _utterance(each: Diagnosed) -> dict[str, Any]:
    return {
        "id": each.id,
        "text": each.alignment.text,
        "seconds": round(each.analysis.seconds, 6),
        "metrics": each.analysis.metrics,
        "events": [event_record(event) for event in each.analysis.events],
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
    }
