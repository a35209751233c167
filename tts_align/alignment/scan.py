"""One pass over the rows of an attention matrix: all that metrics, path and events need of the weights themselves.

Each figure has its definition in `metrics.py` as a small pure function; here they are taken together while a row is in
the cache, which is an order of magnitude faster. The tests hold both against each other.
"""

from dataclasses import dataclass

import numba
import numpy as np

LOCAL, PLACE = 3, 5  # symbols: widths of the windows whose largest share of a row is taken


@dataclass(frozen=True, eq=False)
class Scan:
    """What the rows of one matrix hold.

    Args:
        mass: (T,) sum of each row.
        top: (T,) largest weight.
        local: (T,) largest sum of 3 neighbouring weights.
        place: (T,) largest sum of 5 neighbouring weights.
        w_log_w: (T,) sum of w ln w.
        column_top: (N,) largest weight of each symbol.
    """

    mass: np.ndarray
    top: np.ndarray
    local: np.ndarray
    place: np.ndarray
    w_log_w: np.ndarray
    column_top: np.ndarray


def scan(weights: np.ndarray) -> Scan:
    """Scans a matrix.

    Args:
        weights: (T, N) finite, >= 0.

    Returns:
        float32 figures.

    Example:
        >>> found = scan(np.array([[0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 0.25, 0.0]]))
        >>> found.mass.tolist(), found.top.tolist(), found.column_top.tolist()
        ([1.0, 0.25], [0.5, 0.25], [0.5, 0.5, 0.25, 0.0])
    """
    weights = np.ascontiguousarray(weights, dtype=np.float32)
    rows = np.empty((5, weights.shape[0]), dtype=np.float32)
    column_top = np.zeros(weights.shape[1], dtype=np.float32)
    _scan(weights, weights.view(np.int32), rows, column_top)
    mass, top, local, place, w_log_w = rows
    return Scan(mass, top, local, place, w_log_w, column_top)


# ln m for m in [1, 2) as a polynomial of degree 8 in m - 1.5, off by about 1e-7 in float32
_LN = tuple(
    np.float32(each)
    for each in np.polynomial.Chebyshev.interpolate(np.log, 8, domain=[1.0, 2.0])
    .convert(kind=np.polynomial.Polynomial, domain=[1.0, 2.0], window=[-0.5, 0.5])
    .coef
)
_LN_2 = np.float32(np.log(2.0))


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _scan(weights: np.ndarray, bits: np.ndarray, rows: np.ndarray, column_top: np.ndarray) -> None:
    """Loops that LLVM turns into vector code. Weights are >= 0, so their bits order as they do: maxima of integers."""
    n_steps, n_symbols = weights.shape
    rows_bits = rows.view(np.int32)
    local, place = np.zeros(n_symbols, dtype=np.float32), np.zeros(n_symbols, dtype=np.float32)
    local_bits, place_bits = local.view(np.int32), place.view(np.int32)
    mantissa = np.empty(n_symbols, dtype=np.float32)
    mantissa_bits = mantissa.view(np.int32)
    for t in range(n_steps):
        row = weights[t]
        mass = np.float32(0.0)
        for j in range(n_symbols):
            mass += row[j]
        rows[0, t] = mass
        for j in range(n_symbols):
            column_top[j] = max(column_top[j], row[j])
        for j in range(n_symbols - LOCAL + 1):
            local[j] = row[j] + row[j + 1] + row[j + 2]
        for j in range(n_symbols - PLACE + 1):
            place[j] = row[j] + row[j + 1] + row[j + 2] + row[j + 3] + row[j + 4]
        rows_bits[1, t] = _largest(bits[t])
        rows[2, t], rows[3, t] = mass, mass
        if n_symbols > LOCAL:
            rows_bits[2, t] = _largest(local_bits)
        if n_symbols > PLACE:
            rows_bits[3, t] = _largest(place_bits)
        rows[4, t] = _w_log_w(row, bits[t], mantissa, mantissa_bits)


@numba.njit(cache=True, nogil=True, inline="always")
def _largest(values: np.ndarray) -> np.int32:
    best = np.int32(0)
    for j in range(len(values)):
        best = max(best, values[j])
    return best


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy", inline="always")
def _w_log_w(row: np.ndarray, bits: np.ndarray, mantissa: np.ndarray, mantissa_bits: np.ndarray) -> np.float32:
    """Sum of w ln w, the logarithm taken apart: w = 2^e m, m in [1, 2). A weight of zero has e = -127 and adds zero."""
    for j in range(len(row)):
        mantissa_bits[j] = (bits[j] & 0x7FFFFF) | 0x3F800000
    total = np.float32(0.0)
    for j in range(len(row)):
        x = mantissa[j] - np.float32(1.5)
        ln_m = _LN[8]
        ln_m = ln_m * x + _LN[7]
        ln_m = ln_m * x + _LN[6]
        ln_m = ln_m * x + _LN[5]
        ln_m = ln_m * x + _LN[4]
        ln_m = ln_m * x + _LN[3]
        ln_m = ln_m * x + _LN[2]
        ln_m = ln_m * x + _LN[1]
        ln_m = ln_m * x + _LN[0]
        total += row[j] * (ln_m + np.float32((bits[j] >> 23) - 127) * _LN_2)
    return total
