"""How far timings are from a reference: of words and of phones, and whether confidence knows it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy.stats


def _nothing() -> np.ndarray:
    return np.empty(0)


@dataclass(frozen=True, eq=False)
class BoundaryErrors:
    """Errors in ms of the boundaries that could be paired; below zero is too early. They add up with `+`.

    Args:
        word_starts: (P,) of the paired words.
        word_stops: (P,) NaN where the reference does not say when a word stops.
        word_confidence: (P,) in [0, 1], from the timings.
        phone_starts: (Q,) of the phones of paired words that have as many phones in the reference.
        n_words: all words of the timings.
        n_words_of_phones: paired words whose symbols are phones and whose reference has phones.
        n_words_with_phones: those of them with as many phones on both sides.

    Example:
        >>> both = BoundaryErrors(word_starts=np.array([5.0]), n_words=2) + BoundaryErrors(n_words=1)
        >>> both.word_starts.tolist(), both.n_words
        ([5.0], 3)
    """

    word_starts: np.ndarray = field(default_factory=_nothing)
    word_stops: np.ndarray = field(default_factory=_nothing)
    word_confidence: np.ndarray = field(default_factory=_nothing)
    phone_starts: np.ndarray = field(default_factory=_nothing)
    n_words: int = 0
    n_words_of_phones: int = 0
    n_words_with_phones: int = 0

    def __add__(self, other: "BoundaryErrors") -> "BoundaryErrors":
        """The errors of both together."""
        return pooled([self, other])


def pooled(errors: Sequence[BoundaryErrors]) -> BoundaryErrors:
    """The errors of all utterances together."""

    def joined(name: str) -> np.ndarray:
        return np.concatenate([_nothing(), *(getattr(each, name) for each in errors)])

    return BoundaryErrors(
        word_starts=joined("word_starts"),
        word_stops=joined("word_stops"),
        word_confidence=joined("word_confidence"),
        phone_starts=joined("phone_starts"),
        n_words=sum(each.n_words for each in errors),
        n_words_of_phones=sum(each.n_words_of_phones for each in errors),
        n_words_with_phones=sum(each.n_words_with_phones for each in errors),
    )


def bias(errors_ms: np.ndarray) -> float:
    """The median of the known errors with their sign: below zero, boundaries are too early as a rule.

    Returns:
        In ms; NaN if none is known.

    Example:
        >>> bias(np.array([-20.0, -10.0, 40.0, np.nan]))
        -10.0
    """
    known = errors_ms[~np.isnan(errors_ms)]
    return float(np.median(known)) if len(known) else float("nan")


def confidence_correlation(errors: BoundaryErrors) -> float:
    """Spearman's rank correlation of the words' confidence and the larger of their two absolute errors.

    Returns:
        In [-1, 1]: below zero, words of low confidence have the larger errors, as they should. NaN for fewer than
        three words, or if all are alike.

    Reference: Spearman 1904.

    Example:
        >>> word_starts, confidence = np.array([5.0, -10.0, 200.0]), np.array([0.9, 0.8, 0.3])
        >>> confidence_correlation(BoundaryErrors(word_starts, np.full(3, np.nan), confidence))
        -1.0
    """
    worst = np.fmax(np.abs(errors.word_starts), np.abs(errors.word_stops))
    if len(worst) < 3 or np.ptp(worst) == 0 or np.ptp(errors.word_confidence) == 0:
        return float("nan")
    return float(scipy.stats.spearmanr(errors.word_confidence, worst).statistic)
