"""Scores of one (T, N) attention matrix: small pure functions, unmoved by padding, T or the reduction factor.

A row is *attended* if its mass, the sum of its weights, is at least 0.5; other rows are left out of the scores that ask
what a row says. Padding must be cut off before (an `Alignment` has none).
"""

import numpy as np

from tts_align.alignment.path import LOST_MASS

WINDOW = 3  # symbols: attention that sits within so many is local
COVERED = 0.1  # weight that a symbol must have got at some step to be covered


def locality(weights: np.ndarray) -> float:
    """How narrow the attention is: one step should look at one place.

    mean over attended rows of (largest sum of 3 neighbouring weights) / (sum of the row)

    Attention two or three symbols wide is still 1; uniform attention over N symbols is 3/N.

    Args:
        weights: (T, N).

    Returns:
        In [0, 1]; 0 if no row is attended; 1 if N <= 3 and any row is.

    Reference: the criterion is of He, Deng, He 2019, section 2; the formula: this project.

    Example:
        >>> locality(np.array([[0.5, 0.5, 0, 0], [0, 0, 0, 1.0]])), round(locality(np.full((2, 12), 1 / 12)), 6)
        (1.0, 0.25)
    """
    rows = _attended(weights)
    return float(window_share(rows, WINDOW).mean()) if len(rows) else 0.0


def monotonicity(path: np.ndarray) -> float:
    """How much of the way is forward: the voice should never go back.

    sum_t max(0, path[t] - path[t-1]) / sum_t |path[t] - path[t-1]|

    Read it from `likely_path`: jitter of single rows does not move that one. Random order gives about 0.5.

    Args:
        path: (T,) positions.

    Returns:
        In [0, 1]; 1 for a path that does not move.

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

    Args:
        path: (T,) positions, from `likely_path`.
        n_symbols: N.

    Returns:
        In (0, 1].

    Reference: the criterion is of He, Deng, He 2019, section 2; the formula: this project.

    Example:
        >>> completeness(np.array([0, 1, 2, 3]), 4), completeness(np.array([0, 1, 7, 8, 9]), 10)
        (1.0, 0.5)
    """
    return float(covered_symbols(path, n_symbols, shortest=3).mean())


def coverage(weights: np.ndarray) -> float:
    """The share of symbols that some step really looked at: mean over j of [max_t weights[t, j] >= 0.1].

    Args:
        weights: (T, N).

    Returns:
        In [0, 1]. Definition: this project.

    Example:
        >>> coverage(np.array([[0.9, 0.1, 0, 0], [0, 0.95, 0.05, 0]]))
        0.5
    """
    return float((weights.max(axis=0) >= COVERED).mean())


def reach(path: np.ndarray, n_symbols: int) -> float:
    """How far into the text the path came: (1 + max_t path[t]) / N.

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


def mean_entropy(weights: np.ndarray) -> float:
    """How undecided a row is: mean over attended rows of -sum_j p_j ln p_j, p the row divided by its mass.

    Args:
        weights: (T, N).

    Returns:
        In nats, [0, ln N]; ln N if no row is attended. Definition: Shannon 1948.

    Example:
        >>> mean_entropy(np.eye(4)), round(mean_entropy(np.full((3, 4), 0.25)), 4)
        (0.0, 1.3863)
    """
    rows = _attended(weights)
    if not len(rows):
        return float(np.log(weights.shape[1]))
    shares = rows / rows.sum(axis=1, keepdims=True)
    logs = np.log(np.where(shares > 0, shares, 1.0))
    return max(0.0, float(-(shares * logs).sum(axis=1).mean()))


def focus_rate(weights: np.ndarray) -> float:
    """The mean over all rows of the largest weight.

    Args:
        weights: (T, N).

    Returns:
        In [0, 1].

    Reference: Ren et al. 2019 (FastSpeech), section 3.3.

    Example:
        >>> round(focus_rate(np.array([[0.5, 0.5], [0.1, 0.9]])), 6)
        0.7
    """
    return float(weights.max(axis=1).mean(dtype=np.float64))


def attention_mass(weights: np.ndarray) -> float:
    """The mean over all rows of their sum; below 1 for mechanisms that may attend to nothing.

    Args:
        weights: (T, N).

    Returns:
        In [0, 1]. Definition: this project.

    Example:
        >>> attention_mass(np.array([[0.5, 0.5], [0.0, 0.5]]))
        0.75
    """
    return float(weights.sum(axis=1, dtype=np.float64).mean())


def window_share(weights: np.ndarray, width: int) -> np.ndarray:
    """The largest share of each row that lies within `width` neighbouring symbols: (T,) in [0, 1], 0 in an empty row.

    Example:
        >>> window_share(np.array([[0.25, 0.25, 0.0, 0.5], [0.0, 0.0, 0.0, 0.0]]), 2).tolist()
        [0.5, 0.0]
    """
    sums = np.cumsum(np.pad(np.asarray(weights, dtype=np.float64), ((0, 0), (1, 0))), axis=1)
    width = min(width, weights.shape[1])
    largest = (sums[:, width:] - sums[:, :-width]).max(axis=1)
    mass = sums[:, -1]
    share: np.ndarray = np.where(mass > 0, largest / np.where(mass > 0, mass, 1.0), 0.0)
    return np.clip(share, 0.0, 1.0)


def covered_symbols(path: np.ndarray, n_symbols: int, shortest: int = 2) -> np.ndarray:
    """Which symbols the path stood on or strode over (see `longest_stride`): (N,) bool.

    Example:
        >>> covered_symbols(np.array([0, 2, 4, 9]), 10).astype(int).tolist()
        [1, 1, 1, 1, 1, 0, 0, 0, 0, 1]
    """
    covered = np.zeros(n_symbols, dtype=bool)
    covered[path] = True
    advances = np.diff(path, prepend=-1)
    for t in np.flatnonzero((advances > 1) & (advances <= longest_stride(path, shortest))):
        covered[path[t] - advances[t] + 1 : path[t]] = True
    return covered


def longest_stride(path: np.ndarray, shortest: int = 2) -> float:
    """The farthest advance in one step that is still a pace and no jump: max(shortest, 2 * median advance).

    Example:
        >>> longest_stride(np.array([0, 0, 1, 2, 9])), longest_stride(np.array([0, 2, 4, 6]))
        (2.0, 4.0)
    """
    advances = np.diff(path, prepend=-1)
    forward = advances[advances > 0]
    return max(float(shortest), 2.0 * float(np.median(forward))) if len(forward) else float(shortest)


def _attended(weights: np.ndarray) -> np.ndarray:
    rows = np.asarray(weights, dtype=np.float64)
    return rows[rows.sum(axis=1) >= LOST_MASS]
