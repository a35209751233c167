"""Exposure bias is the difference between two regimes over the same words."""

import math

import numpy as np
import pytest
import torch

from tts_align.alignment import Alignment
from tts_align.audio import MelSettings, TrimSettings
from tts_align.corpus.batches import Example
from tts_align.corpus.material import held_out, load_prepared
from tts_align.corpus.truth import Truth
from tts_align.model import Tacotron, small_config
from tts_align.text import Alphabet
from tts_align.training.exposure import Exposure, exposure_of
from tts_align.training.validation import validate


def said(text, steps_per_symbol, seconds_per_step=0.5):
    """An alignment that stays on each symbol for so many steps."""
    return Alignment(np.repeat(np.eye(len(text)), steps_per_symbol, axis=0), tuple(text), seconds_per_step)


def example(name):
    return Example(name, "ab cd", list("ab cd"), np.arange(5), np.zeros((10, 3), np.float32))


def test_both_regimes_are_measured_on_the_same_words_each_with_its_own_truth():
    """`cd` begins with step 6 when symbols last two steps of 0.5 s, with step 9 when they last three."""
    truths = {"one": Truth(np.array([0, 1]), np.array([0.0, 2.5]))}
    found = exposure_of(
        [example("one"), example("unknown")],
        truths,
        [said("ab cd", 2), said("ab cd", 2)],
        [said("ab cd", 3), said("ab cd", 1)],
        [np.array([0.25, 4.25]), np.empty(0)],
        frames_per_step=1,
    )
    assert found.forced_ms.tolist() == [0.0, 500.0]
    assert found.spoken_ms.tolist() == [250.0, 250.0]
    assert found.places.tolist() == [0.0, 0.5]  # of 5 s


def test_under_teacher_forcing_no_word_begins_in_a_pause():
    """Attention is on `c` for the last four of ten steps, of which the first two and the space are silent."""
    heard = Alignment(np.eye(5)[[0, 0, 1, 1, 2, 2, 3, 3, 3, 3]], tuple("ab cd"), 0.5)
    one = example("one")
    one.mel[4:8] = -11.5
    truths = {"one": Truth(np.array([0, 1]), np.array([0.0, 4.0]))}
    found = exposure_of([one], truths, [heard], [heard], [np.array([0.0, 4.0])], frames_per_step=1)
    assert found.forced_ms.tolist() == [0.0, 0.0] and found.spoken_ms.tolist() == [0.0, 1000.0]


def test_the_gap_is_free_running_minus_teacher_forcing_and_may_be_negative():
    exposure = Exposure(np.array([40.0, 10.0, 20.0]), np.array([5.0, 15.0, 400.0]), np.zeros(3))
    assert exposure.gap_ms() == -5.0
    assert exposure.gap_ms("p90") == pytest.approx((15 + 0.8 * 385) - (20 + 0.8 * 20))


def test_words_that_are_never_reached_are_counted_and_not_averaged():
    exposure = Exposure(np.array([10.0, 10.0]), np.array([30.0, np.nan]), np.zeros(2))
    assert exposure.gap_ms() == 20.0
    assert exposure.gap_ms("n_missing") == 1


def test_a_gap_that_grows_along_the_utterance_is_seen():
    places = np.linspace(0, 1, 31)
    exposure = Exposure(np.full(31, 7.0), 7.0 + 60 * places, places)
    parts = exposure.gap_by_part_ms(2)
    assert parts == pytest.approx((60 * np.median(places[:15]), 60 * np.median(places[15:])))
    assert parts[0] < parts[1]


def test_without_a_truth_nothing_is_known():
    found = exposure_of([example("x")], {}, [said("ab cd", 2)], [said("ab cd", 2)], [np.empty(0)], frames_per_step=1)
    assert len(found.forced_ms) == len(found.spoken_ms) == len(found.places) == 0
    assert math.isnan(found.gap_ms()) and all(math.isnan(gap) for gap in found.gap_by_part_ms())


def test_validation_keeps_the_errors_behind_its_figures(tmp_path, toy_corpus):
    alphabet, mel = Alphabet("abcdef ,"), MelSettings()
    material = held_out(load_prepared(toy_corpus, tmp_path, alphabet, "error", mel, TrimSettings()), 3, 0)
    torch.manual_seed(0)
    model = Tacotron(len(alphabet), mel.n_mels, small_config(frames_per_step=5))
    result = validate(model, material.validation, material.truths, mel.seconds_per_frame, 0.3, seed=0)
    figures, exposure = result.figures, result.exposure
    n_words = sum(len(material.truths[each.id].word_indices) for each in material.validation)
    assert len(exposure.forced_ms) == len(exposure.spoken_ms) == n_words
    assert figures.onset_forced_ms == np.nanmedian(exposure.forced_ms)
    assert figures.onset_forced_p90_ms == np.nanpercentile(exposure.forced_ms, 90)
    assert figures.onset_spoken_ms == np.nanmedian(exposure.spoken_ms)
    assert figures.onset_spoken_p90_ms == np.nanpercentile(exposure.spoken_ms, 90)
    assert exposure.gap_ms() == pytest.approx(figures.onset_spoken_ms - figures.onset_forced_ms)
