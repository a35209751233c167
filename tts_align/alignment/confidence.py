"""How sure the boundaries of the best monotone path are: their share of all monotone paths."""

import numba
import numpy as np

from tts_align.alignment.path_search import FLOOR

CLOSE_SECONDS = 0.05  # a boundary this close to where it should be is right
INDEPENDENT_SECONDS = 0.23  # rows closer together than this err together, and count as one


def boundary_confidence(weights: np.ndarray, boundaries: np.ndarray, seconds_per_step: float) -> np.ndarray:
    """The probability that each boundary lies within 50 ms of where it was put.

    The monotone paths of `monotone_path`, P(path) proportional to prod_t (weights[t, path[t]] + 0.02)^a, with
    a = min(1, seconds_per_step / 0.23), are summed forward and backward:

        confidence[j] = sum over t, |t - boundaries[j]| * seconds_per_step <= 0.05, of P(path[t-1] < j <= path[t])

    The exponent says that the rows of 0.23 s are one observation: without it nearly all would be close to 1. With it,
    the mean confidence of words and the share of them with both boundaries within 50 ms of a reference were 0.69 and
    0.69, 0.77 and 0.81 (synthetic speech, 947 and 202 words), 0.54 and 0.43 (real speech, a voice trained for 200
    updates, 276 words).

    Args:
        weights: (T, N), >= 0.
        boundaries: (N + 1,) from `boundaries_of` a path: the first step of each symbol, and T.
        seconds_per_step: > 0.

    Returns:
        (N + 1,) float64 in [0, 1]. The first and the last are 1: text and sound begin and end together.

    Reference: the forward-backward algorithm, Rabiner 1989, section III; as a confidence: this project.

    Example:
        >>> sharp, blurred = np.eye(2).repeat(8, axis=0), np.full((16, 2), 0.5)
        >>> [boundary_confidence(each, np.array([0, 8, 16]), 0.04).round(2).tolist() for each in (sharp, blurred)]
        [[1.0, 0.67, 1.0], [1.0, 0.2, 1.0]]
    """
    n_steps, n_symbols = weights.shape
    confidence = np.ones(n_symbols + 1)
    if n_steps == 1 or n_symbols == 1:
        return confidence
    exponent = min(1.0, seconds_per_step / INDEPENDENT_SECONDS)
    scores = exponent * np.log(np.asarray(weights, dtype=np.float64) + FLOOR)
    farthest = 1 if n_steps >= n_symbols else -(-(n_symbols - 1) // (n_steps - 1))
    forward = _forward(scores, farthest)
    backward = _forward(np.ascontiguousarray(scores[::-1, ::-1]), farthest)[::-1, ::-1]
    reach = int(CLOSE_SECONDS / seconds_per_step + 1e-6)
    near = _near(forward, np.ascontiguousarray(backward), np.asarray(boundaries, np.int64), reach, farthest)
    confidence[1:-1] = np.clip(near, 0.0, 1.0)
    return confidence


@numba.njit(cache=True)
def _forward(scores: np.ndarray, farthest: int) -> np.ndarray:
    """(T, N) log of the summed weight of all paths that reach a place, that place counted in."""
    n_steps, n_symbols = scores.shape
    sums = np.full((n_steps, n_symbols), -np.inf)
    sums[0, 0] = scores[0, 0]
    for t in range(1, n_steps):
        for j in range(n_symbols):
            low = max(0, j - farthest)
            largest = -np.inf
            for i in range(low, j + 1):
                largest = max(largest, sums[t - 1, i])
            if largest == -np.inf:
                continue
            total = 0.0
            for i in range(low, j + 1):
                total += np.exp(sums[t - 1, i] - largest)
            sums[t, j] = largest + np.log(total) + scores[t, j]
    return sums


@numba.njit(cache=True)
def _near(forward: np.ndarray, backward: np.ndarray, boundaries: np.ndarray, reach: int, farthest: int) -> np.ndarray:
    """(N - 1,) for each inner boundary j the share of paths that pass from below j to j or beyond near its step."""
    n_steps, n_symbols = forward.shape
    everything = forward[n_steps - 1, n_symbols - 1]
    near = np.zeros(n_symbols - 1)
    for j in range(1, n_symbols):
        first, last = max(1, boundaries[j] - reach), min(n_steps - 1, boundaries[j] + reach)
        for t in range(first, last + 1):
            for i in range(max(0, j - farthest), j):
                for k in range(j, min(n_symbols, i + farthest + 1)):
                    near[j - 1] += np.exp(forward[t - 1, i] + backward[t, k] - everything)
    return near
