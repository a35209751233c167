"""Which sounds say which words."""

import numpy as np
import pytest

from tts_align.corpus.spoken import Sound, Spoken, territories, tiers_of, units_of


def test_a_word_reaches_back_over_marks_that_stand_alone_to_the_token_before() -> None:
    assert territories('He said -- "no".') == [0, 2, 7]
    assert territories("...") == []


def test_a_position_inside_an_opening_quotation_mark_belongs_to_the_word_after_it() -> None:
    (first, second) = units_of('Say "no".', [(0, "s"), (0, "eɪ"), (4, "n"), (4, "oʊ")])
    assert (first.words, second.words) == (("Say",), ("no",))


def test_words_without_a_sound_of_their_own_were_said_with_the_word_before() -> None:
    units = units_of("some of the people", [(0, "sʌm"), (5, "ʌvðə"), (12, "p")])
    assert [unit.words for unit in units] == [("some",), ("of", "the"), ("people",)]


def test_a_position_that_points_back_stays_with_the_word_that_was_reached() -> None:
    assert [unit.phones for unit in units_of("one two", [(0, "a"), (4, "b"), (0, "c")])] == [("a",), ("b", "c")]


def test_first_words_that_no_sound_points_to_belong_to_the_first_unit() -> None:
    assert [unit.words for unit in units_of("a b c", [(2, "x"), (4, "y")])] == [("a", "b"), ("c",)]


def test_word_times_reach_from_the_first_sound_to_the_last() -> None:
    sounds = [Sound(0, 9, "ʌ", 0), Sound(9, 20, "ðə", 0), Sound(25, 30, "ˈɛ", 7), Sound(30, 50, "nd", 7)]
    words, phones = tiers_of("of the end", sounds, rate=10)
    assert [(word.label, word.start_seconds, word.stop_seconds) for word in words] == [
        ("of the", 0, 2),
        ("end", 2.5, 5),
    ]
    assert [phone.start_seconds for phone in phones] == [0, 0.9, 2.5, 3]


def test_an_utterance_knows_its_length() -> None:
    assert Spoken(np.zeros(441, np.int16), 22050, (), ()).seconds == pytest.approx(0.02)
