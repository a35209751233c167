"""The record of timings: times that fit together, of words, symbols, steps and frames."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.drawings import spoken
from tts_align.alignment import Alignment
from tts_align.alignment.textgrid import Interval
from tts_align.alignment.timings import Frames, timings_of

LETTERS = st.lists(st.sampled_from([*"ab ,'", "<end>"]), min_size=1, max_size=9)


@given(LETTERS, st.integers(1, 25), st.integers(1, 5), st.integers(0, 4), st.integers(0, 999))
@settings(deadline=None)
def test_all_sums_are_exact_and_nothing_overlaps(
    symbols: list[str], n_steps: int, per_step: int, missing: int, seed: int
) -> None:
    weights = np.random.default_rng(seed).dirichlet(np.ones(len(symbols)), n_steps) * (1 - 1e-6)
    n_frames = max(0, n_steps * per_step - missing)
    timings = timings_of(Alignment(weights, tuple(symbols), 0.0116), "x", frames=Frames(per_step, n_frames))
    assert (len(timings.durations), sum(timings.durations)) == (len(symbols), n_steps)
    assert timings.frame_durations is not None
    assert (len(timings.frame_durations), sum(timings.frame_durations)) == (len(symbols), n_frames)
    assert min(timings.durations) >= 0 and min(timings.frame_durations) >= 0
    edges = [0.0, *(each.stop_seconds for each in timings.symbols)]
    assert [each.start_seconds for each in timings.symbols] == edges[:-1]
    assert edges[-1] == pytest.approx(n_steps * 0.0116) == timings.sound_seconds
    times = [time for word in timings.words for time in (word.start_seconds, word.stop_seconds)]
    assert times == sorted(times)
    assert all(0 <= each.confidence <= 1 for each in (*timings.words, *timings.symbols))


def test_a_word_starts_with_its_first_symbol_and_lasts_over_the_space_after_it() -> None:
    timings = timings_of(spoken("ab cd$", seconds_per_step=0.05), "x", start_seconds=0.25)
    found = [(word.label, word.start_seconds, word.stop_seconds) for word in timings.words]
    assert found == [
        ("ab", 0.25, pytest.approx(0.25 + 9 * 0.05)),
        ("cd", pytest.approx(0.25 + 9 * 0.05), pytest.approx(0.25 + 18 * 0.05)),
    ]
    assert timings.word_symbols == ((0, 2), (3, 5))


def test_a_pause_after_a_word_is_not_the_word() -> None:
    weights = np.eye(4).repeat([2, 30, 2, 2], axis=0)
    timings = timings_of(Alignment(weights, tuple("a, b"), seconds_per_step=0.05), "x")
    assert timings.words[0].stop_seconds == pytest.approx(2 * 0.05 + 0.2)
    assert timings.words[1].start_seconds == pytest.approx(34 * 0.05)


def test_times_end_with_the_sound() -> None:
    timings = timings_of(spoken("ab cd", seconds_per_step=0.0625), "x", sound_seconds=0.625)
    assert [(word.start_seconds, word.stop_seconds) for word in timings.words] == [(0.0, 0.5625), (0.5625, 0.625)]
    assert timings.symbols[-1] == Interval(0.625, 0.625, "d", timings.symbols[-1].confidence)
    assert timings_of(spoken("ab", seconds_per_step=0.0625), "x", sound_seconds=9.0).words[0].stop_seconds == 0.375


def test_the_confidence_of_a_word_is_that_of_both_its_boundaries() -> None:
    weights = np.eye(5).repeat(6, axis=0)
    weights[15:23] = [0, 0, 0.5, 0.5, 0]  # the start of the second word cannot be seen
    first, second = timings_of(Alignment(weights, tuple("a bc."), 0.035), "x").words
    clear = timings_of(Alignment(np.eye(5).repeat(6, axis=0), tuple("a bc."), 0.035), "x").words
    assert first.confidence == pytest.approx(clear[0].confidence, abs=0.05)  # ends where "b" begins, still seen
    assert timings_of(Alignment(weights, tuple("a b c"), 0.035), "x").words[1].confidence < 0.75 * clear[1].confidence
    assert second.confidence == pytest.approx(clear[1].confidence, abs=0.05)  # what is unclear lies inside it


def test_words_of_phones_are_known_from_words_of_letters() -> None:
    def of_phones(symbols: str, text: str) -> list[bool]:
        listed = symbols.replace("_", " _ ").split()
        named = tuple(" " if symbol == "_" else symbol for symbol in listed)
        timings = timings_of(Alignment(np.eye(len(named)), named, 0.1, text=text), "x")
        return [timings.is_of_phones(word) for word in range(len(timings.words))]

    assert of_phones("HH AH0 L OW1 _ w o r l d", "Hello, world!") == [True, False]
    assert of_phones("h ə l oʊ _ w ɜː l d", "hello world") == [True, True]
    assert of_phones("c a f e _ n o", "Café no") == [False, False]
    assert of_phones("c a f _ n o", "café no") == [False, False]  # a letter that was left out
    assert of_phones("d o n ' t", "don’t") == [False]
