"""Reading one position per decoder step from the weights: the most attended, and the likely one, which may go back."""

from dataclasses import dataclass

import numpy as np

from tts_align.alignment.path_search import LOG_FLOOR, attended, says_something, search
from tts_align.alignment.scan import Scan, scan


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


def likely_path(weights: np.ndarray, costs: MoveCosts | None = None, scanned: Scan | None = None) -> np.ndarray:
    """The most likely path when it may also jump forward and go back, each at a cost.

    Maximizes sum_t e[t, path[t]] - sum_t cost(path[t-1] -> path[t]), e the `emissions`. Costs: 0 to stay or advance by
    1, for an advance of k min(jump_per_symbol * (k - 1), jump), for a move back `back`. The first row is reached from
    symbol -1. Definition: this project.

    The search is exact, but looks only where a best path can be. A jump onto a symbol that gains no more than the floor
    can as well be made a row later, so rows are entered by staying, by advancing, or at a symbol that gains more; and
    what lies a costliest move behind the best can be had from the best. That leaves four or five positions of a row.

    Args:
        weights: (T, N), >= 0.
        costs: in nats; None means the defaults.
        scanned: `scan(weights)`, if it was made already.

    Returns:
        (T,) int64. One odd row does not move it, a word left out or said again does.

    Example:
        >>> weights = np.eye(9)[[0, 0, 6, 0, 1, 2, 3, 4, 1, 2, 3, 4, 5]]     # an odd row, then four symbols twice
        >>> likely_path(weights).tolist()
        [0, 0, 0, 0, 1, 2, 3, 4, 1, 2, 3, 4, 5]
    """
    costs = costs or MoveCosts()
    weights = np.ascontiguousarray(weights, dtype=np.float32)
    scanned = scanned or scan(weights)
    return search(weights, scanned.mass, scanned.top, scanned.place, costs.jump_per_symbol, costs.jump, costs.back)


def emissions(weights: np.ndarray) -> np.ndarray:
    """What `likely_path` gains at each position.

    e[t, j] = log(max(sharp[t, j] / mass[t], 0.02)), and 0 in a row that says nothing: mass[t] < 0.5, or no weight above
    0.02 mass[t]. `sharp` is the row with the attention around its peak (within 2 symbols) gathered at its centre of
    gravity c: that attention's sum times exp(-(j - c)^2 / 0.5). So blur does not hide where the attention is, and
    jitter by a symbol costs about 2.

    Args:
        weights: (T, N), >= 0.

    Returns:
        (T, N) float64, from log(0.02) to 0. Definition: this project.

    Example:
        >>> emissions(np.array([[0.0, 0.25, 0.5, 0.25, 0.0], [0.2, 0.2, 0.0, 0.0, 0.0]])).round(1).tolist()
        [[-3.9, -2.0, 0.0, -2.0, -3.9], [0.0, 0.0, 0.0, 0.0, 0.0]]
    """
    weights = np.ascontiguousarray(weights, dtype=np.float32)
    scanned = scan(weights)
    scores = np.zeros(weights.shape)
    cells, gains = np.empty(weights.shape[1], dtype=np.int32), np.empty(weights.shape[1])
    for t, row in enumerate(weights):
        if says_something(scanned.mass[t], scanned.top[t]):
            n_cells = attended(row, scanned.mass[t], scanned.top[t], scanned.place[t], cells, gains)
            scores[t] = LOG_FLOOR
            scores[t, cells[:n_cells]] = gains[:n_cells]
    return scores
