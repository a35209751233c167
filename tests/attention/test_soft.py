"""The normalizers of Chorowski et al. 2015, section 2.3, against plain loops."""

import math

import pytest
import torch

from tests.attention.recursions import all_real, assert_equal_with_gradients, energies_of, memory_of, rows_of
from tts_align.attention.normalizers import Softmax, decided, median_of
from tts_align.attention.soft import Sharpening, Smoothing, TopK, Windowing


def over_their_sum(numbers, kept):
    total = sum(numbers[j] for j in kept)
    return torch.stack([numbers[j] / total if j in kept else numbers[j] * 0 for j in range(len(numbers))])


def sharpened(energies):
    """a[j] = exp(beta e[j]) / sum exp(beta e[k]), beta = 2.5."""
    return torch.stack([over_their_sum([torch.exp(2.5 * e) for e in row], range(len(row))) for row in energies])


def smoothed(energies):
    """a[j] = sigmoid(e[j]) / sum sigmoid(e[k])."""
    return torch.stack([over_their_sum([1 / (1 + torch.exp(-e)) for e in row], range(len(row))) for row in energies])


def windowed(energies):
    """Only symbols within 1 of the median of the row before; the first row is asked for around the first symbol."""
    median, rows = 0, []
    for row in energies:
        kept = [j for j in range(len(row)) if abs(j - median) <= 1]
        rows.append(over_their_sum([torch.exp(e) for e in row], kept))
        reached = 0.0
        for j, weight in enumerate(rows[-1].tolist()):
            reached += weight
            if reached >= 0.5:
                median = j
                break
    return torch.stack(rows)


def best_three(energies):
    """Only the three symbols of highest energy."""
    rows = []
    for row in energies:
        kept = sorted(range(len(row)), key=lambda j: -row[j].item())[:3]
        rows.append(over_their_sum([torch.exp(e) for e in row], kept))
    return torch.stack(rows)


@pytest.mark.parametrize("n_symbols", [1, 2, 7])
@pytest.mark.parametrize(
    ("normalizer", "by_loops"),
    [(Sharpening(2.5), sharpened), (Smoothing(), smoothed), (Windowing(1), windowed), (TopK(3), best_three)],
    ids=["sharpening", "smoothing", "windowing", "top_k"],
)
def test_a_normalizer_is_what_the_paper_writes(normalizer, by_loops, n_symbols):
    energies = energies_of(9, n_symbols)
    mine = rows_of(normalizer, energies, memory_of(all_real(n_symbols)))
    assert_equal_with_gradients(mine[0], by_loops(energies[0]), energies)


def test_each_utterance_has_the_window_of_its_own_median():
    energies = torch.zeros(2, 6, 9, dtype=torch.float64)
    energies[0] += torch.arange(9) * 5.0  # one goes on as fast as its window lets it
    mask = torch.ones(2, 9, dtype=torch.bool)
    rows = rows_of(Windowing(1), energies - torch.arange(9) * torch.tensor([0.0, 5.0])[:, None, None], memory_of(mask))
    assert rows[0].argmax(-1).tolist() == [1, 2, 3, 4, 5, 6]
    assert rows[1].argmax(-1).tolist() == [0] * 6


def test_smoothing_of_energies_far_below_zero_still_sums_to_one():
    energies = torch.tensor([[[-900.0, -901.0, -5000.0]]])
    (row,) = rows_of(Smoothing(), energies, memory_of(all_real(3)))[0]
    torch.testing.assert_close(row, torch.tensor([1 / (1 + math.exp(-1)), 1 / (1 + math.e), 0.0]))


def test_equals_of_the_last_kept_energy_stay_in():
    (row,) = rows_of(TopK(2), torch.tensor([[[1.0, 1.0, 1.0, 0.0]]]), memory_of(all_real(4)))[0]
    torch.testing.assert_close(row, torch.tensor([1 / 3, 1 / 3, 1 / 3, 0.0]))


def test_hard_inference_takes_the_highest_symbol_and_training_does_not():
    energies = torch.tensor([[[0.0, 2.0, 1.0]]])
    hard = Softmax("hard")
    assert rows_of(hard, energies, memory_of(all_real(3), decide=True))[0, 0].tolist() == [0.0, 1.0, 0.0]
    assert rows_of(hard, energies, memory_of(all_real(3)))[0, 0, 1] < 0.7
    assert rows_of(Softmax(), energies, memory_of(all_real(3), decide=True))[0, 0, 1] < 0.7


def test_a_row_of_nothing_is_decided_for_nothing():
    assert decided(torch.zeros(1, 3)).tolist() == [[0.0, 0.0, 0.0]]


def test_the_median_of_part_of_the_mass_is_the_median_of_that_part():
    assert median_of(torch.tensor([[0.1, 0.0, 0.05, 0.05], [0.0, 0.0, 0.0, 0.0]])).tolist() == [0, 0]
