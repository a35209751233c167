"""What the most likely path through an alignment says, symbol by symbol: the ground that events are read from."""

import functools
import math
from dataclasses import dataclass
from typing import Literal

import numba
import numpy as np

from tts_align.alignment.drift import adrift_steps
from tts_align.alignment.matrix import Alignment
from tts_align.alignment.passage import passage, spread_time
from tts_align.alignment.path import likely_path
from tts_align.alignment.scan import Scan, scan
from tts_align.alignment.thresholds import Thresholds
from tts_align.alignment.words import Word, is_break, letters_of, words_of
from tts_align.errors import AlignmentError

Level = Literal["word", "symbol"]
NEW = 0.1  # share of the text that may still come after its end was reached, by odd rows
MARGIN = 3  # last steps, which often look anywhere


@dataclass(frozen=True, eq=False)
class Trace:
    """The path of one utterance and what follows from it.

    Args:
        alignment: what was traced.
        scanned: the figures of its rows.
        words: the words of its symbols.
        units: what is judged: the words, or each letter or phone by itself.
        path: (T,) the most likely path.
        adrift: (T,) bool, True in stretches of at least `collapse_seconds` without readable attention.
        strode_from: (T,) first of the symbols up to `path[t]` that the step's time is spread over.
        time_on: (N,) steps spent on each symbol, adrift ones not counted.
        covered: (N,) bool, symbols that the path stood on or strode over.
        pace: steps for each letter, typical of this utterance.
        own_pace: whether there are enough words to know that.
        reached: how many symbols of the text the path came to in steps that are not adrift.
        tail_start: the first symbol after the last letter, or the last symbol if that is a letter.
        end_step: the first step after the text, T if there is none. It is the first on or beyond `tail_start` after
            which hardly any new symbol comes. If the attention hangs a little behind and never gets there, it is when
            it has been just before or adrift for twice the time of a letter.
    """

    alignment: Alignment
    scanned: Scan
    words: list[Word]
    units: list[Word]
    path: np.ndarray
    adrift: np.ndarray
    strode_from: np.ndarray
    time_on: np.ndarray
    covered: np.ndarray
    pace: float
    own_pace: bool
    reached: int
    tail_start: int
    end_step: int

    def seconds(self, steps: float) -> float:
        """So many steps in seconds."""
        return steps * self.alignment.seconds_per_step

    def time(self, word: Word) -> float:
        """Steps spent on a word."""
        return self._up_to[word.stop] - self._up_to[word.start]

    def share(self, word: Word) -> float:
        """The time on a word, as a share of what its letters take at this utterance's pace."""
        return self.time(word) / (self.pace * word.n_symbols)

    def n_covered(self, word: Word) -> int:
        """How many symbols of a word the path stood on or strode over."""
        return self._covered_up_to[word.stop] - self._covered_up_to[word.start]

    def landed(self, start: int, stop: int) -> np.ndarray:
        """(N,) steps that each symbol got in steps `[start, stop)`."""
        return spread_time(self.path, self.strode_from, self.adrift, start, stop, self.alignment.n_symbols)

    def is_mark(self, symbol: int) -> bool:
        """Whether a position is a closing mark such as `<end>`, which is neither letter, space nor punctuation."""
        return is_break(self.alignment.symbols[symbol]) and bool(self.alignment.symbols[symbol].strip())

    @functools.cached_property
    def _up_to(self) -> list[float]:
        return _running(self.time_on)

    @functools.cached_property
    def _covered_up_to(self) -> list[int]:
        return _running(self.covered.astype(np.int64))


def trace(alignment: Alignment, thresholds: Thresholds, level: Level = "word") -> Trace:
    """Follows the attention through an utterance, and says what is judged in it: words or symbols.

    Example:
        >>> found = trace(Alignment(np.eye(5).repeat(2, axis=0), tuple("a cat"), seconds_per_step=0.03), Thresholds())
        >>> found.path.tolist(), found.time_on.tolist(), found.pace
        ([0, 0, 1, 1, 2, 2, 3, 3, 4, 4], [2.0, 2.0, 2.0, 2.0, 2.0], 2.0)
    """
    if level not in ("word", "symbol"):
        raise AlignmentError(where="level", expected="word or symbol", found=repr(level), fix="Take one of these.")
    words = words_of(alignment.symbols, alignment.text)
    scanned = scan(alignment.weights)
    path = likely_path(alignment.weights, scanned=scanned)
    adrift = adrift_steps(
        alignment.weights,
        scanned,
        path,
        thresholds.collapse_seconds / alignment.seconds_per_step,
        thresholds.adrift_concentration,
        thresholds.adrift_share,
    )
    passed = passage(path, adrift, alignment.n_symbols)
    pace, own_pace = _pace(words, passed.time_on, alignment.seconds_per_step, thresholds)
    tail_start = min(words[-1].stop if words else alignment.n_symbols, alignment.n_symbols - 1)
    return Trace(
        alignment=alignment,
        scanned=scanned,
        words=words,
        units=words if level == "word" else letters_of(words, alignment.symbols),
        path=path,
        adrift=adrift,
        strode_from=passed.strode_from,
        time_on=passed.time_on,
        covered=passed.covered,
        pace=pace,
        own_pace=own_pace,
        reached=_reached(path, adrift),
        tail_start=tail_start,
        end_step=_end_step(path, adrift, tail_start, math.ceil(2 * pace)),
    )


def runs(flags: np.ndarray) -> list[tuple[int, int]]:
    """The half-open spans in which `flags` is true.

    Example:
        >>> runs(np.array([True, True, False, True]))
        [(0, 2), (3, 4)]
    """
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0)).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _running(values: np.ndarray) -> list:
    """Running sums that begin with 0, as plain numbers."""
    sums = np.zeros(len(values) + 1, dtype=values.dtype)
    np.cumsum(values, out=sums[1:])
    return list(sums.tolist())


@numba.njit(cache=True, nogil=True)
def _reached(path: np.ndarray, adrift: np.ndarray) -> int:
    reached = 0
    for t in range(len(path)):
        if not adrift[t]:
            reached = max(reached, path[t] + 1)
    return reached


@numba.njit(cache=True, nogil=True)
def _end_step(path: np.ndarray, adrift: np.ndarray, tail_start: int, patience: int) -> int:
    """See `Trace.end_step`; `patience` is twice the time of a letter, in steps."""
    n_steps = len(path)
    few = max(3.0, NEW * tail_start)
    fresh = _still_new(path, adrift)
    first_over, first_close, first_behind = n_steps, n_steps, n_steps
    for t in range(n_steps):
        if not adrift[t] and fresh[t] < few:
            if path[t] >= tail_start:
                first_over = min(first_over, t)
            if path[t] >= tail_start - 1:
                first_close = min(first_close, t)
            if path[t] >= tail_start - 2:
                first_behind = min(first_behind, t)
    if first_over < n_steps - MARGIN:
        return first_over
    if first_behind < n_steps:
        gone = n_steps
        while gone > 0 and adrift[gone - 1]:
            gone -= 1
        if gone <= first_behind:
            gone = n_steps
        return min(first_close + patience, gone, n_steps)
    return first_over


@numba.njit(cache=True, nogil=True)
def _still_new(path: np.ndarray, adrift: np.ndarray) -> np.ndarray:
    """How many symbols come after each step that the path was not within one symbol of until then: (T,)."""
    seen = np.zeros(path.max() + 3, dtype=np.bool_)
    new = np.zeros(len(path))
    total = 0.0
    for t in range(len(path)):
        if not adrift[t]:
            if not seen[path[t] + 1]:
                total += 1.0
            seen[path[t] : path[t] + 3] = True
        new[t] = total
    return total - new


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
    up_to = _running(time_on)
    paces = sorted((up_to[word.stop] - up_to[word.start]) / word.n_symbols for word in chosen)
    middle = len(paces) // 2
    median = paces[middle] if len(paces) % 2 else (paces[middle - 1] + paces[middle]) / 2
    if len(chosen) >= thresholds.pace_words and median > 0:
        return median, True
    return min(max(median, default * thresholds.least_pace), default), False
