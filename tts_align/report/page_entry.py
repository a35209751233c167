"""What the page keeps of one utterance: a row of its table and, where there is room, the map."""

import base64
import json
import math
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from tts_align.alignment import Alignment, words_of
from tts_align.report.diagnosed import Diagnosed, describe, describe_ending

SHOWN_METRICS = ("locality", "monotonicity", "completeness")
MOST_CELLS = 400_000  # of a map; a larger one is made smaller, since no screen has so many points


@dataclass(frozen=True)
class PageEntry:
    """One utterance of the page as JSON that can stand inside a script element.

    Args:
        row: what the table and the text need.
        map: what the map needs; None if it was not asked for.
    """

    row: str
    map: str | None


def page_entry(each: Diagnosed, alignment: Alignment, folder: Path, *, with_map: bool = True) -> PageEntry:
    """Packs an utterance while its weights are there.

    Args:
        each: the utterance.
        alignment: its weights.
        folder: where the page will lie; the sound is named relative to it.
        with_map: whether the map is wanted.
    """
    text, places = _shown_text(alignment, each.text)
    events = [
        {
            "kind": event.kind,
            "symbols": list(event.symbols),
            "seconds": [round(second - alignment.start_seconds, 6) for second in event.seconds],
            "text": _place(places, (event.symbols[1], event.symbols[1]) if event.kind == "babble" else event.symbols),
            "severity": event.severity,
            "says": describe(event),
        }
        for event in each.analysis.events
    ]
    ending = each.analysis.ending
    row = {
        "id": each.id,
        "text": text,
        "seconds": round(alignment.seconds, 4),
        "metrics": [round(each.analysis.metrics[name], 4) for name in SHOWN_METRICS],
        "events": events,
        "ending": describe_ending(ending) if ending else None,
        "wave": _relative(each.wave_path, folder),
        "start": round(alignment.start_seconds, 4) or None,
    }
    packed = _script_safe(_map(alignment, places)) if with_map else None
    return PageEntry(_script_safe({name: value for name, value in row.items() if value not in (None, [])}), packed)


def shrunk(weights: np.ndarray, most_cells: int = MOST_CELLS) -> tuple[np.ndarray, int]:
    """Makes a large map smaller: each square of `factor` x `factor` cells becomes its greatest weight.

    Returns:
        The map, at most `most_cells` cells or a little more at the edges, and the factor, 1 if it was small enough.

    Example:
        >>> shrunk(np.eye(5), most_cells=9)[0].tolist()
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    factor = math.ceil(math.sqrt(weights.size / most_cells)) if weights.size > most_cells else 1
    if factor == 1:
        return weights, 1
    for axis in (0, 1):
        weights = np.maximum.reduceat(weights, np.arange(0, weights.shape[axis], factor), axis=axis)
    return weights, factor


def _map(alignment: Alignment, places: list[tuple[int, int]]) -> dict[str, Any]:
    """(T, N) weights as bytes 0-255, deflated, in base64, with all that stands along the axes."""
    weights, factor = shrunk(alignment.weights)
    levels = np.clip(np.rint(weights * 255.0), 0, 255).astype(np.uint8)
    words = words_of(alignment.symbols, alignment.text)
    return {
        "shape": list(weights.shape),
        "factor": factor,
        "steps": alignment.n_steps,
        "symbols": list(alignment.symbols),
        "words": [[word.start, word.stop, *_place(places, (word.start, word.stop)), word.text] for word in words],
        "levels": base64.b64encode(zlib.compress(levels.tobytes())).decode("ascii"),
    }


def _shown_text(alignment: Alignment, text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text as the page shows it, and where in it each symbol stands: (N,) spans of characters.

    Characters are their own text, with the capitals of the text as it was given. Phones stand, all of a word alike, at
    that word of the text they came from, or where there is none, one after the other.
    """
    symbols = alignment.symbols
    if all(len(symbol) == 1 or _is_mark(symbol) for symbol in symbols):
        spelt, places = _joined(["" if _is_mark(symbol) else symbol for symbol in symbols])
        return (text if text.lower() == spelt.lower() and len(text) == len(spelt) else spelt), places
    heard, written = words_of(symbols, text), words_of(tuple(text))
    if len(heard) != len(written):
        return _joined(["" if _is_mark(symbol) else f"{symbol} " for symbol in symbols])
    places, at = [], 0
    for j in range(len(symbols)):
        inside = next((k for k, word in enumerate(heard) if word.start <= j < word.stop), None)
        if inside is not None:
            at = written[inside].stop
        places.append((written[inside].start, at) if inside is not None else (at, at))
    return text, places


def _joined(pieces: list[str]) -> tuple[str, list[tuple[int, int]]]:
    places, at = [], 0
    for piece in pieces:
        places.append((at, at + len(piece)))
        at += len(piece)
    return "".join(pieces), places


def _is_mark(symbol: str) -> bool:
    """Whether a symbol such as <end> has no place in a text that people read."""
    return symbol == "" or (len(symbol) > 2 and symbol.startswith("<") and symbol.endswith(">"))


def _place(places: list[tuple[int, int]], symbols: tuple[int, int]) -> list[int]:
    """The characters of a span of symbols; an empty span is the place behind the symbol before it."""
    start, stop = symbols
    return [places[start][0] if start < stop else places[stop - 1][1], places[stop - 1][1]]


def _relative(wave_path: Path | None, folder: Path) -> str | None:
    """The way from the page to a sound, as a browser takes it; None if there is none."""
    if wave_path is None:
        return None
    try:
        return quote(os.fsencode(Path(os.path.relpath(wave_path, folder)).as_posix()))
    except ValueError:  # another drive
        return None


def _script_safe(value: Any) -> str:
    """JSON that can stand inside a script element whatever the strings in it hold."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
