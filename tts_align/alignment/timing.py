"""Times read from a monotone path: when each word starts, how long each symbol lasts, how far off that is."""

from collections.abc import Sequence

import numpy as np

from tts_align.alignment.words import Word
from tts_align.errors import AlignmentError


def durations(path: np.ndarray, n_symbols: int) -> np.ndarray:
    """How many steps each symbol lasts; they sum to T exactly.

    Args:
        path: (T,) positions that never go back.
        n_symbols: N.

    Returns:
        (N,) int64, >= 0, sum T.

    Raises:
        AlignmentError: the path goes back or leaves the text.

    Example:
        >>> durations(np.array([0, 0, 1, 3, 3]), 4).tolist()
        [2, 1, 0, 2]
    """
    _check_monotone(path, n_symbols)
    return np.bincount(path, minlength=n_symbols).astype(np.int64)


def word_onsets_seconds(path: np.ndarray, words: Sequence[Word], seconds_per_step: float) -> np.ndarray:
    """When each word starts: the first step at or beyond its first symbol, times the length of a step.

    Args:
        path: (T,) positions that never go back, from `monotone_path`.
        words: W words with their symbol spans.
        seconds_per_step: > 0.

    Returns:
        (W,) float64 seconds; NaN for a word that the path never reaches.

    Raises:
        AlignmentError: the path goes back.

    Example:
        >>> word_onsets_seconds(np.array([0, 0, 1, 2, 3]), [Word("a", 0, 1), Word("cat", 2, 5)], 0.1).tolist()
        [0.0, 0.30000000000000004]
    """
    _check_monotone(path, None)
    first = np.searchsorted(path, [word.start for word in words], side="left")
    return np.where(first < len(path), first * float(seconds_per_step), np.nan)


def onset_errors_ms(predicted_seconds: np.ndarray, reference_seconds: np.ndarray) -> np.ndarray:
    """The absolute differences in milliseconds; NaN where either side is unknown.

    Args:
        predicted_seconds: (W,).
        reference_seconds: (W,).

    Returns:
        (W,) float64, >= 0 or NaN.

    Raises:
        AlignmentError: they are not the same number of words.

    Example:
        >>> onset_errors_ms(np.array([0.5, 1.0]), np.array([0.25, 1.0])).tolist()
        [250.0, 0.0]
    """
    if np.shape(predicted_seconds) != np.shape(reference_seconds):
        raise AlignmentError(
            where="word onsets",
            expected=f"as many as in the reference, {np.size(reference_seconds)}",
            found=str(np.size(predicted_seconds)),
            fix="Compare the same words of the same text.",
        )
    errors: np.ndarray = np.abs(np.asarray(predicted_seconds, float) - np.asarray(reference_seconds, float)) * 1000.0
    return errors


def summarize_errors(errors_ms: np.ndarray) -> dict[str, float]:
    """What one should know of a set of onset errors. Pool the errors of a corpus first; never average summaries.

    Args:
        errors_ms: (W,) absolute errors; NaN means that the word has no onset to compare.

    Returns:
        `n_words` (compared), `n_missing`, and in ms `median`, `mean`, `p90`, and the shares `within_20`, `within_50`,
        `within_100` of the compared words. NaN figures if nothing could be compared. Definition: this project.

    Example:
        >>> summary = summarize_errors(np.array([10.0, 30.0, 80.0, np.nan]))
        >>> summary["n_words"], summary["n_missing"], summary["median"], summary["within_50"]
        (3, 1, 30.0, 0.6666666666666666)
    """
    known = errors_ms[~np.isnan(errors_ms)]
    summary: dict[str, float] = {"n_words": len(known), "n_missing": len(errors_ms) - len(known)}
    if not len(known):
        return summary | dict.fromkeys(("median", "mean", "p90", "within_20", "within_50", "within_100"), float("nan"))
    summary |= {"median": float(np.median(known)), "mean": float(known.mean()), "p90": float(np.percentile(known, 90))}
    return summary | {f"within_{limit}": float((known <= limit).mean()) for limit in (20, 50, 100)}


def _check_monotone(path: np.ndarray, n_symbols: int | None) -> None:
    back = np.flatnonzero(np.diff(path) < 0)
    if len(back):
        raise AlignmentError(
            where=f"path, step {int(back[0]) + 1}",
            expected="a path that never goes back",
            found=f"a move from {int(path[back[0]])} to {int(path[back[0] + 1])}",
            fix="Take it from monotone_path.",
        )
    if n_symbols is not None and len(path) and (path[0] < 0 or path[-1] >= n_symbols):
        found = f"{int(path[0])} to {int(path[-1])}"
        fix = "Use the path and the symbols of one alignment."
        raise AlignmentError(where="path", expected=f"positions in [0, {n_symbols})", found=found, fix=fix)
