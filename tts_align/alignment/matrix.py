"""The finished attention matrix of one utterance, checked once when it is made."""

from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from tts_align.alignment.words import is_break
from tts_align.errors import AlignmentError

ROW_SUM_TOLERANCE = 1e-3
STOP_CAUSES = ("gate", "attention", "limit")


@dataclass(frozen=True, eq=False)
class Alignment:
    """Which symbols each decoder step attended to; every value in it has been checked.

    Args:
        weights: (T, N) finite, >= 0, each row sums to at most 1 (+ 1e-3); kept as float32, read-only.
        symbols: (N,) the symbols along the text axis.
        seconds_per_step: the sound that one decoder step makes, > 0.
        text: the text as it was given, for people; if empty, all symbols but marks such as `<end>`.
        stop: (T,) the stop probability of each step, where known.
        stopped_by: what ended the run: "gate", "attention" or "limit"; None where unknown.
        start_seconds: when its sound begins in a longer one, such as that of a whole text; below zero if its first
            part was cut off there.

    Raises:
        AlignmentError: anything does not fit; the message names the first offending row and column.

    Example:
        >>> alignment = Alignment(np.eye(3), tuple("cat"), seconds_per_step=0.1)
        >>> alignment.n_steps, alignment.n_symbols, round(alignment.seconds, 3)
        (3, 3, 0.3)
    """

    weights: np.ndarray
    symbols: tuple[str, ...]
    seconds_per_step: float
    text: str = ""
    stop: np.ndarray | None = None
    stopped_by: str | None = None
    start_seconds: float = 0.0

    def __post_init__(self) -> None:
        symbols = tuple(self.symbols)
        if not all(isinstance(symbol, str) for symbol in symbols):
            _fail(
                "symbols", "strings", repr(next(s for s in symbols if not isinstance(s, str))), "Give texts, not ids."
            )
        weights = _checked_weights(self.weights, len(symbols))
        _check_seconds(self.seconds_per_step)
        stop = None if self.stop is None else _checked_stop(self.stop, len(weights))
        if self.stopped_by is not None and self.stopped_by not in STOP_CAUSES:
            _fail("stopped_by", f"one of {', '.join(STOP_CAUSES)}", repr(self.stopped_by), "Leave it out if unknown.")
        if not np.isfinite(self.start_seconds):
            _fail("start_seconds", "a finite number", repr(self.start_seconds), "Give 0 for a sound of its own.")
        text = self.text or "".join(symbol for symbol in symbols if len(symbol) == 1 or not is_break(symbol))
        values = {"weights": weights, "symbols": symbols, "stop": stop, "text": text}
        for name, value in {**values, "seconds_per_step": float(self.seconds_per_step)}.items():
            object.__setattr__(self, name, value)

    @property
    def n_steps(self) -> int:
        """T, the decoder steps."""
        return int(self.weights.shape[0])

    @property
    def n_symbols(self) -> int:
        """N, the input symbols."""
        return int(self.weights.shape[1])

    @property
    def seconds(self) -> float:
        """The length of the sound."""
        return self.n_steps * self.seconds_per_step


def _fail(where: str, expected: str, found: str, fix: str) -> NoReturn:
    raise AlignmentError(where=where, expected=expected, found=found, fix=fix)


def _checked_weights(raw: np.ndarray, n_symbols: int) -> np.ndarray:
    """Gives a read-only float32 copy, or says what is wrong first: kind, shape, size, values, row sums."""
    try:
        raw = np.asarray(raw)
    except ValueError:
        _fail("weights", "a matrix (steps, symbols)", "rows of different lengths", "Pad them, or take one utterance.")
    if raw.dtype.kind not in "fiub":
        _fail("weights", "real numbers", f"values of type {raw.dtype}", "Save the attention weights as float32.")
    if raw.ndim != 2:
        _fail("weights", "a matrix (steps, symbols)", f"shape {raw.shape}", "Take one utterance, layer and head of it.")
    if raw.size == 0:
        _fail("weights", "at least one step and one symbol", f"shape {raw.shape}", "The run made nothing.")
    if raw.shape[1] != n_symbols:
        turned = raw.shape[0] == n_symbols
        fix = "It lies the other way round: transpose it." if turned else "Give the text that was really encoded."
        _fail("weights", f"{n_symbols} columns, one for each symbol", f"shape {raw.shape}", fix)
    weights = np.array(raw, dtype=np.float64)
    _check_values(weights)
    _check_row_sums(weights)
    kept = weights.astype(np.float32)
    kept.setflags(write=False)
    return kept


def _check_values(weights: np.ndarray) -> None:
    wrong = ~np.isfinite(weights)
    if wrong.any():
        row, column = (int(i) for i in np.argwhere(wrong)[0])
        fix = "The model made no number there: its loss or its precision went wrong."
        _fail(f"weights, row {row}, column {column}", "a finite number", str(weights[row, column]), fix)
    wrong = weights < 0
    if wrong.any():
        row, column = (int(i) for i in np.argwhere(wrong)[0])
        fix = "These look like energies (logits): take the softmax over the text axis first."
        _fail(f"weights, row {row}, column {column}", "a weight >= 0", f"{weights[row, column]:.6g}", fix)


def _check_row_sums(weights: np.ndarray) -> None:
    sums = weights.sum(axis=1)
    wrong = sums > 1 + ROW_SUM_TOLERANCE
    if not wrong.any():
        return
    row = int(np.argmax(wrong))
    column = int(np.argmax(weights[row]))
    if weights.sum(axis=0).max() <= 1 + ROW_SUM_TOLERANCE:
        fix = "The columns do sum to 1: it lies the other way round, transpose it."
    else:
        fix = "These look like energies or summed weights: take one row of softmax weights for each step."
    where = f"weights, row {row}, column {column}"
    _fail(where, "a row that sums to at most 1", f"{sums[row]:.6g}", fix)


def _check_seconds(seconds: float) -> None:
    try:
        good = bool(np.isfinite(seconds)) and seconds > 0
    except (TypeError, ValueError):
        good = False
    if not good:
        fix = "Give hop_samples * reduction_factor / sample_rate, for example 0.0116 or 0.0232."
        _fail("seconds_per_step", "a number of seconds > 0", repr(seconds), fix)


def _checked_stop(raw: np.ndarray, n_steps: int) -> np.ndarray:
    try:
        stop = np.array(raw, dtype=np.float32)
    except (TypeError, ValueError):
        _fail("stop", f"{n_steps} finite numbers", "something else", "Give one stop probability for each row, or none.")
    if stop.shape != (n_steps,) or not np.isfinite(stop).all():
        fix = "Give one stop probability for each row of the weights, or none."
        _fail("stop", f"{n_steps} finite numbers", f"shape {stop.shape}", fix)
    stop.setflags(write=False)
    return stop
