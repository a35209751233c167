"""Alignments on disk: the `.npz` of this project."""

import os
from pathlib import Path
from typing import Any

import numpy as np

from tts_align.alignment.array_file import naming, read_arrays
from tts_align.alignment.matrix import Alignment
from tts_align.errors import AlignmentError
from tts_align.files import atomic_path

_REQUIRED = ("weights", "symbols", "seconds_per_step")


def save_alignment(path: str | os.PathLike[str], alignment: Alignment) -> None:
    """Writes an alignment as a compressed `.npz`, whole or not at all.

    Raises:
        FileError: `path` cannot be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "cat.npz"
        >>> save_alignment(path, Alignment(np.eye(3), tuple("cat"), seconds_per_step=0.1))
        >>> load_alignment(path).symbols
        ('c', 'a', 't')
    """
    arrays: dict[str, Any] = {
        "weights": alignment.weights,
        "symbols": np.array(alignment.symbols, dtype=np.str_),
        "text": np.array(alignment.text),
        "seconds_per_step": np.float64(alignment.seconds_per_step),
    }
    if alignment.stop is not None:
        arrays["stop"] = alignment.stop
    if alignment.stopped_by is not None:
        arrays["stopped_by"] = np.array(alignment.stopped_by)
    if alignment.start_seconds:
        arrays["start_seconds"] = np.float64(alignment.start_seconds)
    with atomic_path(path) as temporary, open(temporary, "wb") as file:
        np.savez_compressed(file, **arrays)


def load_alignment(path: str | os.PathLike[str]) -> Alignment:
    """Reads an alignment that `save_alignment` wrote; runs no code that the file may hold.

    Raises:
        AlignmentError: the file is missing, truncated, no archive, holds pickled objects, lacks a key, or its
            values do not fit.
    """
    arrays = read_arrays(path)
    with naming(Path(path)):
        return alignment_from_arrays(arrays)


def is_ours(arrays: dict[str, np.ndarray]) -> bool:
    """Whether arrays are those that `save_alignment` writes.

    Example:
        >>> is_ours({"alignments": np.eye(3)})
        False
    """
    return all(name in arrays for name in _REQUIRED) and arrays["weights"].ndim == 2


def alignment_from_arrays(arrays: dict[str, np.ndarray]) -> Alignment:
    """Makes an alignment of the arrays that `save_alignment` writes.

    Raises:
        AlignmentError: one is missing, or its values do not fit.
    """
    missing = [name for name in _REQUIRED if name not in arrays]
    if missing:
        fix = "Save it with tts_align.alignment.save_alignment, or give the text and the seconds of a step."
        raise _broken("", f"the arrays {', '.join(_REQUIRED)}", f"no {', '.join(missing)}", fix)
    symbols = arrays["symbols"]
    if symbols.ndim != 1 or symbols.dtype.kind != "U":
        found = f"shape {symbols.shape} of type {symbols.dtype}"
        raise _broken("symbols", "one line of text symbols", found, "Save them as an array of strings.")
    for name in ("seconds_per_step", "text", "stopped_by", "start_seconds"):
        if name in arrays and arrays[name].size != 1:
            raise _broken(name, "one value", f"shape {arrays[name].shape}", "Save a single value there.")
    return Alignment(
        weights=arrays["weights"],
        symbols=tuple(str(symbol) for symbol in symbols),
        seconds_per_step=arrays["seconds_per_step"].item(),
        text=str(arrays["text"].item()) if "text" in arrays else "",
        stop=arrays.get("stop"),
        stopped_by=str(arrays["stopped_by"].item()) if "stopped_by" in arrays else None,
        start_seconds=_number(arrays["start_seconds"]) if "start_seconds" in arrays else 0.0,
    )


def _number(array: np.ndarray) -> float:
    if array.dtype.kind not in "fiu":
        raise _broken("start_seconds", "a number", f"a value of type {array.dtype}", "Save seconds there.")
    return float(array.item())


def _broken(where: str, expected: str, found: str, fix: str) -> AlignmentError:
    return AlignmentError(where=where, expected=expected, found=found, fix=fix)
