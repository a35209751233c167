import librosa
import pytest
import torch

from tests.audio.signals import SHARED, needs_shared, speech_like
from tts_align.audio import MelSettings, log_mel, mel_error_db, mel_filters, mel_to_magnitude, read_wave

SETTINGS = MelSettings()


def test_the_mel_error_is_below_44_db_on_speech_like_sound():
    mel = log_mel(torch.from_numpy(speech_like(3.0)), SETTINGS)
    assert mel_error_db(mel_to_magnitude(mel, SETTINGS), mel, SETTINGS) < -44


@pytest.mark.parametrize("name", [pytest.param("LJ001-0002", marks=needs_shared)])
def test_the_mel_error_is_below_46_db_on_real_speech(name):
    wave, _ = read_wave(SHARED / f"wavs/{name}.wav")
    mel = log_mel(torch.from_numpy(wave), SETTINGS)
    assert mel_error_db(mel_to_magnitude(mel, SETTINGS), mel, SETTINGS) < -46


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


def test_blocks_of_the_filters_give_what_the_whole_matrix_gives():
    mel = log_mel(torch.from_numpy(speech_like(0.4)), SETTINGS)
    for settings in (SETTINGS, MelSettings(n_mels=7, n_fft=256, window_samples=256, hop_samples=64, min_hz=300)):
        target = mel[:, : settings.n_mels].double().exp()
        filters = mel_filters(settings).double()
        shares = filters / filters.sum(0).clamp(min=1e-10)
        expected = (target @ torch.linalg.pinv(filters).T).clamp(min=0)
        expected = torch.maximum(expected, 1e-4 * target @ shares)
        for _ in range(3):
            expected = expected * ((target / (expected @ filters.T + 1e-10)) @ shares)
        got = mel_to_magnitude(mel[:, : settings.n_mels], settings, 3)
        torch.testing.assert_close(got.double(), expected, rtol=1e-3, atol=1e-5)


def test_a_batch_gives_what_each_gives_alone():
    mels = torch.stack([log_mel(torch.from_numpy(speech_like(0.2, seed=seed)), SETTINGS) for seed in range(3)])
    together = mel_to_magnitude(mels, SETTINGS)
    assert together.shape == (3, 17, 513)
    for mel, magnitude in zip(mels, together, strict=True):
        torch.testing.assert_close(magnitude, mel_to_magnitude(mel, SETTINGS), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("n_frames", [1, 2])
def test_the_given_mel_is_left_as_it_is(n_frames):
    mel = torch.full((n_frames, 80), -2.0)
    mel_to_magnitude(mel, SETTINGS)
    assert (mel == -2.0).all()


def test_nearer_than_librosas_least_squares():
    mel = log_mel(torch.from_numpy(speech_like(0.5)), SETTINGS)
    options = {"sr": 22050, "n_fft": 1024, "power": 1, "fmin": 0, "fmax": 8000}
    other = librosa.feature.inverse.mel_to_stft(mel.exp().T.numpy(), **options)
    theirs = mel_error_db(torch.from_numpy(other.T), mel, SETTINGS)
    assert mel_error_db(mel_to_magnitude(mel, SETTINGS, 0), mel, SETTINGS) < theirs + 0.1
    assert mel_error_db(mel_to_magnitude(mel, SETTINGS), mel, SETTINGS) < theirs - 10
