"""A small block of a matrix product on one CPU thread, held in vector registers: what compiled loops are made of.

The block is so small that all its sums stay in registers, and so large that each number read is used several times. The
rows of the left matrix may overlap, as those of windows along a line of numbers do. It stands outside `model` for the
same reason as `compiled_rows`.

numba keeps what it has compiled by the date of the file with the loop, not of what that file imports. Whoever changes
something here removes `__pycache__` too, or `compiled_located` and `compiled_product` go on with what was here before.
"""

from typing import Any

from llvmlite import binding, ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

ROWS = 6
"""Of a block."""
COLUMNS = 64
"""Of a block."""
LANES = 16
"""Numbers of a vector: 512 bits of float32, two registers where there are only 256."""
_GROUP = COLUMNS if binding.get_host_cpu_features().get("avx512f", False) else LANES
"""Columns whose sums, of all rows, fit into the registers: 24 of 32 with 512 bits, 12 of 16 with 256."""

_INT, _FLOAT = ir.IntType(64), ir.FloatType()
VECTOR = ir.VectorType(_FLOAT, LANES)


@njit(error_model="numpy")
def add_block(summand, left, row_step, inner_step, right, out):  # type: ignore[no-untyped-def]
    """out[r, c] = summand[r, c] + sum over k of left[r * row_step + k * inner_step] right[k, c], all float32.

    No bound is checked. Summand and out are (ROWS, COLUMNS) and may be the same; right is (K, COLUMNS), K >= 1; the
    numbers of a row of these three lie side by side. Left is where a line of numbers begins, which may go on beyond it.
    """
    for first in range(0, COLUMNS, _GROUP):
        _add_group(summand[:, first:], left, row_step, inner_step, right[:, first:], out[:, first:])


def in_all_lanes(builder: ir.IRBuilder, number: Any) -> Any:
    """A vector of the same number."""
    one = builder.insert_element(ir.Constant(VECTOR, ir.Undefined), number, ir.IntType(32)(0))
    return builder.shuffle_vector(one, one, ir.Constant(ir.VectorType(ir.IntType(32), LANES), None))


@intrinsic
def borrowed(_, arrays):  # type: ignore[no-untyped-def]
    """A tuple of arrays, without a count of who refers to them: whoever calls must keep them. Views of them then cost
    nothing; counting took an eighth of the forward pass of `compiled_located`."""
    return arrays(arrays), _write_borrowed


@intrinsic
def _add_group(_, summand, left, row_step, inner_step, right, out):  # type: ignore[no-untyped-def]
    """As `add_block`, for the first `_GROUP` columns."""
    return types.void(summand, left, row_step, inner_step, right, out), _write_add_group


def _write_add_group(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
    """The loop over the inner dimension, with the sums as its variables."""
    summand, left, right, out = (_Array(context, builder, signature.args[i], arguments[i]) for i in (0, 1, 4, 5))
    row_step, inner_step = arguments[2:4]
    before, inner, after = builder.block, builder.append_basic_block(), builder.append_basic_block()
    places = [(row, column) for row in range(ROWS) for column in range(0, _GROUP, LANES)]
    begun = [summand.load_vector(_INT(row), column) for row, column in places]
    builder.branch(inner)
    builder.position_at_end(inner)
    k, sums = builder.phi(_INT), [builder.phi(VECTOR) for _ in places]
    columns = {column: right.load_vector(k, column) for column in range(0, _GROUP, LANES)}
    made = []
    for (row, column), total in zip(places, sums, strict=True):
        if column == 0:
            place = builder.add(builder.mul(row_step, _INT(row)), builder.mul(k, inner_step))
            number = in_all_lanes(builder, builder.load(builder.gep(left.start, [place])))
        product = builder.fmul(number, columns[column], flags=["contract"])
        made.append(builder.fadd(product, total, flags=["contract"]))
    following = builder.add(k, _INT(1))
    for variable, first, later in zip([k, *sums], [_INT(0), *begun], [following, *made], strict=True):
        variable.add_incoming(first, before)
        variable.add_incoming(later, inner)
    builder.cbranch(builder.icmp_signed("<", following, right.n_rows), inner, after)
    builder.position_at_end(after)
    for (row, column), total in zip(places, made, strict=True):
        builder.store(total, out.vector(_INT(row), column), align=4)
    return context.get_dummy_value()


class _Array:
    """Addresses within an array of numba's."""

    def __init__(self, context: Any, builder: ir.IRBuilder, kind: Any, value: Any):
        array = context.make_array(kind)(context, builder, value)
        self._builder, self.start = builder, array.data
        self.n_rows, self._row_bytes = (builder.extract_value(each, 0) for each in (array.shape, array.strides))

    def vector(self, row: Any, column: int) -> Any:
        """Address of `LANES` numbers of a row."""
        begin = self._builder.add(self._builder.ptrtoint(self.start, _INT), self._builder.mul(row, self._row_bytes))
        return self._builder.inttoptr(self._builder.add(begin, _INT(4 * column)), VECTOR.as_pointer())

    def load_vector(self, row: Any, column: int) -> Any:
        """`LANES` numbers of a row."""
        return self._builder.load(self.vector(row, column), align=4)


def _write_borrowed(context: Any, builder: ir.IRBuilder, signature: Any, arguments: Any) -> Any:
    found = []
    for kind, value in zip(signature.args[0], cgutils.unpack_tuple(builder, arguments[0]), strict=True):
        array = context.make_array(kind)(context, builder, value)
        array.meminfo, array.parent = (ir.Constant(each.type, None) for each in (array.meminfo, array.parent))
        found.append(array._getvalue())
    return context.make_tuple(builder, signature.return_type, found)
