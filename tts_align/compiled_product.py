"""A matrix times a few columns on one CPU thread, many times over, as a recurrent layer needs it: compiled loops.

Each step of a recurrent layer multiplies the same large matrix with one column for each utterance. Libraries are made
for products with many columns. Here the matrix is packed once into panels of rows that lie in the order in which they
are read; the sums of a panel stay in vector registers while the loop runs down the inner dimension.

It stands outside `model` for the same reason as `compiled_rows`.
"""

from typing import Any

import numpy as np
import torch
from llvmlite import binding, ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from torch import Tensor

from tts_align.compiled_tiles import LANES, VECTOR, in_all_lanes

PANEL = 24
"""Rows of a panel: its sums fill 24 of 32 registers."""
_AHEAD = 64
"""Rows of a panel between what is computed with and what is fetched: a large matrix comes from far away."""
_STEPS_OF_A_SUM = 64
"""Steps whose numbers are packed together: what one panel meets of them fits into the second cache."""
_STEPS = 4
"""Products of several that are made of a panel before the next one is read."""


class PackedMatrix:
    """A matrix (M, K) that is multiplied with thin matrices (K, B).

    Args:
        matrix: (M, K) float32 on a CPU, M >= `PANEL`, K >= 1.

    Raises:
        ValueError: it is of another type or too small.

    Example:
        >>> matrix, right, summand = torch.randn(40, 7), torch.randn(7, 18), torch.randn(40, 18)
        >>> found = PackedMatrix(matrix).times(right, summand, out=torch.empty(40, 18))
        >>> torch.allclose(found, summand + matrix @ right, atol=1e-5)
        True
    """

    def __init__(self, matrix: Tensor):
        if matrix.dtype != torch.float32 or len(matrix) < PANEL or matrix.shape[1] < 1:  # the loop would read beyond
            found = f"{tuple(matrix.shape)} {matrix.dtype}"
            raise ValueError(f"expected a float32 matrix of {PANEL} rows or more and one column or more, found {found}")
        n_rows = self._n_rows = len(matrix)
        starts = np.minimum(np.arange(0, n_rows, PANEL), n_rows - PANEL)  # the last may overlap the one before
        panels = torch.stack([matrix.detach()[start : start + PANEL].t() for start in starts.tolist()])
        self._starts, self._panels = starts, panels.numpy()  # (P,), (P, K, PANEL)

    def times(self, right: Tensor, summand: Tensor, out: Tensor) -> Tensor:
        """Puts summand + matrix @ right into `out`.

        Args:
            right: (K, B) float32, contiguous; or (T, K, B): T products at once.
            summand: (M, B) float32, contiguous; or (T, M, B); one for all of T products may be (M, B).
            out: (M, B) float32, contiguous, or (T, M, B); not the memory of either.

        Returns:
            `out`.

        Raises:
            ValueError: the sizes do not fit, or one of the three does not lie in order or is not float32.
        """
        steps, n_columns = right.shape[:-2], right.shape[-1:]
        rows, result = (*steps, self._panels.shape[1], *n_columns), (*steps, self._n_rows, *n_columns)
        found = [(tuple(each.shape), each.is_contiguous(), each.dtype) for each in (right, summand, out)]
        wanted = rows, result[-2:] if summand.dim() == 2 else result, result
        if found != [(each, True, torch.float32) for each in wanted]:
            shapes = ", ".join(map(str, wanted))
            raise ValueError(f"expected contiguous float32 matrices of the shapes {shapes}, found {found}")
        if out.numel() == 0:
            return out
        missing = -out.shape[-1] % LANES  # whole vectors alone are computed with
        if missing == 0:
            return self._times(right, summand, out)
        padded = out.new_empty(*out.shape[:-1], out.shape[-1] + missing)
        right, summand = (torch.nn.functional.pad(each.detach(), (0, missing)) for each in (right, summand))
        return out.copy_(self._times(right, summand, padded)[..., :-missing])

    def _times(self, right: Tensor, summand: Tensor, out: Tensor) -> Tensor:
        rights, summands, outs = (each.view(-1, *each.shape[-2:]).numpy() for each in (right, summand, out))
        _times(self._panels, self._starts, rights, summands, outs)
        return out


def sum_of_products(left: Tensor, right: Tensor) -> Tensor:
    """Sum over steps of left[t] @ right[t]': the gradient of a weight whose inputs and outputs are kept by step.

    Args:
        left: (T, M, B) float32 on a CPU.
        right: (T, K, B) float32 on a CPU.

    Returns:
        (M, K).

    Raises:
        ValueError: the sizes do not fit, or one of the two is not float32.

    Example:
        >>> left, right = torch.randn(9, 40, 3), torch.randn(9, 7, 3)
        >>> torch.allclose(sum_of_products(left, right), torch.einsum("tmb,tkb->mk", left, right), atol=1e-5)
        True
    """
    fits = left.dim() == right.dim() == 3 and (left.shape[::2], left.dtype) == (right.shape[::2], right.dtype)
    if not fits or left.dtype != torch.float32:
        found = [(tuple(each.shape), each.dtype) for each in (left, right)]
        raise ValueError(f"expected float32 matrices of the shapes (T, M, B), (T, K, B), found {found}")
    if left.shape[2] == 0:  # the loop would read beyond
        return left.new_zeros(left.shape[1], right.shape[1])
    lefts, rights = left.detach().numpy(), right.detach().numpy()
    starts, columns = (np.arange(0, each.shape[1], width) for each, width in ((left, PANEL), (right, LANES)))
    total = np.zeros((len(columns), PANEL * len(starts), LANES), np.float32)
    for first in range(0, len(left), _STEPS_OF_A_SUM):
        some = slice(first, first + _STEPS_OF_A_SUM)
        _times(_packed(lefts[some], PANEL), starts, _packed(rights[some], LANES), total, total)
    return torch.from_numpy(total).transpose(0, 1).flatten(1)[: left.shape[1], : right.shape[1]].contiguous()


def is_worthwhile(matrix: Tensor) -> bool:
    """Whether `PackedMatrix` takes a matrix and is faster than torch here.

    These loops run on one thread and need vectors of 512 bits.

    Example:
        >>> is_worthwhile(torch.zeros(PANEL - 1, 4)), is_worthwhile(torch.zeros(64, 4, dtype=torch.float64))
        (False, False)
    """
    fits = matrix.device.type == "cpu" and matrix.dtype == torch.float32 and len(matrix) >= PANEL
    return fits and _HAS_WIDE_VECTORS and torch.get_num_threads() == 1


_HAS_WIDE_VECTORS = bool(binding.get_host_cpu_features().get("avx512f", False))
_INT, _FLOAT = ir.IntType(64), ir.FloatType()
_LINE = 64
"""Bytes that memory hands over together."""


@njit(cache=True, error_model="numpy")
def _packed(steps, width):  # type: ignore[no-untyped-def]
    """(T, M, B) into panels of so many rows, (P, T B, width), filled up with zeros."""
    n_steps, n_rows, n_columns = steps.shape
    panels = np.zeros((-(-n_rows // width), n_steps * n_columns, width), np.float32)
    for p in range(len(panels)):
        for step in range(n_steps):
            for row in range(min(width, n_rows - p * width)):
                for column in range(n_columns):
                    panels[p, step * n_columns + column, row] = steps[step, p * width + row, column]
    return panels


@njit(cache=True, error_model="numpy")
def _times(panels, starts, right, summand, out):  # type: ignore[no-untyped-def]
    """As `PackedMatrix.times`, with (T, K, B), (T or 1, M, B), (T, M, B), B a multiple of `LANES`; where no panels
    overlap, `out` may be `summand`."""
    n_panels, n_inner, _ = panels.shape
    n_steps, _, n_columns = out.shape
    for first in range(0, n_steps, _STEPS):
        for p in range(n_panels):
            panel, start = panels[p].ctypes.data, starts[p]
            for step in range(first, min(first + _STEPS, n_steps)):
                for column in range(0, n_columns, LANES):
                    _panel_times(
                        panel, n_inner, right[step, 0, column:].ctypes.data, n_columns,
                        summand[step % len(summand), start, column:].ctypes.data, out[step, start, column:].ctypes.data,
                    )  # fmt: skip


@intrinsic
def _panel_times(_, panel, n_inner, right, n_columns, summand, out):  # type: ignore[no-untyped-def]
    """out = summand + panel' right for `LANES` columns. In: address of the panel (K, PANEL); K; address of the first
    of these columns in a matrix (K, B); B; addresses of that column in the panel's rows of summand and out (M, B)."""
    return types.void(*[types.int64] * 6), _write_panel_times


def _write_panel_times(context: Any, builder: ir.IRBuilder, _: Any, arguments: Any) -> Any:
    """The loop over the inner dimension, with a panel's sums as its variables."""
    panel, n_inner, right, n_columns, summand, out = arguments
    before, inner, after = builder.block, builder.append_basic_block(), builder.append_basic_block()
    row_bytes = builder.mul(n_columns, _INT(4))

    def vector_of_row(address: Any, row: Any) -> Any:
        return builder.inttoptr(builder.add(address, builder.mul(row, row_bytes)), VECTOR.as_pointer())

    begun = [builder.load(vector_of_row(summand, _INT(row)), align=4) for row in range(PANEL)]
    builder.branch(inner)
    builder.position_at_end(inner)
    k, sums = builder.phi(_INT), [builder.phi(VECTOR) for _ in range(PANEL)]
    columns = builder.load(vector_of_row(right, k), align=4)
    _fetch(builder, panel, builder.add(k, _INT(_AHEAD)))
    numbers = builder.inttoptr(builder.add(panel, builder.mul(k, _INT(4 * PANEL))), _FLOAT.as_pointer())
    made = []
    for row, total in enumerate(sums):
        number = builder.load(builder.gep(numbers, [_INT(row)]))
        made.append(_multiply_add(builder, in_all_lanes(builder, number), columns, total))
    following = builder.add(k, _INT(1))
    for variable, first, later in zip([k, *sums], [_INT(0), *begun], [following, *made], strict=True):
        variable.add_incoming(first, before)
        variable.add_incoming(later, inner)
    builder.cbranch(builder.icmp_signed("<", following, n_inner), inner, after)
    builder.position_at_end(after)
    for row, total in enumerate(made):
        builder.store(total, vector_of_row(out, _INT(row)), align=4)
    return context.get_dummy_value()


def _fetch(builder: ir.IRBuilder, panel: Any, row: Any) -> None:
    """Asks for the memory of a panel's row, (K, PANEL), to be near when it is needed; past the end nothing happens."""
    byte = ir.IntType(8).as_pointer()
    kind = ir.FunctionType(ir.VoidType(), [byte, *[ir.IntType(32)] * 3])
    fetch = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
    read, into_second_cache, data = (ir.IntType(32)(number) for number in (0, 2, 1))
    for first in range(0, 4 * PANEL, _LINE):
        address = builder.add(builder.add(panel, builder.mul(row, _INT(4 * PANEL))), _INT(first))
        builder.call(fetch, [builder.inttoptr(address, byte), read, into_second_cache, data])


def _multiply_add(builder: ir.IRBuilder, one: Any, other: Any, summand: Any) -> Any:
    name, kind = f"llvm.fma.v{LANES}f32", ir.FunctionType(VECTOR, [VECTOR] * 3)
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [one, other, summand])
