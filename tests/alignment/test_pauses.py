"""The silence before a word is no part of it, unless it is the closure of its first consonant."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts_align.alignment import Alignment
from tts_align.alignment.pauses import path_with_pauses
from tts_align.alignment.timings import timings_of
from tts_align.alignment.words import words_of

TEXT = tuple("oh, no me")


def moved(path, silent_steps, seconds_per_step=0.04):
    path = np.array(path)
    is_silent = np.isin(np.arange(len(path)), silent_steps)
    return path_with_pauses(path, words_of(TEXT), is_silent, seconds_per_step).tolist()


def test_a_pause_attended_by_the_next_word_goes_to_what_is_before_it():
    path = [0, 1, 2, 3, 4, 4, 4, 4, 5, 6, 7, 8]
    assert moved(path, [2, 3, 4, 5, 6]) == [0, 1, 2, 3, 3, 3, 3, 4, 5, 6, 7, 8]


def test_one_step_stays_with_the_word_however_long_the_pause():
    path = [0, 1, 2, 3, 4, 4, 4, 4, 5, 6, 7, 8]
    assert moved(path, range(2, 12)) == [0, 1, 2, 3, 3, 3, 3, 4, 5, 6, 7, 8]


def test_a_closure_belongs_to_its_consonant():
    path = [0, 1, 2, 3, 4, 4, 4, 4, 5, 6, 7, 8]
    assert moved(path, [4, 5]) == path  # 80 ms
    assert moved(path, [4, 5], seconds_per_step=0.05) != path


def test_a_silence_that_comes_later_in_the_word_and_that_of_the_first_word_stay():
    path = [0, 0, 0, 0, 1, 2, 3, 4, 4, 4, 4, 4, 5, 6, 7, 8]
    assert moved(path, [0, 1, 2, 3, 8, 9, 10, 11]) == path


@given(
    st.lists(st.integers(0, 4), min_size=len(TEXT), max_size=len(TEXT)).filter(any),
    st.lists(st.booleans(), min_size=40, max_size=40),
)
def test_the_path_stays_monotone_and_visits_the_same_symbols_or_one_more_pause(steps, silent):
    path = np.repeat(np.arange(len(TEXT)), steps)
    found = path_with_pauses(path, words_of(TEXT), np.array(silent[: len(path)]), 0.05)
    assert (np.diff(found) >= 0).all()
    assert set(path) <= set(found)
    assert (found <= path).all() and (path - found <= 1).all()


def test_whether_a_step_is_silent_may_be_said_in_numbers_and_must_be_said_of_each():
    path, words = np.array([0, 1, 2, 3, 4, 4, 4, 5]), words_of(TEXT)
    silent = np.array([0, 0, 1, 1, 1, 1, 0, 0])
    assert path_with_pauses(path, words, silent, 0.05).tolist() == [0, 1, 2, 3, 3, 3, 4, 5]
    for other in (silent[:-1], np.append(silent, 0)):
        with pytest.raises(ValueError, match="expected silence or sound of 8 steps, found the shape"):
            path_with_pauses(path, words, other, 0.05)


def test_the_times_of_words_follow_and_their_confidence_is_that_of_the_attention():
    weights = np.eye(len(TEXT))[[0, 1, 2, 3, 4, 4, 4, 4, 5, 6, 7, 8]]
    alignment = Alignment(weights, TEXT, 0.05, text="oh, no me")
    is_silent = np.isin(np.arange(len(weights)), [2, 3, 4, 5, 6])
    plain, heard = timings_of(alignment, "x"), timings_of(alignment, "x", is_silent=is_silent)
    assert [word.start_seconds for word in plain.words] == pytest.approx([0.0, 0.2, 0.5])
    assert [word.start_seconds for word in heard.words] == pytest.approx([0.0, 0.35, 0.5])
    assert [word.confidence for word in heard.words] == [word.confidence for word in plain.words]
    assert sum(heard.durations) == len(weights) and heard.durations[3:5] == (4, 1)
