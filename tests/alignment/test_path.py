import itertools

import numpy as np
import pytest

from tests.drawings import drawn, spoken
from tts_align.alignment import MoveCosts, argmax_path, likely_path, monotone_path
from tts_align.alignment.path import emissions
from tts_align.alignment.path_search import FLOOR


def random_weights(seed: int, n_steps: int, n_symbols: int) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.full(n_symbols, 0.3), n_steps)


def monotone_score(weights: np.ndarray, path) -> float:
    return float(np.log(weights[np.arange(len(path)), list(path)] + FLOOR).sum())


@pytest.mark.parametrize(("n_steps", "n_symbols"), [(2, 2), (5, 3), (6, 5), (5, 5), (3, 5), (2, 5), (7, 1)])
def test_monotone_path_is_the_best_of_all_allowed_paths(n_steps: int, n_symbols: int) -> None:
    farthest = 1 if n_steps >= n_symbols else -(-(n_symbols - 1) // (n_steps - 1))
    for seed in range(20):
        weights = random_weights(seed, n_steps, n_symbols)
        allowed = [
            path
            for path in itertools.product(range(n_symbols), repeat=n_steps)
            if path[0] == 0 and path[-1] == n_symbols - 1
            if all(0 <= b - a <= farthest for a, b in itertools.pairwise(path))
        ]
        found = tuple(monotone_path(weights))
        assert found in allowed
        assert monotone_score(weights, found) == pytest.approx(max(monotone_score(weights, path) for path in allowed))


def likely_score(scores: np.ndarray, path, costs: MoveCosts) -> float:
    total, before = 0.0, -1
    for t, at in enumerate(path):
        advance = at - before
        if advance < 0:
            total -= costs.back
        elif advance > 1:
            total -= min(costs.jump_per_symbol * (advance - 1), costs.jump)
        total += scores[t, at]
        before = at
    return total


@pytest.mark.parametrize("costs", [MoveCosts(), MoveCosts(0.1, 0.15, 0.3), MoveCosts(1.0, 2.5, 0.5)])
def test_likely_path_is_the_best_of_all_paths(costs: MoveCosts) -> None:
    for seed in range(12):
        for n_steps, n_symbols in ((1, 4), (4, 5), (5, 4), (3, 7)):
            weights = random_weights(seed, n_steps, n_symbols)
            weights[seed % n_steps] *= 0.4  # a row that says nothing
            scores = emissions(weights)
            best = max(
                likely_score(scores, path, costs) for path in itertools.product(range(n_symbols), repeat=n_steps)
            )
            assert likely_score(scores, likely_path(weights, costs), costs) == pytest.approx(best)


def test_a_row_without_any_attention_keeps_the_argmax_before_it() -> None:
    weights = drawn("""
        a .#....
        b ...#..
        c ......
    """).weights
    assert argmax_path(weights).tolist() == [0, 0, 0, 1, 1, 1]


def test_a_hard_path_is_read_back_exactly() -> None:
    alignment = spoken("the cat sat.$", steps=4)
    wanted = np.arange(13).repeat(4)
    for read in (argmax_path, monotone_path, likely_path):
        assert np.array_equal(read(alignment.weights), wanted)


def test_odd_rows_do_not_move_the_likely_path_and_a_word_said_twice_does() -> None:
    clean = spoken("the cat sat").weights.copy()
    clean[[7, 20]] = np.eye(11)[[10, 1]]
    assert np.abs(likely_path(clean) - np.arange(11).repeat(3)).max() <= 1
    assert np.diff(likely_path(clean)).min() == 0
    twice = spoken("the cat sat", "0:8 4:11").weights
    assert np.array_equal(likely_path(twice), np.r_[0:8, 4:11].repeat(3))


def test_blur_does_not_hide_where_the_attention_is() -> None:
    centre = np.linspace(0, 19, 80)
    weights = np.exp(-0.5 * ((np.arange(20)[None] - centre[:, None]) / 1.2) ** 2)
    weights /= weights.sum(axis=1, keepdims=True) * 1.25
    assert np.abs(likely_path(weights) - centre).max() <= 1.0
    assert np.abs(monotone_path(weights) - centre).max() <= 1.0


def test_one_step_and_one_symbol_are_enough() -> None:
    assert monotone_path(np.array([[0.1, 0.7]])).tolist() == [1]
    assert likely_path(np.array([[0.9]])).tolist() == [0]
    assert monotone_path(np.ones((3, 1))).tolist() == [0, 0, 0]
