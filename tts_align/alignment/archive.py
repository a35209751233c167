"""Alignments on disk: our own `.npz`, and bare `.npy` matrices of other systems."""

import os
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from tts_align.alignment.matrix import Alignment
from tts_align.errors import AlignmentError
from tts_align.files import atomic_path

_Made = TypeVar("_Made")
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
    with atomic_path(path) as temporary, open(temporary, "wb") as file:
        np.savez_compressed(file, **arrays)


def load_alignment(path: str | os.PathLike[str]) -> Alignment:
    """Reads an alignment that `save_alignment` wrote; runs no code that the file may hold.

    Raises:
        AlignmentError: the file is missing, truncated, no archive, holds pickled objects, lacks a key, or its
            values do not fit.
    """
    return _told(path, _load_archive)


def load_matrix(
    path: str | os.PathLike[str], text: str, seconds_per_step: float, *, text_axis: int | None = None
) -> Alignment:
    """Reads a bare `.npy` attention matrix of another system; which axis is the text is found from the text's length.

    The text axis has one position for each character of `text`, or one more for a closing symbol.

    Args:
        path: a `.npy` file with one matrix, (T, N) or (N, T).
        text: what the other system encoded.
        seconds_per_step: the sound of one decoder step.
        text_axis: 0 or 1 where the length alone cannot tell.

    Raises:
        AlignmentError: unreadable, not a matrix, no axis fits the text, or both do.
    """
    return _told(path, lambda file: _from_matrix(_load_array(file), text, seconds_per_step, text_axis))


def alignment_from_weights(
    weights: np.ndarray, text: str, seconds_per_step: float, *, text_axis: int | None = None
) -> Alignment:
    """Makes an alignment from a bare matrix and its text, by the rule of `load_matrix`.

    Raises:
        AlignmentError: no axis fits the text, or both do, or the weights are not weights.

    Example:
        >>> weights = np.repeat(np.eye(4), 2, axis=0)
        >>> alignment_from_weights(weights.T, "cat", seconds_per_step=0.05).symbols
        ('c', 'a', 't', '<end>')
    """
    return _from_matrix(np.asarray(weights), text, seconds_per_step, text_axis)


def _told(path: str | os.PathLike[str], read: Callable[[Path], _Made]) -> _Made:
    """Runs `read`, and puts the name of the file in front of whatever it complains about."""
    file = Path(path)
    try:
        return read(file)
    except AlignmentError as error:
        where = f"{file}: {error.where}" if error.where else str(file)
        raise AlignmentError(where=where, expected=error.expected, found=error.found, fix=error.fix) from error
    except OSError as error:
        fix = "Check the name and the permissions."
        raise _broken(str(file), "a file that can be read", error.strerror or str(error), fix) from error


def _load_archive(file: Path) -> Alignment:
    if file.stat().st_size == 0:
        raise _broken("", "an alignment archive (.npz)", "an empty file", "Make it again.")
    try:
        with open(file, "rb") as opened:  # np.load leaves a broken archive open
            loaded = np.load(opened, allow_pickle=False)
            if not isinstance(loaded, np.lib.npyio.NpzFile):
                raise _broken("", "an archive of named arrays", "a single array", "Name it .npy and give --text.")
            arrays = {name: loaded[name] for name in loaded.files}
    except (ValueError, EOFError, KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise _unreadable(error) from error
    missing = [name for name in _REQUIRED if name not in arrays]
    if missing:
        fix = "Save it with tts_align.alignment.save_alignment, or give the matrix alone as .npy with --text."
        raise _broken("", f"the arrays {', '.join(_REQUIRED)}", f"no {', '.join(missing)}", fix)
    return _from_arrays(arrays)


def _from_arrays(arrays: dict[str, np.ndarray]) -> Alignment:
    symbols = arrays["symbols"]
    if symbols.ndim != 1 or symbols.dtype.kind != "U":
        found = f"shape {symbols.shape} of type {symbols.dtype}"
        raise _broken("symbols", "one line of text symbols", found, "Save them as an array of strings.")
    for name in ("seconds_per_step", "text", "stopped_by"):
        if name in arrays and arrays[name].size != 1:
            raise _broken(name, "one value", f"shape {arrays[name].shape}", "Save a single value there.")
    return Alignment(
        weights=arrays["weights"],
        symbols=tuple(str(symbol) for symbol in symbols),
        seconds_per_step=arrays["seconds_per_step"].item(),
        text=str(arrays["text"].item()) if "text" in arrays else "",
        stop=arrays.get("stop"),
        stopped_by=str(arrays["stopped_by"].item()) if "stopped_by" in arrays else None,
    )


def _load_array(file: Path) -> np.ndarray:
    try:
        with open(file, "rb") as opened:
            loaded = np.load(opened, allow_pickle=False)
    except (ValueError, EOFError, zipfile.BadZipFile) as error:
        raise _unreadable(error) from error
    if not isinstance(loaded, np.ndarray):
        raise _broken("", "a single matrix", "an archive of several arrays", "Name it .npz.")
    return loaded


def _from_matrix(weights: np.ndarray, text: str, seconds_per_step: float, text_axis: int | None) -> Alignment:
    if weights.ndim == 3 and weights.shape[0] == 1:
        weights = weights[0]
    if weights.ndim != 2:
        raise _broken("weights", "a matrix", f"shape {weights.shape}", "Take one utterance, layer and head of it.")
    if not text:
        raise _broken("text", "the text that was encoded", "none", "Give it, as --text or --text-file.")
    axis = _text_axis(weights.shape, len(text)) if text_axis is None else text_axis
    if axis == 0:
        weights = weights.T
    extra = weights.shape[1] - len(text)
    if extra not in (0, 1):
        fix = "Give the text as it was encoded, each symbol one character."
        raise _broken("text", f"{weights.shape[1]} symbols, as along the matrix", f"{len(text)}", fix)
    symbols = (*text, "<end>") if extra else tuple(text)
    return Alignment(weights, symbols, seconds_per_step, text=text)


def _text_axis(shape: tuple[int, ...], n_letters: int) -> int:
    fits = [axis for axis in (0, 1) if shape[axis] - n_letters in (0, 1)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        fix = "Say which axis is the text: --text-axis 0 (rows) or --text-axis 1 (columns)."
        raise _broken("weights", f"one axis of {n_letters} symbols", f"both axes, shape {shape}", fix)
    fix = "Give the text as it was encoded, each symbol one character."
    raise _broken("weights", f"an axis of {n_letters} or {n_letters + 1} symbols for this text", f"shape {shape}", fix)


def _unreadable(error: Exception) -> AlignmentError:
    if "pickle" in str(error).lower():
        return _broken("", "plain arrays", "pickled Python objects", "They are never loaded: save plain arrays.")
    return _broken("", "an array file that is whole", f"{type(error).__name__}: {error}", "Make or copy it again.")


def _broken(where: str, expected: str, found: str, fix: str) -> AlignmentError:
    return AlignmentError(where=where, expected=expected, found=found, fix=fix)
