import numpy as np
import pytest
from hypothesis import given, settings
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
from tts_align.alignment.timing import frame_durations, span_durations, word_spans
from tts_align.errors import AlignmentError


@given(st.integers(1, 9), st.integers(1, 30), st.integers(0, 999))
@settings(deadline=None)  # the first search may have to be compiled
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


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.floats(0.3, 7.0), st.integers(0, 9))
def test_frames_sum_up_exactly_and_no_boundary_is_off_by_more_than_half_a_frame(
    steps: list[int], frames_per_step: float, beyond: int
) -> None:
    n_frames = max(0, round(sum(steps) * frames_per_step) - beyond)
    found = frame_durations(np.array(steps), frames_per_step, n_frames)
    assert found.sum() == n_frames
    assert found.min() >= 0
    exact = np.minimum(np.cumsum(steps) * frames_per_step, n_frames)
    assert np.abs(np.cumsum(found) - exact).max() <= max(0.5 + 1e-9, n_frames - exact[-1])


def test_frames_that_cannot_be_are_refused() -> None:
    for per_step, n_frames in ((0, 5), (-1, 5), (2, -1), (float("nan"), 5)):
        with pytest.raises(AlignmentError, match="frames per step > 0, frames >= 0"):
            frame_durations(np.array([1]), per_step, n_frames)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=14), st.integers(0, 99), st.sampled_from([0.01, 0.05, 0.3]))
def test_words_and_what_lies_between_them_sum_to_all_steps(steps: list[int], seed: int, seconds: float) -> None:
    symbols = np.random.default_rng(seed).choice([*"ab ,"], len(steps)).tolist()
    spans = word_spans(np.array(steps), words_of(symbols), seconds)
    found = span_durations(spans, sum(steps))
    assert found.sum() == sum(steps)
    assert found.min() >= 0
    assert len(found) == 2 * len(words_of(symbols)) + 1


def test_a_word_keeps_the_space_after_it_for_a_fifth_of_a_second_and_the_last_one_ends_the_text() -> None:
    words = [Word("a", 0, 1), Word("b", 2, 3)]
    assert word_spans(np.array([3, 9, 4]), words, 0.1).tolist() == [[0, 5], [12, 16]]
    assert word_spans(np.array([3, 9, 4]), words, 0.01).tolist() == [[0, 12], [12, 16]]
    assert word_spans(np.array([3, 9, 4]), words, 0.25).tolist() == [[0, 3], [12, 16]]
