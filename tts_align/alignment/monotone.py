"""The best path that never goes back and leaves out nothing."""

import numba
import numpy as np

from tts_align.alignment.path import FLOOR, argmax_path


def monotone_path(weights: np.ndarray) -> np.ndarray:
    """The best path from the first symbol to the last that never goes back and leaves out nothing.

    Maximizes sum_t log(weights[t, path[t]] + 0.02) over all paths with path[0] = 0, path[T-1] = N-1 and
    path[t] - path[t-1] in {0, 1}. Where T < N no such path exists: a step may then advance by up to
    ceil((N - 1) / (T - 1)) symbols, and with T = 1 the path is the most attended symbol. Of equal paths, the one that
    moves later.

    Args:
        weights: (T, N), >= 0.

    Returns:
        (T,) int64.

    Reference: Viterbi search as in Kim et al. 2020 (Glow-TTS), algorithm 1; the bounds for T < N: this project.

    Example:
        >>> monotone_path(np.array([[0.9, 0.1, 0], [0.1, 0.2, 0.7], [0, 0.6, 0.4], [0, 0, 1]])).tolist()
        [0, 1, 1, 2]
    """
    n_steps, n_symbols = weights.shape
    if n_steps == 1:
        return argmax_path(weights)
    farthest = 1 if n_steps >= n_symbols else -(-(n_symbols - 1) // (n_steps - 1))
    return _monotone(_log_weights(weights), farthest)


def _log_weights(weights: np.ndarray) -> np.ndarray:
    logs: np.ndarray = np.log(np.asarray(weights, dtype=np.float64) + FLOOR)
    return logs


@numba.njit(cache=True)
def _monotone(scores: np.ndarray, farthest: int) -> np.ndarray:
    n_steps, n_symbols = scores.shape
    best = np.full(n_symbols, -np.inf)
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
    path = np.zeros(n_steps, dtype=np.int64)
    path[n_steps - 1] = n_symbols - 1
    for t in range(n_steps - 1, 0, -1):
        path[t - 1] = path[t] - moves[t, path[t]]
    return path
