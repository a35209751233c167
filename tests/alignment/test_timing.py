import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts_align.alignment import (
    Word,
    durations,
    monotone_path,
    onset_errors_ms,
    summarize_errors,
    word_onsets_seconds,
    words_of,
)
from tts_align.errors import AlignmentError


@given(st.integers(1, 9), st.integers(1, 30), st.integers(0, 999))
def test_durations_of_a_monotone_path_sum_to_the_number_of_steps(n_symbols: int, n_steps: int, seed: int) -> None:
    weights = np.random.default_rng(seed).dirichlet(np.ones(n_symbols), n_steps)
    path = monotone_path(weights)
    found = durations(path, n_symbols)
    assert found.sum() == n_steps
    assert found.shape == (n_symbols,)
    if n_steps >= n_symbols:
        assert found.min() >= 1


def test_a_word_starts_at_the_first_step_on_or_beyond_it() -> None:
    path = np.array([0, 0, 1, 2, 3, 3, 5, 6])
    onsets = word_onsets_seconds(path, words_of("a cat is"), 0.5)
    assert onsets.tolist()[:2] == [0.0, 1.5]
    assert onsets[2] == 3.5
    assert np.isnan(word_onsets_seconds(path, [Word("late", 9, 12)], 0.5)).all()


def test_a_path_that_goes_back_is_refused() -> None:
    with pytest.raises(AlignmentError, match="step 2: expected a path that never goes back, found a move from 4 to 3"):
        durations(np.array([0, 4, 3]), 5)
    with pytest.raises(AlignmentError, match=r"positions in \[0, 3\)"):
        durations(np.array([0, 4]), 3)


def test_errors_are_summed_up_over_known_words_only() -> None:
    errors = onset_errors_ms(np.array([0.0, 0.52, 1.0, np.nan]), np.array([0.015, 0.5, 1.2, 2.0]))
    assert errors[:3] == pytest.approx([15.0, 20.0, 200.0])
    summary = summarize_errors(errors)
    assert (summary["n_words"], summary["n_missing"]) == (3, 1)
    assert summary["median"] == pytest.approx(20.0)
    assert summary["mean"] == pytest.approx(235 / 3)
    assert (summary["within_50"], summary["within_100"]) == (pytest.approx(2 / 3), pytest.approx(2 / 3))


def test_nothing_to_compare_gives_no_figures() -> None:
    assert np.isnan(summarize_errors(np.array([np.nan]))["median"])
    with pytest.raises(AlignmentError, match="as many as in the reference, 3"):
        onset_errors_ms(np.zeros(2), np.zeros(3))
