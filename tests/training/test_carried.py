"""True onsets are carried over to the spoken sound by time warping."""

import numpy as np
import pytest

from tts_align.corpus.truth import Truth
from tts_align.training.validation import _carried

SECONDS_PER_FRAME = 0.0125
FRAMES = np.array([0, 7, 19, 30])
TRUTH = Truth(np.arange(4), FRAMES * SECONDS_PER_FRAME)


def mel_of(n_frames=41, n_mels=5):
    """Every frame is far from every other one."""
    return np.random.default_rng(0).normal(scale=3.0, size=(n_frames, n_mels)).astype(np.float32)


def carried_frames(true_mel, spoken_mel, truth=TRUTH):
    return _carried(true_mel, spoken_mel, truth, SECONDS_PER_FRAME) / SECONDS_PER_FRAME


def test_in_the_same_sound_onsets_are_where_they_were():
    mel = mel_of()
    np.testing.assert_allclose(carried_frames(mel, mel), FRAMES, atol=1e-9)


def test_in_a_sound_of_half_the_speed_onsets_come_twice_as_late():
    mel = mel_of()
    assert carried_frames(mel, mel.repeat(2, axis=0)) == pytest.approx(2 * FRAMES, abs=1)


def test_in_a_sound_of_twice_the_speed_onsets_come_twice_as_early():
    mel = mel_of()
    assert carried_frames(mel.repeat(2, axis=0), mel) == pytest.approx(FRAMES / 2, abs=1)


def test_a_pause_moves_only_what_comes_after_it():
    mel = mel_of()
    paused = np.concatenate([mel[:10], mel[9:10].repeat(13, axis=0), mel[10:]])
    assert carried_frames(mel, paused) == pytest.approx([0, 7, 32, 43], abs=1)


def test_an_onset_beyond_the_last_frame_lies_at_the_end():
    mel = mel_of()
    beyond = Truth(np.arange(1), np.array([99.0]))
    assert carried_frames(mel, mel, beyond) == pytest.approx([40])
