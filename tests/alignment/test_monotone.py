import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tts_align.alignment.monotone import monotone_path, monotone_path_of_scores
from tts_align.alignment.path_search import FLOOR
from tts_align.errors import AlignmentError


def eighths(seed: int, n_steps: int, n_symbols: int) -> np.ndarray:
    """Scores whose sums are exact in float32, with many ties."""
    return np.random.default_rng(seed).integers(-3, 1, (n_steps, n_symbols)) / 8


def allowed_paths(n_steps: int, n_symbols: int) -> list[tuple[int, ...]]:
    farthest = 1 if n_steps >= n_symbols else -(-(n_symbols - 1) // (n_steps - 1))
    return [
        path
        for path in itertools.product(range(n_symbols), repeat=n_steps)
        if path[0] == 0 and path[-1] == n_symbols - 1
        if all(0 <= b - a <= farthest for a, b in itertools.pairwise(path))
    ]


def oracle(scores: np.ndarray) -> list[int]:
    """Glow-TTS, algorithm 1, cell by cell; a tie stays, seen from the end."""
    n_steps, n_symbols = scores.shape
    best = np.full((n_steps, n_symbols), -np.inf)
    best[0, 0] = scores[0, 0]
    for t in range(1, n_steps):
        for j in range(n_symbols):
            best[t, j] = scores[t, j] + max(best[t - 1, j], best[t - 1, j - 1] if j else -np.inf)
    path = [n_symbols - 1]
    for t in range(n_steps - 1, 0, -1):
        j = path[-1]
        path.append(j - int(j > 0 and best[t - 1, j - 1] > best[t - 1, j]))
    return path[::-1]


@pytest.mark.parametrize(
    ("n_steps", "n_symbols"), [(2, 1), (2, 2), (5, 3), (6, 5), (5, 5), (7, 1), (3, 5), (2, 5), (4, 6)]
)
def test_the_path_is_the_best_of_all_and_of_equal_ones_the_furthest_on_at_every_step(n_steps, n_symbols):
    allowed = np.array(allowed_paths(n_steps, n_symbols))
    for seed in range(30):
        scores = eighths(seed, n_steps, n_symbols)
        sums = scores[np.arange(n_steps), allowed].sum(axis=1)
        best = allowed[sums == sums.max()]
        assert (best.max(axis=0) == best).all(axis=1).any()
        assert monotone_path_of_scores(scores).tolist() == best.max(axis=0).tolist()


@pytest.mark.parametrize("n_symbols", [1, 2, 3, 14, 15, 16, 17, 18, 31, 32, 33, 47, 48, 49, 113])
def test_blocks_of_symbols_change_nothing(n_symbols):
    for seed, more in enumerate((0, 1, 2, 5, 17, 40, 331)):
        scores = eighths(seed, max(n_symbols + more, 2), n_symbols)
        assert monotone_path_of_scores(scores).tolist() == oracle(scores)


def test_as_many_steps_as_symbols_leave_one_path():
    assert monotone_path_of_scores(eighths(0, 37, 37)).tolist() == list(range(37))


def test_the_order_in_memory_and_what_lies_around_the_scores_change_nothing():
    scores = eighths(1, 71, 23)
    around = np.full((73, 40), np.nan)
    around[1:72, 5:28] = scores
    assert monotone_path_of_scores(around[1:72, 5:28]).tolist() == oracle(scores)
    assert monotone_path_of_scores(np.asfortranarray(scores)).tolist() == oracle(scores)


def test_weights_are_searched_by_their_logarithm_over_a_floor():
    weights = np.random.default_rng(2).dirichlet(np.full(19, 0.3), 97)
    wanted = oracle(np.log(weights + FLOOR))
    scores = np.log(weights + FLOOR)[np.arange(97), monotone_path(weights)].sum()
    assert scores == pytest.approx(np.log(weights + FLOOR)[np.arange(97), wanted].sum(), rel=1e-6)


def test_one_step_takes_the_best_symbol():
    assert monotone_path(np.array([[0.1, 0.7, 0.2]])).tolist() == [1]
    assert monotone_path_of_scores(np.array([[-3.0, -1.0, -2.0]])).tolist() == [1]


def test_a_forbidden_cell_is_gone_around():
    scores = np.zeros((9, 3))
    scores[2:, 0] = scores[:7, 2] = -np.inf
    assert monotone_path_of_scores(scores).tolist() == [0, 1, 1, 1, 1, 1, 1, 2, 2]


def test_scores_without_a_path_or_that_are_no_matrix_are_refused():
    blocked = np.zeros((9, 3))
    blocked[:, 1] = -np.inf
    with pytest.raises(AlignmentError, match="a path of finite scores, found a sum of -inf"):
        monotone_path_of_scores(blocked)
    with pytest.raises(AlignmentError, match="found a sum of nan"):
        monotone_path_of_scores(np.full((40, 20), np.nan))
    with pytest.raises(AlignmentError, match="a sum of -inf"):
        monotone_path_of_scores(np.full((2, 3), -np.inf))
    for shape in ((3,), (2, 3, 4), (0, 3), (3, 0)):
        with pytest.raises(AlignmentError, match="a matrix"):
            monotone_path_of_scores(np.zeros(shape))
    with pytest.raises(AlignmentError, match="a matrix"):
        monotone_path(np.zeros((2, 3, 4)))


def test_several_threads_search_at_once():
    matrices = [eighths(seed, 200 + seed, 61) for seed in range(24)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(monotone_path_of_scores, matrices))
    assert [path.tolist() for path in found] == [oracle(scores) for scores in matrices]
