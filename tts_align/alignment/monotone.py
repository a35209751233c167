"""The best path that never goes back and leaves out nothing."""

import math

import numba
import numpy as np

from tts_align.alignment.monotone_kernel import LANES, search
from tts_align.alignment.path import argmax_path
from tts_align.alignment.path_search import FLOOR
from tts_align.errors import AlignmentError


def monotone_path(weights: np.ndarray) -> np.ndarray:
    """The best path from the first symbol to the last that never goes back and leaves out nothing.

    `monotone_path_of_scores` of log(weights + 0.02); with T = 1 the path is the most attended symbol.

    Args:
        weights: (T, N), >= 0.

    Returns:
        (T,) int64.

    Raises:
        AlignmentError: not a matrix of finite weights.

    Example:
        >>> monotone_path(np.array([[0.9, 0.1, 0], [0.1, 0.2, 0.7], [0, 0.6, 0.4], [0, 0, 1]])).tolist()
        [0, 1, 1, 2]
    """
    if weights.ndim == 2 and len(weights) == 1:
        return argmax_path(weights)
    scores = np.add(weights, np.float32(FLOOR), dtype=np.float32, casting="same_kind")
    with np.errstate(invalid="ignore"):
        return monotone_path_of_scores(np.log(scores, out=scores))


def monotone_path_of_scores(scores: np.ndarray) -> np.ndarray:
    """The path with the largest sum of scores among those that never go back and leave out nothing.

    Maximizes sum_t scores[t, path[t]] over all paths with path[0] = 0, path[T-1] = N-1 and path[t] - path[t-1] in
    {0, 1}. Where T < N no such path exists: a step may then advance by up to ceil((N - 1) / (T - 1)) symbols, and with
    T = 1 the path is the best symbol. Of equal paths, the one that is furthest on at every step (there is one: of two
    best paths, the one made of the later position at each step is as good).

    Sums are taken in float32, so the sum of the path may be short of the best by T * 2^-24 of its size. In numba,
    without the interpreter lock: threads can search several matrices at once.

    Args:
        scores: (T, N), for example log-likelihoods; -inf forbids a cell.

    Returns:
        (T,) int64.

    Raises:
        AlignmentError: not a matrix, or no path has a finite sum.

    Reference: Viterbi search as in Kim et al. 2020 (Glow-TTS), algorithm 1; the bounds for T < N: this project.

    Example:
        >>> monotone_path_of_scores(np.array([[0, -9], [-2, -1], [-1, -2], [-9, 0.0]])).tolist()
        [0, 1, 1, 1]
    """
    if scores.ndim != 2 or not scores.size:
        fix = "Give one utterance, steps by symbols."
        raise AlignmentError(where="scores", expected="a matrix (steps, symbols)", found=f"{scores.shape}", fix=fix)
    n_steps, n_symbols = scores.shape
    path = np.empty(n_steps, dtype=np.int64)
    scores = np.ascontiguousarray(scores, dtype=np.float32)
    if n_steps == 1:
        path[0] = np.argmax(scores)
        total = float(scores[0, path[0]])
    elif n_steps < n_symbols:
        total = _search_strides(scores, -(-(n_symbols - 1) // (n_steps - 1)), path)
    else:
        total = search(scores if n_symbols >= LANES else _widened(scores), n_symbols, path)
    if not math.isfinite(total):
        fix = "Forbid fewer cells by -inf, and let the rest be numbers."
        raise AlignmentError(where="scores", expected="a path of finite scores", found=f"a sum of {total}", fix=fix)
    return path


def _widened(scores: np.ndarray) -> np.ndarray:
    return np.pad(scores, ((0, 0), (0, LANES - scores.shape[1])))


@numba.njit(cache=True, nogil=True)
def _search_strides(scores: np.ndarray, farthest: int, path: np.ndarray) -> float:
    """The same with advances of up to `farthest` symbols; such matrices are small."""
    n_steps, n_symbols = scores.shape
    best = np.full(n_symbols, -np.inf, dtype=np.float32)
    best[0] = scores[0, 0]
    moves = np.zeros((n_steps, n_symbols), dtype=np.int32)
    for t in range(1, n_steps):
        for j in range(n_symbols - 1, -1, -1):  # downward, so that best[j - k] is still of the step before
            value = best[j]
            move = 0
            for k in range(1, min(farthest, j) + 1):
                if best[j - k] > value:
                    value = best[j - k]
                    move = k
            best[j] = value + scores[t, j]
            moves[t, j] = move
    path[n_steps - 1] = n_symbols - 1
    for t in range(n_steps - 1, 0, -1):
        path[t - 1] = path[t] - moves[t, path[t]]
    return float(best[n_symbols - 1])
