"""Boundary errors in plain sentences."""

import math

import numpy as np

from tts_align.alignment.boundary_errors import BoundaryErrors, bias, confidence_correlation
from tts_align.alignment.timing import summarize_errors


def boundary_sentences(errors: BoundaryErrors, n_references: int) -> list[str]:
    """Says how far the boundaries of a corpus are from its reference, a line for each kind.

    Args:
        errors: pooled over the corpus, at least one word paired.
        n_references: utterances that have a reference.

    Example:
        >>> import numpy as np
        >>> errors = BoundaryErrors(np.array([-8.0, 30.0]), np.full(2, np.nan), np.ones(2), n_words=3)
        >>> boundary_sentences(errors, n_references=1)  # doctest: +NORMALIZE_WHITESPACE
        ['Word starts, 2 of 3 words, against 1 reference: median 19.0 ms, mean 19.0, 90th percentile 27.8,
        within 20/50/100 ms 50% / 100% / 100%, bias +11.0 ms.']
    """
    against = f"against {n_references} reference{'s' if n_references > 1 else ''}"
    lines = [
        _sentence(f"Word starts, {len(errors.word_starts)} of {errors.n_words} words, {against}", errors.word_starts)
    ]
    if summarize_errors(errors.word_stops)["n_words"]:
        lines.append(_sentence("Word stops", errors.word_stops))
    if errors.n_words_of_phones:
        paired = f"{errors.n_words_with_phones} of {errors.n_words_of_phones} words with as many phones"
        lines.append(_sentence(f"Phone starts, {len(errors.phone_starts)} in {paired}", errors.phone_starts))
    correlation = confidence_correlation(errors)
    if not math.isnan(correlation):
        lines.append(f"Confidence of words and their error: rank correlation {correlation:+.2f}.")
    return lines


def _sentence(title: str, errors_ms: np.ndarray) -> str:
    summary = summarize_errors(abs(errors_ms))
    if not summary["n_words"]:
        return f"{title}: none to compare."
    shares = " / ".join(f"{summary[f'within_{limit}']:.0%}" for limit in (20, 50, 100))
    return (
        f"{title}: median {summary['median']:.1f} ms, mean {summary['mean']:.1f}, "
        f"90th percentile {summary['p90']:.1f}, within 20/50/100 ms {shares}, "
        f"bias {round(bias(errors_ms), 1) + 0.0:+.1f} ms."  # never -0.0
    )
