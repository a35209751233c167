"""Timings as JSON, version 1, and durations as bare arrays."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from tts_align.alignment.textgrid import Interval
from tts_align.alignment.timings import Timings
from tts_align.errors import AlignmentError
from tts_align.files import atomic_path, write_text

VERSION = 1


def timings_record(timings: Timings) -> dict[str, Any]:
    """The timings of an utterance as plain values.

    Returns:
        `version`, `id`, `text`, `seconds`, `seconds_per_step`, `words` (each with `word`, `symbols` [start, stop),
        `seconds` [start, stop], `confidence`) and `symbols` (each with `symbol`, `steps`, `frames` where they are
        known, `seconds` [start, stop], `confidence`).
    """
    frames = timings.frame_durations
    symbols = [
        {"symbol": each.label, "steps": timings.durations[j]}
        | ({} if frames is None else {"frames": frames[j]})
        | _times(each)
        for j, each in enumerate(timings.symbols)
    ]
    words = [
        {"word": each.label, "symbols": list(span)} | _times(each)
        for each, span in zip(timings.words, timings.word_symbols, strict=True)
    ]
    return {
        "version": VERSION,
        "id": timings.id,
        "text": timings.text,
        "seconds": timings.sound_seconds,
        "seconds_per_step": timings.seconds_per_step,
        "words": words,
        "symbols": symbols,
    }


def write_timings(path: str | os.PathLike[str], timings: Timings) -> None:
    """Writes `timings_record` as JSON, whole or not at all.

    Raises:
        FileError: `path` cannot be written.
    """
    write_text(path, json.dumps(timings_record(timings), ensure_ascii=False, allow_nan=False) + "\n")


def read_timings(path: str | os.PathLike[str]) -> Timings:
    """Reads what `write_timings` wrote, exactly.

    Raises:
        AlignmentError: the file is missing, no JSON, of another version, or lacks something.
    """
    try:
        record = json.loads(Path(path).read_text(encoding="utf-8"))
        if record["version"] != VERSION:
            raise ValueError(f"version {record['version']}")
        return _timings(record)
    except OSError as error:
        found = error.strerror or "a file that cannot be read"
    except (KeyError, TypeError) as error:
        found = f"no {error}" if isinstance(error, KeyError) else f"something else in a field: {error}"
    except ValueError as error:  # also what json raises
        found = str(error)
    raise AlignmentError(
        where=str(path), expected=f"timings in JSON, version {VERSION}", found=found, fix="Make the file again."
    )


def write_durations(path: str | os.PathLike[str], durations: tuple[int, ...]) -> None:
    """Writes durations as an int64 `.npy`, whole or not at all.

    Raises:
        FileError: `path` cannot be written.
    """
    with atomic_path(path) as temporary:
        np.save(temporary, np.array(durations, dtype=np.int64), allow_pickle=False)


def read_durations(path: str | os.PathLike[str]) -> np.ndarray:
    """Reads durations: (N,) int64, >= 0.

    Raises:
        AlignmentError: the file is missing, broken, or holds something else.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "one.npy"
        >>> write_durations(path, (2, 0, 3))
        >>> read_durations(path).tolist()
        [2, 0, 3]
    """
    try:
        with open(path, "rb") as file:
            durations = np.load(file, allow_pickle=False)
        if not isinstance(durations, np.ndarray) or durations.ndim != 1 or durations.dtype.kind not in "iu":
            raise ValueError("something else")
        if (durations < 0).any():
            raise ValueError(f"{durations.min()} steps")
    except (OSError, ValueError, EOFError) as error:
        found = getattr(error, "strerror", None) or str(error)
        fix = "Make the file again."
        raise AlignmentError(where=str(path), expected="whole numbers >= 0 in a row", found=found, fix=fix) from error
    return durations.astype(np.int64)


def _times(interval: Interval) -> dict[str, Any]:
    seconds = [interval.start_seconds, interval.stop_seconds]
    return {"seconds": seconds, "confidence": interval.confidence}


def _interval(record: dict[str, Any], label: str) -> Interval:
    start, stop = record["seconds"]
    confidence = record["confidence"]
    return Interval(float(start), float(stop), str(record[label]), None if confidence is None else float(confidence))


def _timings(record: dict[str, Any]) -> Timings:
    symbols = record["symbols"]
    in_frames = tuple(int(symbol["frames"]) for symbol in symbols if "frames" in symbol)
    return Timings(
        id=str(record["id"]),
        text=str(record["text"]),
        words=tuple(_interval(word, "word") for word in record["words"]),
        word_symbols=tuple((int(start), int(stop)) for start, stop in (word["symbols"] for word in record["words"])),
        symbols=tuple(_interval(symbol, "symbol") for symbol in symbols),
        durations=tuple(int(symbol["steps"]) for symbol in symbols),
        frame_durations=in_frames if symbols and len(in_frames) == len(symbols) else None,
        seconds_per_step=float(record["seconds_per_step"]),
        sound_seconds=float(record["seconds"]),
    )
