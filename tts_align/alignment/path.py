"""Reading one position per decoder step from the weights: the most attended, and the likely one, which may go back."""

from dataclasses import dataclass

import numba
import numpy as np

FLOOR = 0.02  # weight that every position has at least, so that one odd row cannot forbid a path
BLUR = 2  # symbols on either side of a row's peak that may be the same place, blurred
LOST_MASS = 0.5  # a row with less attention than this says nothing about where the voice is


@dataclass(frozen=True)
class MoveCosts:
    """What a move costs in nats of likelihood, for `likely_path`; staying and advancing by one are free.

    Args:
        jump_per_symbol: for each symbol jumped over on the way forward,
        jump: but at most this for a jump forward, however far.
        back: for a move back, however far.
    """

    jump_per_symbol: float = 0.4
    jump: float = 5.0
    back: float = 3.7


def argmax_path(weights: np.ndarray) -> np.ndarray:
    """The most attended symbol of each step; a row without any attention keeps the position before it.

    Args:
        weights: (T, N), >= 0.

    Returns:
        (T,) int64 in `[0, N)`; ties go to the earlier symbol, a first row without attention to symbol 0.

    Example:
        >>> argmax_path(np.array([[0.9, 0.1], [0.2, 0.8], [0.0, 0.0]])).tolist()
        [0, 1, 1]
    """
    path = np.argmax(weights, axis=1).astype(np.int64)
    seen = np.where(np.max(weights, axis=1) > 0, np.arange(len(path)), -1)
    source = np.maximum.accumulate(seen)
    return np.where(source >= 0, path[source], 0)


def likely_path(weights: np.ndarray, costs: MoveCosts | None = None) -> np.ndarray:
    """The most likely path when it may also jump forward and go back, each at a cost.

    Maximizes sum_t e[t, path[t]] - sum_t cost(path[t-1] -> path[t]), e the `emissions`. Costs: 0 to stay or advance by
    1, for an advance of k min(jump_per_symbol * (k - 1), jump), for a move back `back`. The first row is reached from
    symbol -1. Of equal paths, one with smaller last moves. Definition: this project.

    Args:
        weights: (T, N), >= 0.
        costs: in nats; None means the defaults.

    Returns:
        (T,) int64. One odd row does not move it, a word left out or said again does.

    Example:
        >>> weights = np.eye(9)[[0, 0, 6, 0, 1, 2, 3, 4, 1, 2, 3, 4, 5]]     # an odd row, then four symbols twice
        >>> likely_path(weights).tolist()
        [0, 0, 0, 0, 1, 2, 3, 4, 1, 2, 3, 4, 5]
    """
    costs = costs or MoveCosts()
    return _likely(emissions(weights), costs.jump_per_symbol, costs.jump, costs.back)


def emissions(weights: np.ndarray) -> np.ndarray:
    """What `likely_path` gains at each position.

    e[t, j] = log(sharp[t, j] / mass[t] + 0.02), and 0 in a row with mass[t] < 0.5, which says nothing. `sharp` is the
    row with the attention around its peak (within 2 symbols) gathered at its centre of gravity c: that attention's sum
    times exp(-(j - c)^2 / 0.5). So blur does not hide where the attention is, and jitter by a symbol costs about 2.

    Args:
        weights: (T, N), >= 0.

    Returns:
        (T, N) float64, from log(0.02) to log(1.02). Definition: this project.

    Example:
        >>> emissions(np.array([[0.0, 0.25, 0.5, 0.25, 0.0], [0.2, 0.2, 0.0, 0.0, 0.0]])).round(1).tolist()
        [[-3.9, -1.9, 0.0, -1.9, -3.9], [0.0, 0.0, 0.0, 0.0, 0.0]]
    """
    return _emissions(np.ascontiguousarray(weights, dtype=np.float64))


@numba.njit(cache=True)
def _emissions(weights: np.ndarray) -> np.ndarray:
    n_steps, n_symbols = weights.shape
    scores = np.zeros((n_steps, n_symbols))
    for t in range(n_steps):
        row = weights[t]
        mass = row.sum()
        if mass < LOST_MASS:
            continue
        peak = int(np.argmax(row))
        low, high = max(peak - BLUR, 0), min(peak + BLUR + 1, n_symbols)
        local = row[low:high].sum()
        centre = (row[low:high] * np.arange(low, high)).sum() / local
        for j in range(n_symbols):
            sharp = local * np.exp(-((j - centre) ** 2) / 0.5) if abs(j - centre) < 4 else 0.0
            elsewhere = 0.0 if low <= j < high else row[j]
            scores[t, j] = np.log((sharp + elsewhere) / mass + FLOOR)
    return scores


@numba.njit(cache=True)
def _likely(scores: np.ndarray, jump_per_symbol: float, jump: float, back: float) -> np.ndarray:
    n_steps, n_symbols = scores.shape
    best = np.empty(n_symbols)
    for j in range(n_symbols):
        best[j] = scores[0, j] - min(jump_per_symbol * j, jump)
    before = np.empty(n_symbols)
    origin = np.zeros((n_steps, n_symbols), dtype=np.int32)
    for t in range(1, n_steps):
        before[:] = best
        near, near_at = -np.inf, 0  # best start of a short jump to j, its cost so far taken off
        far, far_at = -np.inf, 0  # best start of a long jump to j
        for j in range(n_symbols):
            if j >= 2:
                near -= jump_per_symbol
                if before[j - 2] - jump_per_symbol >= near:
                    near, near_at = before[j - 2] - jump_per_symbol, j - 2
                if before[j - 2] >= far:
                    far, far_at = before[j - 2], j - 2
            value, source = before[j], j
            if j >= 1 and before[j - 1] > value:
                value, source = before[j - 1], j - 1
            if near > value:
                value, source = near, near_at
            if far - jump > value:
                value, source = far - jump, far_at
            best[j] = value
            origin[t, j] = source
        later, later_at = -np.inf, 0
        for j in range(n_symbols - 1, -1, -1):
            if later - back > best[j]:
                best[j] = later - back
                origin[t, j] = later_at
            if before[j] >= later:
                later, later_at = before[j], j
            best[j] += scores[t, j]
    path = np.zeros(n_steps, dtype=np.int64)
    path[n_steps - 1] = np.argmax(best)
    for t in range(n_steps - 1, 0, -1):
        path[t - 1] = origin[t, path[t]]
    return path
