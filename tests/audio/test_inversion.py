import pytest
import torch

from tests.audio.signals import SHARED, needs_shared, speech_like
from tts_align.audio import MelSettings, log_mel, mel_error_db, mel_to_magnitude, read_wave

SETTINGS = MelSettings()


def test_the_mel_error_is_below_38_db_on_speech_like_sound():
    mel = log_mel(torch.from_numpy(speech_like(3.0)), SETTINGS)
    assert mel_error_db(mel_to_magnitude(mel, SETTINGS), mel, SETTINGS) < -38


@pytest.mark.parametrize("name", [pytest.param("LJ001-0002", marks=needs_shared)])
def test_the_mel_error_is_below_38_db_on_real_speech(name):
    wave, _ = read_wave(SHARED / f"wavs/{name}.wav")
    mel = log_mel(torch.from_numpy(wave), SETTINGS)
    assert mel_error_db(mel_to_magnitude(mel, SETTINGS), mel, SETTINGS) < -38


def test_every_update_lowers_the_error():
    mel = log_mel(torch.from_numpy(speech_like(1.0)), SETTINGS)
    errors = [mel_error_db(mel_to_magnitude(mel, SETTINGS, n), mel, SETTINGS) for n in (1, 2, 5, 10, 20)]
    assert errors == sorted(errors, reverse=True)


def test_magnitudes_are_finite_and_not_negative_whatever_the_mel():
    generator = torch.Generator().manual_seed(0)
    for scale in (0.1, 3.0, 10.0):
        mel = scale * torch.randn(13, 80, generator=generator)
        magnitude = mel_to_magnitude(mel, SETTINGS)
        assert magnitude.shape == (13, 513)
        assert magnitude.isfinite().all()
        assert (magnitude >= 0).all()


def test_bins_that_no_filter_covers_stay_zero():
    magnitude = mel_to_magnitude(torch.zeros(3, 80), SETTINGS)
    assert magnitude[:, 372:].abs().max() == 0  # bin 372 is 8010 Hz
