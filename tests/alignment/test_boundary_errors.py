"""Errors are pooled before they are summed up, and confidence is held against them."""

import numpy as np
import pytest

from tts_align.alignment.boundary_errors import BoundaryErrors, bias, confidence_correlation, pooled


def of_words(starts: list[float], stops: list[float], confidence: list[float]) -> BoundaryErrors:
    return BoundaryErrors(np.array(starts), np.array(stops), np.array(confidence), n_words=len(starts))


def test_errors_of_utterances_are_joined_in_order() -> None:
    first = BoundaryErrors(np.array([1.0]), np.array([2.0]), np.array([0.5]), np.array([3.0, 4.0]), 2, 1, 1)
    both = pooled([first, BoundaryErrors(n_words=3, n_words_of_phones=1), of_words([-7.0], [8.0], [0.25])])
    assert both.word_starts.tolist() == [1.0, -7.0]
    assert both.word_stops.tolist() == [2.0, 8.0]
    assert both.word_confidence.tolist() == [0.5, 0.25]
    assert both.phone_starts.tolist() == [3.0, 4.0]
    assert (both.n_words, both.n_words_of_phones, both.n_words_with_phones) == (6, 2, 1)
    assert len(pooled([]).word_starts) == 0


def test_the_worse_boundary_of_a_word_counts_and_an_unknown_stop_does_not() -> None:
    errors = of_words([5.0, -90.0, 10.0, 1.0], [-200.0, 3.0, np.nan, 2.0], [0.1, 0.2, 0.3, 0.4])
    assert confidence_correlation(errors) == pytest.approx(-1.0)
    assert confidence_correlation(of_words([1, 2, 3], [0, 0, 0], [0.1, 0.2, 0.3])) == pytest.approx(1.0)


def test_nothing_to_correlate_is_no_number() -> None:
    for errors in (of_words([1, 2], [1, 2], [0.1, 0.2]), of_words([1, 1, 1], [1, 1, 1], [0.1, 0.2, 0.3])):
        assert np.isnan(confidence_correlation(errors))
    assert np.isnan(confidence_correlation(of_words([1, 2, 3], [1, 2, 3], [0.5, 0.5, 0.5])))
    assert np.isnan(confidence_correlation(BoundaryErrors()))
    assert np.isnan(bias(np.array([np.nan])))
