"""How a path passes through the text: the steps that each symbol got, and what was strode over."""

from dataclasses import dataclass

import numba
import numpy as np

SHORTEST_STRIDE = 2  # symbols in one step that are always a pace and never a jump


@dataclass(frozen=True, eq=False)
class Passage:
    """What a path does to the text.

    Args:
        strode_from: (T,) first symbol that a step's time belongs to; it belongs to all from there to `path[t]`. In a
            stride these are the symbols strode over; a jump, a stay or a move back belong to where they land.
        time_on: (N,) steps spent on each symbol, adrift ones not counted.
        covered: (N,) bool, symbols that the path stood on or strode over.
    """

    strode_from: np.ndarray
    time_on: np.ndarray
    covered: np.ndarray


def passage(path: np.ndarray, adrift: np.ndarray, n_symbols: int) -> Passage:
    """Follows a path through the text.

    Args:
        path: (T,) positions.
        adrift: (T,) bool, steps that count for no symbol.
        n_symbols: N.

    Example:
        >>> found = passage(np.array([0, 2, 2, 9]), np.zeros(4, dtype=bool), 10)
        >>> found.strode_from.tolist(), found.time_on.tolist(), int(found.covered.sum())
        ([0, 1, 2, 9], [1.0, 0.5, 1.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0], 4)
    """
    strode_from = _strode_from(path, longest_stride(path, SHORTEST_STRIDE))
    time_on = spread_time(path, strode_from, adrift, 0, len(path), n_symbols)
    return Passage(strode_from, time_on, _covered(path, strode_from, n_symbols))


def covered_symbols(path: np.ndarray, n_symbols: int, shortest: float = SHORTEST_STRIDE) -> np.ndarray:
    """Which symbols a path stood on or strode over: (N,) bool; `shortest` as of `longest_stride`.

    Example:
        >>> covered_symbols(np.array([0, 2, 4, 9]), 10).astype(int).tolist()
        [1, 1, 1, 1, 1, 0, 0, 0, 0, 1]
    """
    return np.asarray(_covered(path, _strode_from(path, longest_stride(path, shortest)), n_symbols))


@numba.njit(cache=True, nogil=True)
def spread_time(
    path: np.ndarray, strode_from: np.ndarray, adrift: np.ndarray, start: int, stop: int, n_symbols: int
) -> np.ndarray:
    """Adds up the time of steps `[start, stop)` over the symbols that each belongs to: (N,) in steps."""
    time = np.zeros(n_symbols)
    for t in range(start, stop):
        if not adrift[t]:
            each = 1.0 / (path[t] + 1 - strode_from[t])
            for j in range(strode_from[t], path[t] + 1):
                time[j] += each
    return time


@numba.njit(cache=True, nogil=True)
def longest_stride(path: np.ndarray, shortest: float) -> float:
    """The farthest advance in one step that is still a pace and no jump: max(shortest, 2 * median advance)."""
    forward = np.empty(len(path))  # float64: a median of integers would be compiled beside that of `visits`
    n_forward, before = 0, -1
    for t in range(len(path)):
        if path[t] > before:
            forward[n_forward] = path[t] - before
            n_forward += 1
        before = path[t]
    return max(float(shortest), 2.0 * np.median(forward[:n_forward])) if n_forward else float(shortest)


@numba.njit(cache=True, nogil=True)
def _strode_from(path: np.ndarray, longest: float) -> np.ndarray:
    strode_from = path.copy()
    before = -1
    for t in range(len(path)):
        if 1 < path[t] - before <= longest:
            strode_from[t] = before + 1
        before = path[t]
    return strode_from


@numba.njit(cache=True, nogil=True)
def _covered(path: np.ndarray, strode_from: np.ndarray, n_symbols: int) -> np.ndarray:
    covered = np.zeros(n_symbols, dtype=np.bool_)
    for t in range(len(path)):
        covered[strode_from[t] : path[t] + 1] = True
    return covered
