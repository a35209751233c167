"""What the most likely path through an alignment says, symbol by symbol: the ground that events are read from."""

from dataclasses import dataclass

import numpy as np

from tts_align.alignment.matrix import Alignment
from tts_align.alignment.metrics import covered_symbols, window_share
from tts_align.alignment.path import LOST_MASS, likely_path
from tts_align.alignment.thresholds import Thresholds
from tts_align.alignment.words import Word, is_break, words_of

PLACE = 5  # symbols: attention within so many looks at one place
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
        tail_start: the first symbol after the last letter, or the last symbol if that is a letter.
    """

    alignment: Alignment
    words: list[Word]
    path: np.ndarray
    adrift: np.ndarray
    step_time: np.ndarray
    time_on: np.ndarray
    covered: np.ndarray
    pace: float
    tail_start: int

    @property
    def end_step(self) -> int:
        """The first step at which the whole text was passed; T if that never happened."""
        there = np.flatnonzero((self.path >= self.tail_start) & ~self.adrift)
        return int(there[0]) if len(there) else self.alignment.n_steps

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
    words = words_of(alignment.symbols)
    path = likely_path(alignment.weights)
    adrift = _adrift(alignment, path, thresholds)
    covered = covered_symbols(path, alignment.n_symbols)
    step_time = _step_time(path, covered)
    time_on = spread_time(step_time[~adrift], alignment.n_symbols)
    default = thresholds.default_seconds_per_letter / alignment.seconds_per_step
    last = words[-1].stop if words else alignment.n_symbols
    return Trace(
        alignment=alignment,
        words=words,
        path=path,
        adrift=adrift,
        step_time=step_time,
        time_on=time_on,
        covered=covered,
        pace=_pace(words, time_on, default, thresholds.pace_words),
        tail_start=min(last, alignment.n_symbols - 1),
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


def _step_time(path: np.ndarray, covered: np.ndarray) -> np.ndarray:
    """A stride's time belongs to all symbols strode over; that of a jump, a stay or a move back to where it lands."""
    start = path.copy()
    before = np.concatenate(([-1], path[:-1]))
    for t in np.flatnonzero(path - before > 1):
        if covered[before[t] + 1 : path[t]].all():
            start[t] = before[t] + 1
    return np.stack([start, path + 1], axis=1)


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


def _pace(words: list[Word], time_on: np.ndarray, default: float, enough: int) -> float:
    """Steps for each letter: the median over words of three letters or more, or over all if there are none."""
    if not words:
        return default
    chosen = [word for word in words if word.n_symbols >= 3] or words
    median = float(np.median([time_on[word.start : word.stop].mean() for word in chosen]))
    pace = median if len(chosen) >= enough else min(median, default)
    return pace if pace > 0 else default
