"""Confidence is a share of all monotone paths: held against a sum over every one of them."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts_align.alignment.confidence import INDEPENDENT_SECONDS, boundary_confidence


def naive(weights: np.ndarray, boundaries: list[int], seconds_per_step: float) -> np.ndarray:
    """By enumeration of the paths that `monotone_path` chooses from."""
    n_steps, n_symbols = weights.shape
    farthest = 1 if n_steps >= n_symbols else -(-(n_symbols - 1) // (n_steps - 1))
    exponent = min(1.0, seconds_per_step / INDEPENDENT_SECONDS)
    total, near = 0.0, np.zeros(n_symbols + 1)
    for moves in itertools.product(range(farthest + 1), repeat=n_steps - 1):
        path = np.cumsum([0, *moves])
        if path[-1] != n_symbols - 1:
            continue
        probability = np.prod((weights[np.arange(n_steps), path] + 0.02) ** exponent)
        total += probability
        first = np.append(np.searchsorted(path, np.arange(n_symbols)), n_steps)
        near += probability * (np.abs(first - boundaries) * seconds_per_step <= 0.05 + 1e-9)
    near[[0, -1]] = total
    return near / total


@given(st.integers(2, 8), st.integers(2, 6), st.sampled_from([0.0125, 0.05, 0.3]), st.integers(0, 999))
@settings(deadline=None)
def test_confidence_is_the_share_of_all_paths_that_agree(
    n_steps: int, n_symbols: int, seconds_per_step: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    weights = random.dirichlet(np.full(n_symbols, 0.5), n_steps)
    boundaries = np.sort(np.concatenate([[0], random.integers(0, n_steps + 1, n_symbols - 1), [n_steps]]))
    found = boundary_confidence(weights, boundaries, seconds_per_step)
    assert found == pytest.approx(naive(weights, boundaries.tolist(), seconds_per_step), abs=1e-9)


def test_blurred_attention_is_less_sure_than_sharp() -> None:
    sharp = np.eye(3).repeat(7, axis=0)
    boundaries = np.array([0, 7, 14, 21])
    sure = [boundary_confidence((1 - p) * sharp + p / 3, boundaries, 0.035)[1] for p in (0.0, 0.5, 0.9, 1.0)]
    assert sure == sorted(sure, reverse=True)
    assert sure[0] > 0.6 > 0.3 > sure[-1]


def test_only_the_unclear_boundary_is_unsure() -> None:
    weights = np.eye(5).repeat(11, axis=0)
    weights[16:28] = [0, 0.5, 0.5, 0, 0]  # where symbol 1 ends and symbol 2 begins cannot be seen
    confidence = boundary_confidence(weights, np.array([0, 11, 22, 33, 44, 55]), 0.0125)
    assert confidence[2] < 0.55 < 0.6 < min(confidence[1], confidence[3], confidence[4])


def test_the_length_of_a_step_matters_little() -> None:
    """The same sound in rows of 12.5 and of 25 ms; that 50 ms are nine or five rows makes the difference left."""
    path = np.eye(7).repeat(8, axis=0)
    weights = 0.5 * path + 0.5 * np.random.default_rng(5).dirichlet(np.ones(7), 7).repeat(8, axis=0)
    edges = np.arange(8) * 8
    fine = boundary_confidence(weights, edges, 0.0125)
    coarse = boundary_confidence(weights[::2], edges // 2, 0.025)
    assert fine == pytest.approx(coarse, abs=0.1)


def test_a_long_utterance_is_as_sure_as_a_short_one() -> None:
    def confidence(n_steps: int) -> float:
        middle = n_steps // 2
        weights = np.full((n_steps, 3), 1e-7)
        weights[:middle, 0] = weights[middle : middle + 9, 1] = weights[middle + 9 :, 2] = 1.0
        return float(boundary_confidence(weights, np.array([0, middle, middle + 9, n_steps]), 0.0125)[1])

    assert confidence(20_001) == pytest.approx(confidence(1001), abs=1e-6)
    assert 0.5 < confidence(1001) < 0.9


def test_attention_that_fits_no_path_has_no_confidence_but_numbers() -> None:
    weights = np.zeros((3000, 900))
    weights[:, 0] = 1.0  # never leaves the first symbol
    confidence = boundary_confidence(weights, np.append(np.arange(2100, 3000), 3000), 0.0125)
    assert np.isfinite(confidence).all() and (confidence <= 1).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (5, 1)])
def test_where_there_is_no_choice_there_is_no_doubt(shape: tuple[int, int]) -> None:
    weights = np.full(shape, 1.0 / shape[1])
    assert boundary_confidence(weights, np.zeros(shape[1] + 1, int), 0.05).tolist() == [1.0] * (shape[1] + 1)
