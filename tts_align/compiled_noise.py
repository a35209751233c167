"""The numbers of `Noise.uniform` on a CPU by one compiled loop, instead of a dozen passes over eight bytes a number.

Its constants are those of `noise`, which cannot be imported from here; a test compares the bits.
"""

import numpy as np
from numba import njit, uint64

_COLUMN_BITS = uint64(24)
_GOLDEN, _FIRST, _SECOND = uint64(0x9E3779B97F4A7C15), uint64(0xBF58476D1CE4E5B9), uint64(0x94D049BB133111EB)
_HALF, _UNIT, _HIGHEST = np.float32(0.5), np.float32(2.0**-24), np.float32(1 - 2.0**-24)


@njit(cache=True, error_model="numpy")
def fill_uniform(keys, start, numbers):  # type: ignore[no-untyped-def]
    """Fills numbers (B, rows, columns) float32 by keys (B,) uint64; `start` is the number of the first row."""
    n_utterances, n_rows, n_columns = numbers.shape
    for b in range(n_utterances):
        for row in range(n_rows):
            position = uint64(start + row) << _COLUMN_BITS
            for column in range(n_columns):
                bits = (position + uint64(column)) * _GOLDEN + keys[b]
                bits = (bits ^ (bits >> uint64(30))) * _FIRST
                bits = (bits ^ (bits >> uint64(27))) * _SECOND
                bits = (bits ^ (bits >> uint64(31))) >> uint64(40)
                numbers[b, row, column] = min((np.float32(bits) + _HALF) * _UNIT, _HIGHEST)
