"""Scores of attention that other toolkits and papers use, under their names, to compare with those of `metrics`.

All take one unpadded (T, N) matrix with rows that sum to one, T steps of one head. They are written from the published
definitions. Most look at each row, or each column, for itself, and so cannot see in what order the text was read.
"""

from collections.abc import Sequence

import numpy as np

from tts_align.alignment.metrics import focus_rate
from tts_align.alignment.monotone import monotone_path_of_scores
from tts_align.alignment.words import Word

__all__ = [
    "alignment_diagonal_score",
    "diagonal_focus_rate",
    "focus_rate",
    "guided_attention_loss",
    "loc_score",
    "optimal_alignment_score",
    "word_coverage_ratio",
]


def alignment_diagonal_score(weights: np.ndarray) -> float:
    """Mozilla TTS and Coqui TTS: mean_j max_t weights[t, j]. Their trainers log it as `align_error`, 1 minus it.

    It asks how sharply each symbol was looked at by some step; nothing in it is diagonal. Padding of the text lowers
    it: theirs is taken over the padded batch.

    Args:
        weights: (T, N).

    Returns:
        In [0, 1].

    Reference: `alignment_diagonal_score` in TTS/tts/utils/measures.py of coqui-ai/TTS. NATSpeech calls the same, over
    the symbols that are no word boundary, phone coverage rate.

    Example:
        >>> weights = np.eye(4)[[0, 0, 1, 2, 3]]
        >>> alignment_diagonal_score(weights), alignment_diagonal_score(weights[::-1])
        (1.0, 1.0)
    """
    return float(weights.max(axis=0).mean(dtype=np.float64))


def loc_score(weights: np.ndarray, farthest: int = 1) -> float:
    """ForwardTacotron: the share of steps at which the most attended symbol moves by at most `farthest`, either way.

    mean over t > 0 of [|argmax weights[t] - argmax weights[t-1]| <= farthest]

    Args:
        weights: (T, N).
        farthest: theirs is the reduction factor.

    Returns:
        In [0, 1]; 1 with T = 1. A skip, a return and a jump to the end cost one step each, so 1 / (T - 1).

    Reference: `attention_score` in utils/metrics.py of as-ideas/ForwardTacotron, the first of its two values; the
    second is the focus rate.

    Example:
        >>> loc_score(np.eye(9)[[0, 1, 2, 6, 7]])
        0.75
    """
    moves = np.abs(np.diff(np.argmax(weights, axis=1)))
    return float((moves <= farthest).mean()) if len(moves) else 1.0


def diagonal_focus_rate(weights: np.ndarray) -> float:
    """NATSpeech: the share of the weights within min(T / 5, 50) steps of the straight line j = t N / T.

    Args:
        weights: (T, N).

    Returns:
        In [0, 1]; 0 if nothing is attended to.

    Reference: `get_diagonal_focus_rate` in utils/metrics/diagonal_metrics.py of NATSpeech; after the diagonal attention
    rate of MultiSpeech (Chen et al. 2020) and the attention diagonal ratio of LRSpeech (Xu et al. 2020).

    Example:
        >>> diagonal_focus_rate(np.eye(20)), diagonal_focus_rate(np.eye(20)[::-1])
        (1.0, 0.2)
    """
    n_steps, n_symbols = weights.shape
    slope = n_symbols / n_steps
    distance = np.abs(np.arange(n_symbols)[None] - slope * np.arange(n_steps)[:, None])
    near = distance <= slope * min(n_steps / 5, 50)
    mass = float(weights.sum(dtype=np.float64))
    return float(weights[near].sum(dtype=np.float64)) / mass if mass else 0.0


def guided_attention_loss(weights: np.ndarray, g: float = 0.2) -> float:
    """DCTTS, ESPnet, NeMo, Coqui: what a loss for diagonal attention says of the finished matrix.

    mean over t, j of weights[t, j] * (1 - exp(-(t / T - j / N)^2 / (2 g^2)))

    Args:
        weights: (T, N).
        g: width of the diagonal; 0.2 in the paper, 0.4 in ESPnet and Coqui.

    Returns:
        In [0, 1 / N]; 0 is the best.

    Reference: Tachibana et al. 2018, equations 8 and 9.

    Example:
        >>> guided_attention_loss(np.eye(20)), round(guided_attention_loss(np.full((20, 20), 0.05)), 4)
        (0.0, 0.0289)
    """
    n_steps, n_symbols = weights.shape
    off = np.arange(n_steps)[:, None] / n_steps - np.arange(n_symbols)[None] / n_symbols
    return float((weights * (1 - np.exp(-(off**2) / (2 * g**2)))).mean(dtype=np.float64))


def optimal_alignment_score(weights: np.ndarray) -> float:
    """Wang et al. 2025: the mean weight along the path of the largest sum of weights that never goes back.

    max over paths of (1 / T) sum_t weights[t, path[t]], path[0] = 0, path[T-1] = N-1, steps of 0 or 1

    Their text says that a Viterbi search as in Glow-TTS runs over the attention probabilities themselves; that it ends
    on the last symbol and that the sum is divided by T is how it is read here. They take heads of a language model.

    Args:
        weights: (T, N), T >= N.

    Returns:
        In [0, 1].

    Reference: Wang et al. 2025, "Eliminating stability hallucinations in LLM-based TTS models via attention guidance",
    arXiv 2509.19852.

    Example:
        >>> optimal_alignment_score(np.eye(4)[[0, 1, 1, 2, 3]]), optimal_alignment_score(np.eye(4)[[0, 1, 3, 3, 3]])
        (1.0, 0.8)
    """
    path = monotone_path_of_scores(weights)
    return float(weights[np.arange(len(path)), path].mean(dtype=np.float64))


def word_coverage_ratio(weights: np.ndarray, words: Sequence[Word]) -> float:
    """LRSpeech: the largest weight that the least attended word ever gets.

    min over words of max over t and the symbols of the word of weights[t, j]

    Args:
        weights: (T, N).
        words: spans of symbols.

    Returns:
        In [0, 1]; 1 without words.

    Reference: Xu et al. 2020 (LRSpeech), word coverage ratio, by which they drop synthesized sentences; written from
    the paper, not compared with code.

    Example:
        >>> word_coverage_ratio(np.eye(5)[[0, 1]], [Word("ab", 0, 2), Word("cd", 3, 5)])
        0.0
    """
    tops = weights.max(axis=0)
    return float(min((tops[word.start : word.stop].max() for word in words), default=1.0))
