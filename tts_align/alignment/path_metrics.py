"""Scores of a path through an alignment: where the voice went, how often it came back, where it stayed.

They are counts of symbols, or shares and ratios of steps; so none changes when each row is repeated, as a smaller
reduction factor does. Take the path from `likely_path`: jitter of single rows does not move that one.
"""

import numpy as np

from tts_align.alignment.passage import covered_symbols

STRIDE = 3  # symbols in one step that are always a pace and never a jump


def monotonicity(path: np.ndarray) -> float:
    """How much of the way is forward: the voice should never go back.

    sum_t max(0, path[t] - path[t-1]) / sum_t |path[t] - path[t-1]|

    Clean and skipping: 1. A word of 6 symbols said again in 100: 106 / 112 = 0.95. Random order: about 0.5.

    Args:
        path: (T,) positions.

    Returns:
        In [0, 1]; 1 for a path that does not move (N = 1, T = 1).

    Reference: the criterion is of He, Deng, He 2019, section 2; the formula: this project.

    Example:
        >>> monotonicity(np.array([0, 1, 2, 3])), monotonicity(np.array([0, 3, 2, 3, 4]))
        (1.0, 0.8333333333333334)
    """
    moves = np.diff(path)
    travel = float(np.abs(moves).sum())
    return float(moves[moves > 0].sum()) / travel if travel else 1.0


def completeness(path: np.ndarray, n_symbols: int) -> float:
    """How much of the text the path went through: every symbol should be said.

    (number of symbols in the union of {path[t]} and of the symbols passed over in strides) / N, where a stride is an
    advance by at most max(3, 2 * median advance) symbols; the median is over the steps that advance. So a voice
    faster than one symbol a step is complete, blurred attention is, and a jump over a word is not.

    Clean and repeating: 1. A word of 6 symbols skipped in 100: 0.94. Stopped at 60 %: 0.6.

    Args:
        path: (T,) positions.
        n_symbols: N.

    Returns:
        In (0, 1]; T < N is a fast voice and can be complete.

    Reference: the criterion is of He, Deng, He 2019, section 2; the formula: this project.

    Example:
        >>> completeness(np.array([0, 1, 2, 3]), 4), completeness(np.array([0, 1, 7, 8, 9]), 10)
        (1.0, 0.5)
    """
    return float(covered_symbols(path, n_symbols, STRIDE).mean())


def reach(path: np.ndarray, n_symbols: int) -> float:
    """How far into the text the path came: (1 + max_t path[t]) / N.

    Clean, skipping, repeating: 1. Stopped at 60 %: 0.6.

    Args:
        path: (T,) positions.
        n_symbols: N.

    Returns:
        In (0, 1]. Definition: this project.

    Example:
        >>> reach(np.array([0, 1, 2, 1]), 6)
        0.5
    """
    return float(path.max() + 1) / n_symbols


def longest_unattended(path: np.ndarray, n_symbols: int) -> float:
    """The longest piece of text that the path left out: the longest run of symbols not counted by `completeness`.

    In symbols and not a share of the text: a word left out is as bad in a long text as in a short one.

    Clean and repeating: 0. A word and its space skipped: their symbols. Stopped at 60 % of 100 symbols: 40.

    Args:
        path: (T,) positions.
        n_symbols: N.

    Returns:
        A whole number of symbols in [0, N - 1]. Definition: this project.

    Example:
        >>> longest_unattended(np.array([0, 1, 2, 3]), 4), longest_unattended(np.array([0, 1, 7, 8]), 10)
        (0.0, 5.0)
    """
    left_out = ~covered_symbols(path, n_symbols, STRIDE)
    edges = np.flatnonzero(np.diff(left_out, prepend=False, append=False))
    return float(np.max(edges[1::2] - edges[::2], initial=0))


def re_entries(path: np.ndarray) -> float:
    """How often the path comes back to a symbol that it had left: (visits) - (different symbols visited).

    A visit is a longest run of steps on the same symbol.

    Clean and skipping: 0. A word of 6 symbols said again: 6. Random order: up to T - N.

    Args:
        path: (T,) positions.

    Returns:
        A whole number in [0, T - 1]. Definition: this project.

    Example:
        >>> re_entries(np.array([0, 0, 1, 2, 2])), re_entries(np.array([0, 1, 2, 0, 1, 2, 3]))
        (0.0, 3.0)
    """
    visited = path[_visits(path)]
    return float(len(visited) - len(np.unique(visited)))


def dwell(path: np.ndarray, letters: np.ndarray | None = None) -> float:
    """The longest stay on a letter against the usual stay: max / median over the visits of letters, in steps.

    Clean, skipping, repeating: 2 to 7. A second on a letter: 12 and more, at 80 ms a letter.

    Args:
        path: (T,) positions.
        letters: (N,) bool, the symbols that count; natural pauses stand on the others. None means all.

    Returns:
        In [1, T]; 1 for a path of one visit (N = 1, T = 1), of none to a letter, and where all stays are equal.
        Definition: this project.

    Example:
        >>> dwell(np.array([0, 0, 1, 1, 2, 2])), dwell(np.array([0, 0, 1, 1, 1, 1, 1, 1, 2, 2]))
        (1.0, 3.0)
        >>> dwell(np.array([0, 0, 1, 1, 1, 1, 1, 1, 2, 2]), letters=np.array([True, False, True]))
        1.0
    """
    first_steps = _visits(path)
    stays = np.diff(first_steps, append=len(path))
    if letters is not None:
        stays = stays[letters[path[first_steps]]]
    return float(stays.max() / np.median(stays)) if len(stays) else 1.0


def tail(path: np.ndarray, last_letter: int) -> float:
    """How much of the sound comes when all is said: the share of steps from the last arrival at something new on.

    (T - t) / T, t the first step at which the path has come to `last_letter` and to every symbol before it that it ever
    comes to, a neighbour being near enough. So neither an odd early jump to the end nor a late stroll through what was
    said already moves t. 0 if the path never comes so far.

    Clean, skipping, repeating: what the last letter, punctuation and closing silence take, some hundredths to a third;
    a last word said again counts. Stopped early: 0. Babble as long as the text: 0.5.

    Args:
        path: (T,) positions.
        last_letter: the last symbol that is spoken; N - 1 if all are.

    Returns:
        In [0, 1]; 1 if there is nothing before the last letter (N = 1). Definition: this project.

    Example:
        >>> tail(np.array([0, 1, 2, 3, 3]), 3), tail(np.array([0, 1, 2, 3, 3, 1, 0, 2]), 3), tail(np.array([0, 1]), 3)
        (0.4, 0.625, 0.0)
    """
    there = path >= last_letter
    if not there.any():
        return 0.0
    visited, first_steps = np.unique(path, return_index=True)
    near = np.full((int(path.max()) + 3, 3), len(path))  # first steps on a symbol and on its neighbours
    for side in range(3):
        near[visited + side, side] = first_steps
    come_to = near.min(axis=1)[visited + 1]
    start = max(int(np.argmax(there)), int(np.max(come_to[visited <= last_letter], initial=0)))
    return (len(path) - start) / len(path)


def _visits(path: np.ndarray) -> np.ndarray:
    """The first step of each visit."""
    return np.flatnonzero(np.diff(path, prepend=-1))
