"""Scores of one alignment: small pure functions of the (T, N) weights, and those of its path in `path_metrics`.

A row is *attended* if its mass, the sum of its weights, is at least 0.5; other rows are left out of the scores that ask
what a row says. All are means over rows, or ask whether something ever was, so none changes when each row is repeated,
as a smaller reduction factor does. Padding must be cut off before (an `Alignment` has none).

"Clean", "skipping" and "repeating" below are utterances of which every symbol is said once, a word is left out, or a
word is said again.
"""

import numpy as np

from tts_align.alignment.path_metrics import (
    completeness,
    dwell,
    longest_unattended,
    monotonicity,
    re_entries,
    reach,
    tail,
)
from tts_align.alignment.path_search import LOST_MASS

__all__ = [
    "attention_mass",
    "completeness",
    "coverage",
    "diagonal_rate",
    "dwell",
    "focus_rate",
    "locality",
    "longest_unattended",
    "mean_entropy",
    "monotonicity",
    "re_entries",
    "reach",
    "tail",
    "window_share",
]

WINDOW = 3  # symbols: attention that sits within so many is local
COVERED = 0.1  # weight that a symbol must have got at some step to be covered
BAND = 0.2  # share of the text on either side of the diagonal that is still near it


def locality(weights: np.ndarray) -> float:
    """How narrow the attention is: one step should look at one place.

    mean over attended rows of (largest sum of 3 neighbouring weights) / (sum of the row)

    Clean, skipping, repeating: 0.9 to 1, as attention two or three symbols wide is 1. Uniform over N symbols: 3/N.

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


def coverage(weights: np.ndarray) -> float:
    """The share of symbols that some step really looked at: mean over j of [max_t weights[t, j] >= 0.1].

    Clean and repeating: 1, less for a voice of less than a step a symbol. A word of 6 symbols skipped in 100: 0.94.

    Args:
        weights: (T, N).

    Returns:
        In [0, 1]; with N = 1 whether any weight is 0.1; with T = 1 at most 10 symbols. Definition: this project.

    Example:
        >>> coverage(np.array([[0.9, 0.1, 0, 0], [0, 0.95, 0.05, 0]]))
        0.5
    """
    return float((weights.max(axis=0) >= COVERED).mean())


def mean_entropy(weights: np.ndarray) -> float:
    """How undecided a row is: mean over attended rows of -sum_j p_j ln p_j, p the row divided by its mass.

    Clean, skipping, repeating: 0 (hard) to 1.5 (blurred). Uniform over N symbols: ln N.

    Args:
        weights: (T, N).

    Returns:
        In nats, [0, ln N]; ln N if no row is attended; 0 with N = 1. Definition: Shannon 1948.

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

    Clean, skipping, repeating: the same, 0.4 (blurred) to 1 (hard).

    Args:
        weights: (T, N).

    Returns:
        In [0, 1]; 0 if nothing is attended to; the mean mass with N = 1.

    Reference: Ren et al. 2019 (FastSpeech), section 3.3.

    Example:
        >>> round(focus_rate(np.array([[0.5, 0.5], [0.1, 0.9]])), 6)
        0.7
    """
    return float(weights.max(axis=1).mean(dtype=np.float64))


def attention_mass(weights: np.ndarray) -> float:
    """The mean over all rows of their sum; below 1 for mechanisms that may attend to nothing.

    Clean, skipping, repeating: 1 where rows are normalized.

    Args:
        weights: (T, N).

    Returns:
        In [0, 1]; 0 if nothing is attended to. Definition: this project.

    Example:
        >>> attention_mass(np.array([[0.5, 0.5], [0.0, 0.5]]))
        0.75
    """
    return float(weights.sum(axis=1, dtype=np.float64).mean())


def diagonal_rate(weights: np.ndarray) -> float:
    """The share of the attention that lies near the diagonal: whether the text is read at an even pace, and once.

    Time runs over the text, row t from x = t N / T to (t + 1) N / T, symbol j stands at j + 1/2:

    sum_tj weights[t, j] * (share of the row's x within h of j + 1/2) / sum_tj weights[t, j],
    h = max(N / 5, 3, N / T) symbols

    Clean: 0.7 to 1, since natural pace is not even. Skipping, repeating: less only if the word is more than a fifth of
    the text. Stopped at 60 %, or babble of half the sound: about 0.5. Uniform over N symbols: 0.36.

    Args:
        weights: (T, N).

    Returns:
        In [0, 1]; 0 if nothing is attended to; 1 if N <= 3, or T = 1, and any symbol is.

    Reference: the diagonal attention rate of Chen et al. 2020 (MultiSpeech), there in a band of 50 frames on each side;
    NATSpeech takes a fifth of the length, at most 50. Rows cut at the edge of the band: this project.

    Example:
        >>> diagonal_rate(np.eye(50)), round(diagonal_rate(np.full((50, 50), 0.02)), 2)
        (1.0, 0.36)
    """
    weights = np.asarray(weights, dtype=np.float64)
    n_steps, n_symbols = weights.shape
    half = band_half_width(n_steps, n_symbols)
    edges = np.arange(n_steps + 1) * (n_symbols / n_steps)
    places = np.arange(n_symbols) + 0.5
    low = np.maximum(edges[:-1, None], places - half)
    high = np.minimum(edges[1:, None], places + half)
    near = np.maximum(high - low, 0.0) * (n_steps / n_symbols)
    mass = weights.sum()
    return min(float((weights * near).sum() / mass), 1.0) if mass > 0 else 0.0


def band_half_width(n_steps: int, n_symbols: int) -> float:
    """How far from the diagonal `diagonal_rate` counts, in symbols.

    Example:
        >>> band_half_width(600, 120), band_half_width(20, 10)
        (24.0, 3)
    """
    return max(BAND * n_symbols, WINDOW, n_symbols / n_steps)


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


def _attended(weights: np.ndarray) -> np.ndarray:
    rows = np.asarray(weights, dtype=np.float64)
    return rows[rows.sum(axis=1) >= LOST_MASS]
