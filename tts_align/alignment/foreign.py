"""Attention arrays of other systems: which axis is what, and where an utterance ends in its batch."""

from collections.abc import Sequence

import numpy as np

from tts_align.alignment.matrix import ROW_SUM_TOLERANCE, Alignment
from tts_align.errors import AlignmentError

LETTERS = "BLHTN"  # utterances, layers, heads, decoder steps, symbols
MARKS = 2  # positions that the text may lack: one for its end, or one before and one after it
_ROUNDED = 1e-2  # how far a row of half-precision weights may be from its sum
_END, _START = "<end>", "<start>"
_AS_ENCODED = "Give the text as it was encoded, after cleaning, each symbol one character; phones need --phones."
_MEANINGS = "B utterances, L layers, H heads, T steps, N symbols"


def alignment_from_weights(
    weights: np.ndarray, text: str, seconds_per_step: float, *, text_axis: int | None = None
) -> Alignment:
    """Makes an alignment from the bare matrix of one utterance and its text; padding is cut off.

    The text axis is the one that has as many positions as the text has characters, or one more for a closing symbol,
    or two more for an opening and a closing one.

    Args:
        weights: (T, N) or (N, T), with axes of size 1 around.
        text: what the other system encoded, one symbol a character.
        seconds_per_step: the sound of one decoder step.
        text_axis: 0 or 1 where the length alone cannot tell.

    Raises:
        AlignmentError: no axis fits the text, or both do, or the weights are not weights.

    Example:
        >>> weights = np.repeat(np.eye(4), 2, axis=0)
        >>> alignment_from_weights(weights.T, "cat", seconds_per_step=0.05).symbols
        ('c', 'a', 't', '<end>')
    """
    weights = np.asarray(weights)
    if weights.ndim < 2 or max(weights.shape[:-2], default=1) != 1:
        fix = "Take one utterance, layer and head of it."
        raise _broken("weights", "a matrix", f"shape {weights.shape}", fix)
    if not text:
        raise _broken("text", "the text that was encoded", "none", "Give it, as --text or --text-file.")
    matrix = weights.reshape(weights.shape[-2:])
    if find_text_axis(matrix, [len(text)], text_axis) == 0:
        matrix = matrix.T
    n_marks = marks_of([matrix], [len(text)])
    own = cut(matrix, len(text) + n_marks)
    own = own if own.shape == matrix.shape else without_empty_end(own)
    return Alignment(rescaled(own), marked(tuple(text), n_marks), seconds_per_step, text)


def name_axes(shape: Sequence[int], n_utterances: int, text_axis: int, *, layers_only: bool = False) -> str:
    """Names the axes of an array of attention weights, the last two being steps and symbols.

    Axes of size 1 can be anything. Of the others before the last two, the one of B positions is the utterances; a
    single one that is left is the heads, two that are left are the layers and the heads.

    Args:
        shape: its shape.
        n_utterances: B.
        text_axis: 0 if the last two axes are (N, T), 1 if they are (T, N).
        layers_only: whether a single axis that is left is the layers.

    Returns:
        One letter of `BLHTN` for each axis.

    Raises:
        AlignmentError: no axis has B positions or several have, or there are too many axes.

    Example:
        >>> name_axes((6, 32, 4, 200, 50), n_utterances=32, text_axis=1)
        'LBHTN'
        >>> name_axes((4, 50, 200), n_utterances=1, text_axis=0)
        'HNT'
    """
    sizes = shape[:-2]
    names = [""] * len(sizes)
    open_axes = [axis for axis, size in enumerate(sizes) if size != 1]
    if n_utterances > 1:
        fits = [axis for axis in open_axes if sizes[axis] == n_utterances]
        if len(fits) != 1:
            found = f"{'no such axis' if not fits else f'{len(fits)} such axes'} in shape {tuple(shape)}"
            raise _broken("weights", f"one axis of {n_utterances} utterances", found, _tell_axes(len(shape)))
        names[fits[0]] = "B"
        open_axes.remove(fits[0])
    if len(open_axes) > 2 or len(sizes) > 3:
        expected = "at most utterances, layers, heads, steps and symbols"
        raise _broken("weights", expected, f"shape {tuple(shape)}", _tell_axes(len(shape)))
    for axis, letter in zip(open_axes, "LH" if len(open_axes) == 2 else "L" if layers_only else "H", strict=False):
        names[axis] = letter
    left = iter(letter for letter in "BLH" if letter not in names)
    return "".join(name or next(left) for name in names) + ("TN" if text_axis == 1 else "NT")


def arrange(weights: np.ndarray, axes: str) -> np.ndarray:
    """Puts the axes in the order (B, L, H, T, N); those that are missing get the size 1. Gives a view.

    Raises:
        AlignmentError: there are more or fewer axes than letters.

    Example:
        >>> arrange(np.zeros((4, 50, 200)), "HNT").shape
        (1, 1, 4, 200, 50)
    """
    if weights.ndim != len(axes):
        found = f"{len(axes)} letters for shape {weights.shape}"
        raise _broken("axes", "a letter for each axis", found, _tell_axes(weights.ndim))
    ordered = np.transpose(weights, [axes.index(letter) for letter in LETTERS if letter in axes])
    missing = [place for place, letter in enumerate(LETTERS) if letter not in axes]
    return np.expand_dims(ordered, missing)


def find_text_axis(weights: np.ndarray, n_symbols: Sequence[int], text_axis: int | None = None) -> int:
    """Finds which of the last two axes is the text.

    It is the one that fits the longest text; if both do, the one along which weights sum to 1; if none does, the one
    that is longer and has nothing but padding (zeros) behind the text.

    Args:
        weights: (..., T, N) or (..., N, T).
        n_symbols: the lengths of the texts.
        text_axis: the answer, if it was told.

    Returns:
        0 for (..., N, T), 1 for (..., T, N).

    Raises:
        AlignmentError: none or both fit.

    Example:
        >>> find_text_axis(np.repeat(np.eye(4), 3, axis=0).T, [3])
        0
    """
    if text_axis is not None:
        return text_axis
    longest = max(n_symbols)
    shape = weights.shape[-2:]
    fits = [axis for axis in (0, 1) if 0 <= shape[axis] - longest <= MARKS]
    if not fits:
        fits = [axis for axis in (0, 1) if shape[axis] > longest and _is_padded(weights, axis, longest + MARKS)]
    if len(fits) > 1:
        fits = [axis for axis in fits if _sums_to_one(weights, axis)] or fits
    if len(fits) == 1:
        return fits[0]
    if fits:
        fix = "Say which axis is the text: --text-axis 0 (rows) or --text-axis 1 (columns)."
        raise _broken("weights", f"one axis of {longest} symbols", f"both axes, shape {weights.shape}", fix)
    expected = f"an axis of {longest} to {longest + MARKS} symbols for this text"
    raise _broken("weights", expected, f"shape {weights.shape}", _AS_ENCODED)


def marks_of(matrices: Sequence[np.ndarray], n_symbols: Sequence[int]) -> int:
    """How many positions the texts of one file lack: 0, 1 (its end) or 2 (its start and end).

    Args:
        matrices: (..., T, N) of each utterance, padded to the same N.
        n_symbols: the length of each text.

    Example:
        >>> marks_of([np.eye(4), np.eye(4)], [3, 2])
        1
    """
    surplus = matrices[0].shape[-1] - max(n_symbols)
    if 0 <= surplus <= MARKS:
        return surplus
    used = [used_symbols(matrix) - n for matrix, n in zip(matrices, n_symbols, strict=True)]
    return max([0, *(n for n in used if n <= MARKS)])


def used_symbols(weights: np.ndarray) -> int:
    """The number of symbols up to the last one that has any weight: at most N of (..., T, N).

    Example:
        >>> used_symbols(np.array([[0.5, 0.5, 0.0, 0.0], [0.0, 0.2, 0.8, 0.0]]))
        3
    """
    anything = np.flatnonzero((weights != 0).any(axis=tuple(range(weights.ndim - 1))))
    return int(anything[-1]) + 1 if len(anything) else 0


def marked(symbols: tuple[str, ...], n_marks: int) -> tuple[str, ...]:
    """The symbols with the marks that the text lacked.

    Example:
        >>> marked(("h", "i"), 2)
        ('<start>', 'h', 'i', '<end>')
    """
    return (_START,) * (n_marks > 1) + symbols + (_END,) * (n_marks > 0)


def cut(weights: np.ndarray, n_symbols: int) -> np.ndarray:
    """Cuts the columns of padding off one utterance.

    Args:
        weights: (..., T, N).
        n_symbols: the symbols that are its own.

    Raises:
        AlignmentError: there is weight behind the last symbol, or there are not so many symbols.

    Example:
        >>> cut(np.pad(np.eye(3), ((0, 4), (0, 2))), n_symbols=3).shape
        (7, 3)
    """
    used = max(used_symbols(weights), n_symbols if weights.shape[-1] >= n_symbols else 0)
    if used != n_symbols:
        raise _broken("text", f"{used} symbols, as along the matrix", f"{n_symbols}", _AS_ENCODED)
    return weights[..., :n_symbols]


def without_empty_end(weights: np.ndarray) -> np.ndarray:
    """Cuts off the rows of padding: those at the end of (..., T, N) that have no weight at all.

    Example:
        >>> without_empty_end(np.pad(np.eye(3), ((1, 4), (0, 0)))).shape
        (4, 3)
    """
    return weights[..., : used_symbols(np.swapaxes(weights, -1, -2)), :]


def steps_of(n_frames: np.ndarray, n_steps: int) -> np.ndarray:
    """The decoder steps of utterances whose lengths are told in steps or in frames.

    If the longest has more frames than there are steps, each step made ceil(longest / steps) frames.

    Args:
        n_frames: (B,) lengths.
        n_steps: T.

    Example:
        >>> steps_of(np.array([799, 310]), n_steps=400).tolist(), steps_of(np.array([40, 31]), n_steps=40).tolist()
        ([400, 155], [40, 31])
    """
    frames_per_step = -(-int(n_frames.max()) // n_steps)
    return -(-n_frames // max(1, frames_per_step))


def rescaled(weights: np.ndarray) -> np.ndarray:
    """Makes rows of half-precision weights that sum to a little more than 1, by rounding, sum to 1.

    Example:
        >>> rescaled(np.array([[0.5, 0.504], [0.5, 0.2]])).sum(axis=1).tolist()
        [1.0, 0.7]
    """
    if weights.dtype.kind not in "fiub":
        return weights
    sums = weights.sum(axis=-1, keepdims=True, dtype=np.float64)
    rounded = (sums > 1 + ROW_SUM_TOLERANCE) & (sums <= 1 + _ROUNDED)
    return np.divide(weights, np.where(rounded, sums, 1.0)) if rounded.any() else weights


def _is_padded(weights: np.ndarray, axis: int, start: int) -> bool:
    beyond = weights[..., start:, :] if axis == 0 else weights[..., start:]
    return not np.any(beyond) and bool(np.any(weights))


def _sums_to_one(weights: np.ndarray, axis: int) -> bool:
    if weights.dtype.kind not in "fiub":
        return False
    sums = weights.sum(axis=axis - 2, dtype=np.float64)
    sums = sums[sums != 0]
    return bool(sums.size) and bool((np.abs(sums - 1.0) <= _ROUNDED).all())


def _tell_axes(n_axes: int) -> str:
    letters = {2: "TN", 3: "HTN or BTN", 4: "LHTN or BHTN", 5: "BLHTN"}.get(n_axes, "BLHTN")
    return f"Say which axis is which by --axes, such as {letters}: {_MEANINGS}."


def _broken(where: str, expected: str, found: str, fix: str) -> AlignmentError:
    return AlignmentError(where=where, expected=expected, found=found, fix=fix)
