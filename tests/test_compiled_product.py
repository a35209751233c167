"""A packed matrix multiplies as torch does."""

import pytest
import torch

from tts_align import compiled_product
from tts_align.compiled_product import PANEL, PackedMatrix, is_worthwhile, sum_of_products

wide_vectors = pytest.mark.skipif(not compiled_product._HAS_WIDE_VECTORS, reason="needs vectors of 512 bits")


@wide_vectors
@pytest.mark.parametrize("n_columns", [1, 13, 16, 35])
@pytest.mark.parametrize("n_rows", [PANEL, PANEL + 1, 2 * PANEL, 5 * PANEL - 1])
@pytest.mark.parametrize("n_inner", [1, 70])
def test_it_adds_the_product_of_any_size(n_rows, n_inner, n_columns):
    torch.manual_seed(1)
    matrix, right, summand = (
        torch.randn(n, m) for n, m in [(n_rows, n_inner), (n_inner, n_columns), (n_rows, n_columns)]
    )
    before = summand.clone()
    out = torch.full_like(summand, float("nan"))
    assert PackedMatrix(matrix).times(right, summand, out) is out
    torch.testing.assert_close(out, (summand.double() + matrix.double() @ right.double()).float(), atol=1e-5, rtol=1e-5)
    assert torch.equal(summand, before)


@wide_vectors
@pytest.mark.parametrize("n_columns", [1, 16, 21])
@pytest.mark.parametrize("one_summand", [True, False])
def test_several_products_at_once_are_those_one_by_one(n_columns, one_summand):
    torch.manual_seed(2)
    n_steps = 2 * compiled_product._STEPS + 1
    packed, right = PackedMatrix(torch.randn(50, 9)), torch.randn(n_steps, 9, n_columns)
    summands = torch.randn(n_steps, 50, n_columns)
    if one_summand:
        summands = summands[:1].expand(n_steps, -1, -1)
    together = packed.times(right, summands[0] if one_summand else summands, torch.empty(n_steps, 50, n_columns))
    for step in range(n_steps):
        alone = packed.times(right[step], summands[step], torch.empty(50, n_columns))
        torch.testing.assert_close(together[step], alone, atol=0, rtol=0)


@wide_vectors
def test_a_matrix_that_lies_otherwise_is_packed_all_the_same():
    matrix, right = torch.randn(9, 40).t(), torch.randn(9, 4)
    found = PackedMatrix(matrix).times(right, torch.zeros(40, 4), torch.empty(40, 4))
    torch.testing.assert_close(found, matrix @ right, atol=1e-5, rtol=1e-5)


@wide_vectors
def test_what_is_not_finite_stays_so():
    right = torch.ones(5, 3)
    right[2, 1] = float("inf")
    found = PackedMatrix(torch.ones(40, 5)).times(right, torch.zeros(40, 3), torch.empty(40, 3))
    assert found[:, 1].isinf().all() and (found[:, [0, 2]] == 5).all()


@pytest.mark.parametrize(
    ("right", "summand", "out"),
    [
        (torch.zeros(6, 3), torch.zeros(40, 3), torch.zeros(40, 3)),
        (torch.zeros(5, 3), torch.zeros(39, 3), torch.zeros(40, 3)),
        (torch.zeros(5, 3), torch.zeros(40, 3), torch.zeros(40, 4)),
        (torch.zeros(3, 5).t(), torch.zeros(40, 3), torch.zeros(40, 3)),
        (torch.zeros(5, 3), torch.zeros(40, 3), torch.zeros(3, 40).t()),
        (torch.zeros(5, 3).double(), torch.zeros(40, 3), torch.zeros(40, 3)),
        (torch.zeros(5, 3), torch.zeros(40, 3).bfloat16(), torch.zeros(40, 3)),
        (torch.zeros(5, 3), torch.zeros(40, 3), torch.zeros(40, 3).double()),
    ],
)
def test_sizes_that_do_not_fit_strides_and_other_types_are_refused(right, summand, out):
    wanted = r"contiguous float32 matrices of the shapes \(5, 3\), \(40, 3\), \(40, 3\), found"
    with pytest.raises(ValueError, match=wanted):
        PackedMatrix(torch.zeros(40, 5)).times(right, summand, out)


@pytest.mark.parametrize(
    "matrix", [torch.zeros(PANEL - 1, 5), torch.zeros(0, 5), torch.zeros(40, 0), torch.zeros(40, 5).double()]
)
def test_a_matrix_that_the_loop_would_read_beyond_is_refused(matrix):
    with pytest.raises(ValueError, match="expected a float32 matrix of 24 rows or more and one column or more, found"):
        PackedMatrix(matrix)


def test_nobody_and_no_step_are_multiplied_into_nothing():
    packed = PackedMatrix(torch.zeros(40, 5))
    assert packed.times(torch.zeros(5, 0), torch.zeros(40, 0), torch.zeros(40, 0)).shape == (40, 0)
    assert packed.times(torch.zeros(0, 5, 3), torch.zeros(40, 3), torch.zeros(0, 40, 3)).shape == (0, 40, 3)


def test_it_is_not_chosen_beside_several_threads_or_for_another_type(monkeypatch):
    monkeypatch.setattr(compiled_product, "_HAS_WIDE_VECTORS", True)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    matrix = torch.zeros(PANEL, 2)
    assert is_worthwhile(matrix)
    assert not is_worthwhile(matrix.bfloat16()) and not is_worthwhile(matrix[1:])
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    assert not is_worthwhile(matrix)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    monkeypatch.setattr(compiled_product, "_HAS_WIDE_VECTORS", False)
    assert not is_worthwhile(matrix)


@wide_vectors
@pytest.mark.parametrize("n_columns", [1, 13, 16])
@pytest.mark.parametrize("n_steps", [1, 64, 67])
@pytest.mark.parametrize(("n_left", "n_right"), [(1, 1), (PANEL, 16), (PANEL + 1, 17), (2 * PANEL - 1, 70)])
def test_a_sum_of_products_is_the_whole_sum(n_left, n_right, n_steps, n_columns):
    torch.manual_seed(3)
    left, right = torch.randn(n_steps, n_left, n_columns), torch.randn(n_steps, n_right, n_columns)
    wanted = torch.einsum("tmb,tkb->mk", left.double(), right.double()).float()
    torch.testing.assert_close(sum_of_products(left, right), wanted, atol=1e-4, rtol=1e-5)


@wide_vectors
def test_a_sum_of_products_takes_matrices_that_lie_otherwise_and_sums_no_steps_to_zeros():
    left, right = torch.randn(5, 3, 40).transpose(1, 2), torch.randn(9, 5, 3).permute(1, 0, 2)
    wanted = torch.einsum("tmb,tkb->mk", left, right)
    torch.testing.assert_close(sum_of_products(left, right), wanted, atol=1e-5, rtol=1e-5)
    assert torch.equal(sum_of_products(left[:0], right[:0]), torch.zeros(40, 9))


@wide_vectors
@pytest.mark.parametrize("n_steps", [1, 65])
def test_a_sum_of_products_over_nobody_is_zeros(n_steps):
    left, right = torch.empty(n_steps, 40, 0), torch.empty(n_steps, 1000, 0)
    assert torch.equal(sum_of_products(left, right), torch.zeros(40, 1000))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (torch.zeros(2, 40, 3), torch.zeros(3, 5, 3)),
        (torch.zeros(2, 40, 3), torch.zeros(2, 5, 4)),
        (torch.zeros(40, 3), torch.zeros(5, 3)),
        (torch.zeros(2, 40, 3).double(), torch.zeros(2, 5, 3).double()),
        (torch.zeros(2, 40, 3), torch.zeros(2, 5, 3).bfloat16()),
    ],
)
def test_sums_of_products_that_do_not_fit_are_refused(left, right):
    with pytest.raises(ValueError, match=r"float32 matrices of the shapes \(T, M, B\), \(T, K, B\), found"):
        sum_of_products(left, right)
