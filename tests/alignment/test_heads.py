"""The most diagonal head is the one that reads the text."""

import numpy as np
import pytest

from tts_align.alignment.heads import diagonality, most_diagonal
from tts_align.errors import AlignmentError


def blurred(n_steps: int, n_symbols: int, width: float) -> np.ndarray:
    centre = np.linspace(0, n_symbols - 1, n_steps)[:, None]
    weights = np.exp(-0.5 * ((np.arange(n_symbols) - centre) / width) ** 2)
    return weights / weights.sum(axis=1, keepdims=True)


def test_diagonality_is_the_correlation_of_pairs_drawn_by_the_weights() -> None:
    weights = np.random.default_rng(0).random((7, 5)) ** 4
    pairs = np.array([(t, n) for t in range(7) for n in range(5) for _ in range(round(weights[t, n] * 10_000))])
    assert diagonality(weights) == pytest.approx(np.corrcoef(pairs.T)[0, 1], abs=1e-3)


def test_a_blurred_diagonal_scores_less_than_a_sharp_one_and_one_that_goes_back_is_negative() -> None:
    sharp, wide = diagonality(blurred(90, 30, 0.5)), diagonality(blurred(90, 30, 6))
    assert 0.99 < sharp < 1
    assert 0.7 < wide < 0.9
    assert diagonality(blurred(90, 30, 0.5)[::-1]) == pytest.approx(-sharp)


@pytest.mark.parametrize("weights", [np.zeros((4, 3)), np.full((4, 3), np.nan), np.ones((1, 3)), np.ones((4, 1))])
def test_what_does_not_move_has_no_diagonality(weights: np.ndarray) -> None:
    assert diagonality(weights) == 0.0


def test_padding_does_not_change_it() -> None:
    weights = blurred(40, 20, 2)
    assert diagonality(np.pad(weights, ((0, 30), (0, 9)))) == pytest.approx(diagonality(weights))


def test_one_layer_and_head_are_picked_for_all_utterances() -> None:
    utterances = []
    for seed, (n_steps, n_symbols) in enumerate([(60, 20), (90, 31)]):
        heads = np.random.default_rng(seed).dirichlet(np.ones(n_symbols), (3, 2, n_steps))
        heads[1, 1] = blurred(n_steps, n_symbols, 1)
        heads[2, 0] = blurred(n_steps, n_symbols, 4)
        heads[0, 0] = np.eye(n_symbols)[0]  # sharp, but always at the start
        utterances.append(heads)
    assert most_diagonal(utterances, None, None)[:2] == (1, 1)
    assert most_diagonal(utterances, 2, None)[:2] == (2, 0)
    assert most_diagonal(utterances, None, 0)[:2] == (2, 0)
    assert most_diagonal(utterances, 0, 1)[:2] == (0, 1)


def test_a_head_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(AlignmentError, match=r"expected --head from 0 to 1, found 2"):
        most_diagonal([np.ones((3, 2, 5, 4))], None, 2)
    with pytest.raises(AlignmentError, match=r"expected --layer from 0 to 2, found 3"):
        most_diagonal([np.ones((3, 2, 5, 4))], 3, None)
