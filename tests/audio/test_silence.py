import numpy as np
import pytest

from tts_align.audio import trim_silence
from tts_align.audio.silence import silent_steps

RATE = 10000


def tone_between(start: int, stop: int, n_samples: int = 30000, noise: float = 0.0) -> np.ndarray:
    wave = noise * np.random.default_rng(0).standard_normal(n_samples)
    wave[start:stop] += np.sin(0.3 * np.arange(stop - start))
    return wave.astype(np.float32)


@pytest.mark.parametrize("noise", [0.0, 0.001], ids=["digital silence", "hiss at -57 dB"])
def test_the_sound_is_found_to_within_a_window_and_never_cut(noise):
    start, stop = trim_silence(tone_between(7000, 19000, noise=noise), RATE, top_db=40, keep_seconds=0)
    assert 7000 - 200 <= start <= 7000
    assert 19000 <= stop <= 19000 + 200


def test_the_margin_is_kept_and_stays_inside_the_wave():
    start, stop = trim_silence(tone_between(7000, 19000), RATE, top_db=40, keep_seconds=0.1)
    assert 5800 <= start <= 6000
    assert 20000 <= stop <= 20200
    assert trim_silence(tone_between(7000, 19000), RATE, top_db=40, keep_seconds=9) == (0, 30000)


def test_a_wave_without_silence_is_kept_whole():
    assert trim_silence(tone_between(0, 30000), RATE, top_db=40, keep_seconds=0) == (0, 30000)


def test_a_gap_inside_is_not_touched():
    wave = tone_between(3000, 6000) + tone_between(20000, 23000)
    start, stop = trim_silence(wave, RATE, top_db=40, keep_seconds=0)
    assert start <= 3000
    assert stop >= 23000


def test_loudness_does_not_matter():
    wave = tone_between(7000, 19000, noise=0.001)
    assert trim_silence(wave, RATE, 40, 0) == trim_silence(wave * np.float32(0.01), RATE, 40, 0)


def test_a_wave_of_zeros_has_no_sound():
    assert trim_silence(np.zeros(500, np.float32), RATE, 40, 0.1) == (0, 0)
    assert trim_silence(np.zeros(0, np.float32), RATE, 40, 0.1) == (0, 0)


def test_a_wave_shorter_than_a_window_works():
    assert trim_silence(np.ones(7, np.float32), RATE, 40, 0) == (0, 7)


def test_a_step_is_silent_when_all_of_its_frames_are():
    mel = np.full((7, 80), -11.5)
    mel[3] = -1.0
    mel[5] = -1.0 - 36 / 8.685889638  # 36 dB below
    assert silent_steps(mel, 2).tolist() == [True, False, True, True]
    assert silent_steps(mel, 2, below_db=37).tolist() == [True, False, False, True]
    assert silent_steps(mel[:0], 2).tolist() == [] and silent_steps(mel[3:4], 3).tolist() == [False]
