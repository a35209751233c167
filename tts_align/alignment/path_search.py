"""The search for the most likely path: an exact Viterbi search over the few positions of each row that matter.

What is maximized, and why so few positions are enough, is said at `path.likely_path`.
"""

import math

import numba
import numpy as np

from tts_align.alignment.scan import PLACE

FLOOR = 0.02  # share that every position has at least, so that one odd row cannot forbid a path
LOG_FLOOR = math.log(FLOOR)
BLUR = 2  # symbols on either side of a row's peak that may be the same place, blurred
LOST_MASS = 0.5  # a row with less attention than this says nothing about where the voice is


@numba.njit(cache=True, nogil=True, inline="always")
def says_something(mass: float, top: float) -> bool:
    """Whether a row of this mass and largest weight speaks for some symbols more than for others."""
    return mass >= LOST_MASS and top > FLOOR * mass


@numba.njit(cache=True, nogil=True, inline="always")
def attended(row: np.ndarray, mass: float, top: float, place: float, cells: np.ndarray, gains: np.ndarray) -> int:
    """The symbols of a row that gain more than the floor, in order, and what they gain; returns how many."""
    n_symbols = len(row)
    peak = 0
    while row[peak] != top:
        peak += 1
    low, high = max(peak - BLUR, 0), min(peak + BLUR + 1, n_symbols)
    local, moment = 0.0, 0.0
    for j in range(low, high):
        local += row[j]
        moment += j * row[j]
    centre, local_gain = moment / local, math.log(min(local / mass, 1.0))
    before, after = 0, n_symbols
    if place >= (1.0 - FLOOR) * mass:  # then the best five, which hold the peak, hold all that can be above the floor
        before, after = max(peak - PLACE + 1, 0), min(peak + PLACE, n_symbols)
    n_cells = _elsewhere(row, mass, before, low, cells, gains, 0)
    for j in range(low, high):
        gain = local_gain - 2.0 * (j - centre) ** 2
        if gain > LOG_FLOOR:
            cells[n_cells], gains[n_cells] = j, gain
            n_cells += 1
    return _elsewhere(row, mass, high, after, cells, gains, n_cells)


@numba.njit(cache=True, nogil=True, inline="always")
def _elsewhere(
    row: np.ndarray, mass: float, start: int, stop: int, cells: np.ndarray, gains: np.ndarray, n_cells: int
) -> int:
    least = np.float32(FLOOR * mass)
    for j in range(start, stop):
        if row[j] > least:
            cells[n_cells], gains[n_cells] = j, math.log(row[j] / mass)
            n_cells += 1
    return n_cells


@numba.njit(cache=True, nogil=True)
def search(
    weights: np.ndarray,
    mass: np.ndarray,
    top: np.ndarray,
    place: np.ndarray,
    jump_per_symbol: float,
    jump: float,
    back: float,
) -> np.ndarray:
    """Viterbi search over the positions of each row that matter.

    `at`, `value` and `origin` hold the positions of all rows behind each other, a row's in the order of the text;
    `origin` is where in these arrays the position before it stands.
    """
    n_steps, n_symbols = weights.shape
    cells, gains = np.empty(n_symbols, dtype=np.int32), np.empty(n_symbols)
    size = 6 * n_steps + n_symbols + 1
    at, value, origin = np.empty(size, dtype=np.int32), np.empty(size), np.empty(size, dtype=np.int32)
    at[0], value[0], origin[0] = -1, 0.0, -1  # before the text
    start, stop = 0, 1
    for t in range(n_steps):
        if stop + n_symbols > size:
            size = 2 * size + n_symbols
            at, value, origin = _longer(at, size), _longer(value, size), _longer(origin, size)
        n_cells, floor = 0, 0.0
        if says_something(mass[t], top[t]):
            n_cells, floor = attended(weights[t], mass[t], top[t], place[t], cells, gains), LOG_FLOOR
        end = _come_forward(at, value, origin, start, stop, cells, n_cells, n_symbols, jump_per_symbol, jump)
        _come_back(at, value, origin, start, stop, end, back)
        _gain(at, value, stop, end, cells, gains, n_cells, floor)
        start, stop = stop, _without_hopeless(at, value, origin, stop, end, max(jump, back))
    path = np.empty(n_steps, dtype=np.int64)
    last = start + np.argmax(value[start:stop])
    for t in range(n_steps - 1, -1, -1):
        path[t] = at[last]
        last = origin[last]
    return path


@numba.njit(cache=True, nogil=True, inline="always")
def _come_forward(
    at: np.ndarray,
    value: np.ndarray,
    origin: np.ndarray,
    start: int,
    stop: int,
    cells: np.ndarray,
    n_cells: int,
    n_symbols: int,
    jump_per_symbol: float,
    jump: float,
) -> int:
    """Writes a new row from `stop` on: all that can stay, advance, or is attended, reached without a move back.

    `stay`, `advance` and `passed` run over the row before, [start, stop): what stays at symbol j, what advances to it,
    what may jump to it.

    Returns:
        Where the new row ends.
    """
    end, cell = stop, 0
    stay, advance, passed = start, start, start
    if at[stay] < 0:
        stay += 1  # nobody stays before the text
    near, near_from, far, far_from = -np.inf, -1, -np.inf, -1
    while True:
        j = n_symbols
        if stay < stop:
            j = min(j, at[stay])
        if advance < stop:
            j = min(j, at[advance] + 1)
        if cell < n_cells:
            j = min(j, cells[cell])
        if j == n_symbols:
            return end
        while passed < stop and at[passed] <= j - 2:
            if value[passed] + jump_per_symbol * at[passed] >= near:
                near, near_from = value[passed] + jump_per_symbol * at[passed], passed
            if value[passed] >= far:
                far, far_from = value[passed], passed
            passed += 1
        best, source = max(near - jump_per_symbol * (j - 1), far - jump), near_from
        if far - jump > near - jump_per_symbol * (j - 1):
            source = far_from
        if advance < stop and at[advance] == j - 1:
            if value[advance] >= best:
                best, source = value[advance], advance
            advance += 1
        if stay < stop and at[stay] == j:
            if value[stay] >= best:
                best, source = value[stay], stay
            stay += 1
        if cell < n_cells and cells[cell] == j:
            cell += 1
        at[end], value[end], origin[end] = j, best, source
        end += 1


@numba.njit(cache=True, nogil=True, inline="always")
def _come_back(
    at: np.ndarray, value: np.ndarray, origin: np.ndarray, start: int, stop: int, end: int, back: float
) -> None:
    """Lets the positions of the new row [stop, end) be reached by a move back where that is better."""
    later, later_from, before = -np.inf, -1, stop - 1
    for new in range(end - 1, stop - 1, -1):
        while before >= start and at[before] > at[new]:
            if value[before] >= later:
                later, later_from = value[before], before
            before -= 1
        if later - back > value[new]:
            value[new], origin[new] = later - back, later_from


@numba.njit(cache=True, nogil=True, inline="always")
def _gain(
    at: np.ndarray,
    value: np.ndarray,
    stop: int,
    end: int,
    cells: np.ndarray,
    gains: np.ndarray,
    n_cells: int,
    floor: float,
) -> None:
    cell = 0
    for new in range(stop, end):
        if cell < n_cells and cells[cell] == at[new]:
            value[new] += gains[cell]
            cell += 1
        else:
            value[new] += floor


@numba.njit(cache=True, nogil=True, inline="always")
def _without_hopeless(
    at: np.ndarray, value: np.ndarray, origin: np.ndarray, stop: int, end: int, reserve: float
) -> int:
    """Drops what lies more than the costliest move behind the best; returns where the row ends now."""
    best = value[stop]
    for new in range(stop, end):
        best = max(best, value[new])
    kept = stop
    for new in range(stop, end):
        if value[new] >= best - reserve:
            at[kept], value[kept], origin[kept] = at[new], value[new], origin[new]
            kept += 1
    return kept


@numba.njit(cache=True, nogil=True)
def _longer(values: np.ndarray, size: int) -> np.ndarray:
    longer = np.empty(size, dtype=values.dtype)
    for i in range(len(values)):  # an array in one go is compiled with the text of its error, which takes a second
        longer[i] = values[i]
    return longer
