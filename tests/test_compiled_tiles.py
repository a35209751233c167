"""Blocks of a product, whatever the width of the vectors."""

import numpy as np
import pytest
from numba import njit

from tts_align import compiled_tiles
from tts_align.compiled_tiles import COLUMNS, ROWS, borrowed


@pytest.fixture(params=[compiled_tiles.LANES, COLUMNS], ids=["narrow vectors", "wide vectors"])
def add_block(request, monkeypatch):
    monkeypatch.setattr(compiled_tiles, "_GROUP", request.param)
    return njit(compiled_tiles.add_block.py_func)


def test_a_block_is_added_from_rows_that_overlap_or_lie_apart(add_block):
    random = np.random.default_rng(1)
    for n_inner, row_step, inner_step in [(1, 2, 1), (10, 2, 1), (62, 1, 2), (7, COLUMNS, 1)]:
        left, right, summand, out = (
            random.standard_normal(shape).astype(np.float32)
            for shape in [6 * COLUMNS + 200, (n_inner, COLUMNS + 3), (ROWS, COLUMNS), (ROWS + 2, COLUMNS + 5)]
        )
        around = out.copy()
        add_block(summand, left[3:], row_step, inner_step, right[:, 1 : COLUMNS + 1], out[1:-1, 2 : COLUMNS + 2])
        rows = np.array([[left[3 + r * row_step + k * inner_step] for k in range(n_inner)] for r in range(ROWS)])
        expected = summand + rows.astype(float) @ right[:, 1 : COLUMNS + 1]
        np.testing.assert_allclose(out[1:-1, 2 : COLUMNS + 2], expected, atol=1e-5)
        out[1:-1, 2 : COLUMNS + 2] = around[1:-1, 2 : COLUMNS + 2]
        np.testing.assert_array_equal(out, around)  # nothing beside the block was written


def test_the_summand_may_be_where_the_block_is_put(add_block):
    ones = np.ones((ROWS, COLUMNS), np.float32)
    add_block(ones, np.full(ROWS + 3, 2, np.float32), 1, 1, np.ones((4, COLUMNS), np.float32), ones)
    assert (ones == 9).all()


def test_what_is_borrowed_is_the_same_memory_and_is_not_freed():
    @njit
    def add_one(numbers):
        first, second = borrowed((numbers[0], numbers[1]))
        for view in (first, second):
            view += 1

    numbers = np.zeros((3, 4))
    add_one(numbers)
    assert numbers.sum(1).tolist() == [4, 4, 0]
