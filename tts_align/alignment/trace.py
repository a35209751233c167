"""What the most likely path through an alignment says, symbol by symbol: the ground that events are read from."""

from dataclasses import dataclass

import numpy as np

from tts_align.alignment.matrix import Alignment
from tts_align.alignment.metrics import covered_symbols, longest_stride, window_share
from tts_align.alignment.path import LOST_MASS, likely_path
from tts_align.alignment.thresholds import Thresholds
from tts_align.alignment.words import Word, is_break, words_of

PLACE = 5  # symbols: attention within so many looks at one place
NEW = 0.1  # share of the text that may still come after its end was reached, by odd rows
MARGIN = 3  # last steps, which often look anywhere
NEAR = 3  # symbols on either side of the path that still belong to it


@dataclass(frozen=True, eq=False)
class Trace:
    """The path of one utterance and what follows from it.

    Args:
        alignment: what was traced.
        words: the words of its symbols.
        path: (T,) the most likely path.
        adrift: (T,) bool, True in stretches of at least `collapse_seconds` without readable attention.
        step_time: (T, 2) first symbol and stop of the symbols that the step's time is spread over.
        time_on: (N,) steps spent on each symbol, adrift ones not counted.
        covered: (N,) bool, symbols that the path stood on or strode over.
        pace: steps for each letter, typical of this utterance.
        own_pace: whether there are enough words to know that.
        tail_start: the first symbol after the last letter, or the last symbol if that is a letter.
        end_step: the first step after the text, T if there is none. It is the first on or beyond `tail_start` after
            which hardly any new symbol comes. If the attention hangs a little behind and never gets there, it is when
            it has been just before or adrift for twice the time of a letter.
    """

    alignment: Alignment
    words: list[Word]
    path: np.ndarray
    adrift: np.ndarray
    step_time: np.ndarray
    time_on: np.ndarray
    covered: np.ndarray
    pace: float
    own_pace: bool
    tail_start: int
    end_step: int

    def seconds(self, steps: float) -> float:
        """So many steps in seconds."""
        return steps * self.alignment.seconds_per_step

    def share(self, word: Word) -> float:
        """The time on a word, as a share of what its letters take at this utterance's pace."""
        return float(self.time_on[word.start : word.stop].sum()) / (self.pace * word.n_symbols)

    def is_mark(self, symbol: int) -> bool:
        """Whether a position is a closing mark such as `<end>`, which is neither letter, space nor punctuation."""
        return is_break(self.alignment.symbols[symbol]) and bool(self.alignment.symbols[symbol].strip())


def trace(alignment: Alignment, thresholds: Thresholds) -> Trace:
    """Follows the attention through an utterance.

    Example:
        >>> found = trace(Alignment(np.eye(5).repeat(2, axis=0), tuple("a cat"), seconds_per_step=0.03), Thresholds())
        >>> found.path.tolist(), found.time_on.tolist(), found.pace
        ([0, 0, 1, 1, 2, 2, 3, 3, 4, 4], [2.0, 2.0, 2.0, 2.0, 2.0], 2.0)
    """
    words = words_of(alignment.symbols, alignment.text)
    path = likely_path(alignment.weights)
    adrift = _adrift(alignment, path, thresholds)
    covered = covered_symbols(path, alignment.n_symbols)
    step_time = _step_time(path)
    time_on = spread_time(step_time[~adrift], alignment.n_symbols)
    pace, own_pace = _pace(words, time_on, alignment.seconds_per_step, thresholds)
    last = words[-1].stop if words else alignment.n_symbols
    tail_start = min(last, alignment.n_symbols - 1)
    return Trace(
        alignment=alignment,
        words=words,
        path=path,
        adrift=adrift,
        step_time=step_time,
        time_on=time_on,
        covered=covered,
        pace=pace,
        own_pace=own_pace,
        tail_start=tail_start,
        end_step=_end_step(path, adrift, tail_start, pace),
    )


def spread_time(step_time: np.ndarray, n_symbols: int) -> np.ndarray:
    """Adds up the time of steps over the symbols that each is spread over: (N,) in steps.

    Example:
        >>> spread_time(np.array([[0, 1], [1, 3]]), 3).tolist()
        [1.0, 0.5, 0.5]
    """
    changes = np.zeros(n_symbols + 1)
    each = 1.0 / (step_time[:, 1] - step_time[:, 0])
    np.add.at(changes, step_time[:, 0], each)
    np.add.at(changes, step_time[:, 1], -each)
    return np.maximum(np.cumsum(changes)[:-1], 0.0).round(9)


def runs(flags: np.ndarray) -> list[tuple[int, int]]:
    """The half-open spans in which `flags` is true.

    Example:
        >>> runs(np.array([True, True, False, True]))
        [(0, 2), (3, 4)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return [(int(start), int(stop)) for start, stop in zip(edges[::2], edges[1::2], strict=True)]


def _step_time(path: np.ndarray) -> np.ndarray:
    """A stride's time belongs to all symbols strode over; that of a jump, a stay or a move back to where it lands."""
    advances = np.diff(path, prepend=-1)
    strides = (advances > 1) & (advances <= longest_stride(path))
    return np.stack([np.where(strides, path - advances + 1, path), path + 1], axis=1)


def _adrift(alignment: Alignment, path: np.ndarray, thresholds: Thresholds) -> np.ndarray:
    """Unreadable rows in stretches that are long enough to hear; gaps of up to two rows in a stretch are closed."""
    weights = alignment.weights
    mass = weights.sum(axis=1, dtype=np.float64)
    unreadable = mass < LOST_MASS
    even = min(PLACE / alignment.n_symbols, 1.0)
    if even < 1.0:
        concentration = (window_share(weights, PLACE) - even) / (1.0 - even)
        unreadable |= concentration < thresholds.adrift_concentration
    sums = np.cumsum(np.pad(weights, ((0, 0), (1, 0))), axis=1, dtype=np.float64)
    rows = np.arange(alignment.n_steps)
    low, high = np.maximum(path - NEAR, 0), np.minimum(path + NEAR + 1, alignment.n_symbols)
    unreadable |= sums[rows, high] - sums[rows, low] < thresholds.adrift_share * mass
    for start, stop in runs(~unreadable):
        if start > 0 and stop < len(unreadable) and stop - start <= 2:
            unreadable[start:stop] = True
    adrift = np.zeros(alignment.n_steps, dtype=bool)
    for start, stop in runs(unreadable):
        if stop - start >= 3 and (stop - start) * alignment.seconds_per_step >= thresholds.collapse_seconds:
            adrift[start:stop] = True
    return adrift


def _end_step(path: np.ndarray, adrift: np.ndarray, tail_start: int, pace: float) -> int:
    n_steps = len(path)
    fresh = _still_new(path, adrift)
    settled = ~adrift & (fresh < max(3.0, NEW * tail_start))
    over = settled & (path >= tail_start)
    if over[:-MARGIN].any():
        return int(np.argmax(over))
    behind = settled & (path >= tail_start - 2)
    if behind.any():
        gone = [start for start, stop in runs(adrift) if stop == n_steps and behind[:start].any()]
        behind = settled & (path >= tail_start - 1)
        waited = int(np.argmax(behind)) + int(np.ceil(2 * pace)) if behind.any() else n_steps
        return min([waited, n_steps, *gone])
    return int(np.argmax(over)) if over.any() else n_steps


def _still_new(path: np.ndarray, adrift: np.ndarray) -> np.ndarray:
    """How many symbols come after each step that the path was not within one symbol of until then: (T,)."""
    seen = np.zeros(int(path.max()) + 3, dtype=bool)
    new = np.zeros(len(path))
    for t in np.flatnonzero(~adrift):
        new[t] = not seen[path[t] + 1]
        seen[path[t] : path[t] + 3] = True
    return new.sum() - np.cumsum(new)


def _pace(
    words: list[Word], time_on: np.ndarray, seconds_per_step: float, thresholds: Thresholds
) -> tuple[float, bool]:
    """Steps for each letter and whether they are the utterance's own.

    The median over words, short ones left out if there are enough others; in a text of a few words, held within
    bounds that are natural.
    """
    default = thresholds.default_seconds_per_letter / seconds_per_step
    long_words = [word for word in words if word.n_symbols >= 3]
    chosen = long_words if len(long_words) >= thresholds.pace_words else words
    if not chosen:
        return default, False
    median = float(np.median([time_on[word.start : word.stop].mean() for word in chosen]))
    if len(chosen) >= thresholds.pace_words and median > 0:
        return median, True
    return min(max(median, default * thresholds.least_pace), default), False
