"""The inner loop of the monotone search: sixteen symbols at a time, in vector registers.

Time is the outer loop and the text the inner one, so all that a step needs lies side by side. Of each cell one bit is
kept: whether the best path came from the symbol before. Only cells that some path can go through are visited:

    symbol 3 |       . # #
           2 |     # # # .      j <= t   and   N - 1 - j <= T - 1 - t
           1 |   # # # .
           0 | # # # .
               0 1 2 3 4 5  step

A step visits them in blocks of 16 that start at multiples of 16, so it may reach over both ends of the band. That does
no harm: above the band all is -inf and stays so, what lies below can never get to the last symbol, and what a block
reads behind the end of its row only flows upward, to places behind the last symbol.
"""

from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

LANES = 16  # symbols of a block; where registers are shorter the compiler takes several
_SHIFT = LANES.bit_length() - 1  # LANES = 2 ** _SHIFT
_LAST = LANES - 1


@numba.njit(cache=True, nogil=True, error_model="numpy")
def search(scores: np.ndarray, n_symbols: int, path: np.ndarray) -> float:
    """Writes the best path, and of equal ones that which is furthest on at every step, into `path`.

    Args:
        scores: (T, W) float32, C-contiguous, T >= 2, T >= N, W >= N, W >= 16; columns from N on are ignored.
        n_symbols: N.
        path: (T,) int64, written.

    Returns:
        The sum of the scores along the path, taken in float32.
    """
    n_steps, width = scores.shape
    n_blocks = (n_symbols + _LAST) >> _SHIFT
    cells = scores.reshape(-1)
    best = np.full((n_blocks + 1) * LANES, -np.inf, dtype=np.float32)  # a block of nothing, then symbol 0, 1, ...
    best[LANES] = scores[0, 0]
    moved = np.zeros(n_steps * n_blocks, dtype=np.uint16)
    for t in range(1, n_steps - 1):
        low = max(0, n_symbols - n_steps + t) >> _SHIFT
        high = (min(n_symbols - 1, t) >> _SHIFT) + 1
        _step(best, cells, t * width, moved, t * n_blocks, low, high)
    # the last step has a single cell; as a block it would read behind the end of the matrix
    last = LANES + n_symbols - 1
    if best[last - 1] > best[last]:
        moved[(n_steps - 1) * n_blocks + n_blocks - 1] = 1 << ((n_symbols - 1) & _LAST)
    _trace_back(moved, n_blocks, n_symbols, path)
    return float(max(best[last - 1], best[last]) + scores[n_steps - 1, n_symbols - 1])


@numba.njit(cache=True, nogil=True, error_model="numpy")
def _trace_back(moved: np.ndarray, n_blocks: int, n_symbols: int, path: np.ndarray) -> None:
    t, lane = len(path) - 1, (n_symbols - 1) & _LAST
    for block in range(n_blocks - 1, -1, -1):  # within a block the next word does not wait for the bit of this one
        while t > 0 and lane >= 0:
            path[t] = (block << _SHIFT) + lane
            lane -= int(moved[t * n_blocks + block] >> lane) & 1
            t -= 1
        lane = _LAST
    path[0] = 0


def _step_in_vectors(
    context: Any, best: Any, cells: Any, first_cell: Any, moved: Any, first_word: Any, low: Any, high: Any
) -> tuple[Any, Any]:
    """One step of the search over the blocks `low` to `high`, in place.

    best[j] = max(best[j], best[j - 1]) + score[j], and bit j of `moved` says that best[j - 1] was the larger. In vector
    instructions, since as a plain loop it takes three times as long: the compiler must see to it that the arrays do
    not overlap, and what a row has left over, most of it for a hundred symbols, goes one by one.
    """
    vector, word = ir.VectorType(ir.FloatType(), LANES), ir.IntType(LANES)
    last_and_first = ir.Constant(ir.VectorType(ir.IntType(32), LANES), list(range(_LAST, _LAST + LANES)))

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        def blocks_of(argument: int, offset: ir.Value, kind: ir.Type) -> ir.Value:
            data = context.make_array(signature.args[argument])(context, builder, args[argument]).data
            return builder.bitcast(builder.gep(data, [offset]), kind.as_pointer())

        one = ir.Constant(args[5].type, 1)
        best = blocks_of(0, ir.Constant(args[5].type, LANES), vector)
        cells, moved = blocks_of(1, args[2], vector), blocks_of(3, args[4], word)
        before = cgutils.alloca_once(builder, vector)  # the block before, as it was a step ago
        builder.store(builder.load(builder.gep(best, [builder.sub(args[5], one)]), align=4), before)
        with cgutils.for_range_slice(builder, args[5], args[6], one) as (block, _):
            place = builder.gep(best, [block])
            stay = builder.load(place, align=4)
            move = builder.shuffle_vector(builder.load(before), stay, last_and_first)
            builder.store(stay, before)
            better = builder.fcmp_ordered(">", move, stay)
            score = builder.load(builder.gep(cells, [block]), align=4)
            builder.store(builder.fadd(builder.select(better, move, stay), score), place, align=4)
            builder.store(builder.bitcast(better, word), builder.gep(moved, [block]), align=2)
        return context.get_dummy_value()

    return types.void(best, cells, types.intp, moved, types.intp, types.intp, types.intp), generate


_step: Any = intrinsic(_step_in_vectors)
