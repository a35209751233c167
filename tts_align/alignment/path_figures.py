"""The scores of `path_metrics.py` in one pass over a path each, for many utterances."""

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def travel(path: np.ndarray) -> tuple[int, int, int]:
    """Symbols gone forward, symbols gone either way, and the farthest symbol."""
    forward, either, farthest = 0, 0, path[0]
    for t in range(1, len(path)):
        move = path[t] - path[t - 1]
        forward += max(0, move)
        either += abs(move)
        farthest = max(farthest, path[t])
    return forward, either, farthest


@numba.njit(cache=True, nogil=True)
def longest_gap(covered: np.ndarray) -> int:
    """The longest run of symbols that were not covered."""
    longest, run = 0, 0
    for there in covered:
        run = 0 if there else run + 1
        longest = max(longest, run)
    return longest


@numba.njit(cache=True, nogil=True)
def visits(path: np.ndarray, letters: np.ndarray) -> tuple[int, float, float]:
    """How often a symbol was come back to, and the longest and the median stay on a letter, 1 and 1 without any."""
    seen = np.zeros(len(letters), dtype=np.bool_)
    stays = np.empty(len(path))
    n_visits, n_seen, n_stays, start = 0, 0, 0, 0
    for t in range(1, len(path) + 1):
        if t == len(path) or path[t] != path[start]:
            symbol = path[start]
            n_visits += 1
            n_seen += not seen[symbol]
            seen[symbol] = True
            if letters[symbol]:
                stays[n_stays] = t - start
                n_stays += 1
            start = t
    if n_stays == 0:
        return n_visits - n_seen, 1.0, 1.0
    return n_visits - n_seen, stays[:n_stays].max(), np.median(stays[:n_stays])


@numba.njit(cache=True, nogil=True)
def steps_after(path: np.ndarray, last_letter: int) -> int:
    """Steps from the last arrival at something new on, see `path_metrics.tail`; 0 if `last_letter` is never reached."""
    n_steps, n_places = len(path), max(path.max(), last_letter) + 1
    first = np.full(n_places + 2, n_steps)  # of each symbol, with a border on either side
    there = n_steps
    for t in range(n_steps - 1, -1, -1):
        first[path[t] + 1] = t
        if path[t] >= last_letter:
            there = t
    if there == n_steps:
        return 0
    start = there
    for symbol in range(last_letter + 1):
        if first[symbol + 1] < n_steps:
            start = max(start, min(first[symbol], first[symbol + 1], first[symbol + 2]))
    return n_steps - start


@numba.njit(cache=True, nogil=True, fastmath=True)
def weight_near_diagonal(weights: np.ndarray, half: float) -> float:
    """The weight within `half` symbols of the diagonal, see `metrics.diagonal_rate`."""
    n_steps, n_symbols = weights.shape
    slope = n_symbols / n_steps
    total = 0.0
    for t in range(n_steps):
        left, right = t * slope, (t + 1) * slope
        first, stop = max(0, int(left - half - 0.5)), min(n_symbols, int(right + half + 0.5) + 1)
        inner = min(stop, max(first, int(np.ceil(right - half - 0.5))))
        outer = max(inner, min(stop, int(np.floor(left + half - 0.5)) + 1))
        whole = np.float32(0.0)
        for j in range(inner, outer):
            whole += weights[t, j]
        total += float(whole)
        for j in range(first, inner):
            total += weights[t, j] * max(0.0, min(right, j + 0.5 + half) - max(left, j + 0.5 - half)) / slope
        for j in range(outer, stop):
            total += weights[t, j] * max(0.0, min(right, j + 0.5 + half) - max(left, j + 0.5 - half)) / slope
    return total
