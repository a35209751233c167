import librosa
import numpy as np
import pytest
import torch

from tests.audio.signals import SHARED, needs_shared, speech_like
from tts_align.audio import (
    MelSettings,
    griffin_lim,
    log_mel,
    magnitude_spectrogram,
    mel_to_magnitude,
    read_wave,
    spectral_convergence_db,
)

SETTINGS = MelSettings()


def real_speech(name: str) -> torch.Tensor:
    wave, _ = read_wave(SHARED / f"wavs/{name}.wav")
    return torch.from_numpy(wave[: len(wave) // 256 * 256])


@pytest.mark.parametrize(
    "wave",
    [
        pytest.param(lambda: torch.from_numpy(speech_like(3.1)), id="speech_like"),
        pytest.param(lambda: real_speech("LJ001-0002"), id="shared", marks=needs_shared),
    ],
)
def test_32_iterations_come_within_24_db(wave):
    magnitude = magnitude_spectrogram(wave(), SETTINGS)
    quality = [spectral_convergence_db(griffin_lim(magnitude, SETTINGS, seed=s), magnitude, SETTINGS) for s in (0, 1)]
    assert max(quality) < -24


@pytest.mark.parametrize("mark", [pytest.param(None, marks=needs_shared)], ids=["shared"])
def test_better_than_librosas_on_the_same_magnitudes(mark):
    """Librosa starts from random phases and comes to -24 to -27 dB; the guessed ones gain about 3 dB."""
    for name in ("LJ001-0002", "LJ001-0008"):
        magnitude = magnitude_spectrogram(real_speech(name), SETTINGS)
        ours = spectral_convergence_db(griffin_lim(magnitude, SETTINGS, 32), magnitude, SETTINGS)
        options = {"n_fft": 1024, "hop_length": 256, "center": False}
        other = librosa.griffinlim(magnitude.numpy().T, n_iter=32, momentum=0.99, random_state=0, **options)
        difference = np.abs(librosa.stft(other, **options)).T - magnitude.numpy()
        assert ours <= 20 * np.log10(np.linalg.norm(difference) / np.linalg.norm(magnitude)) - 1


def test_the_wave_has_exactly_the_frames_that_were_given():
    for n_frames in (1, 2, 3, 17):
        wave = griffin_lim(torch.ones(n_frames, 513), SETTINGS, n_iterations=2)
        assert wave.shape == (n_frames * 256,)
        assert wave.isfinite().all()
        assert log_mel(wave, SETTINGS).shape == (n_frames, 80)


def test_the_same_seed_gives_the_same_wave_and_leaves_the_global_generator_alone():
    magnitude = magnitude_spectrogram(torch.from_numpy(speech_like(0.5)), SETTINGS)
    before = torch.get_rng_state()
    first, again, other = (griffin_lim(magnitude, SETTINGS, 4, seed=seed) for seed in (3, 3, 5))
    assert torch.equal(first, again)
    assert not torch.allclose(first, other)
    assert torch.equal(before, torch.get_rng_state())


def test_more_iterations_are_nearer():
    magnitude = magnitude_spectrogram(torch.from_numpy(speech_like(1.0)), SETTINGS)
    quality = [spectral_convergence_db(griffin_lim(magnitude, SETTINGS, n), magnitude, SETTINGS) for n in (0, 8, 64)]
    assert quality[0] > quality[1] > quality[2]


def test_silence_gives_silence():
    wave = griffin_lim(torch.zeros(9, 513), SETTINGS)
    assert wave.abs().max() < 1e-6


def test_other_geometries_work_too():
    settings = MelSettings(sample_rate=16000, n_fft=800, window_samples=640, hop_samples=160, max_hz=7600)
    wave = torch.from_numpy(speech_like(2.0, rate=16000)[: 200 * 160])
    magnitude = magnitude_spectrogram(wave, settings)
    assert spectral_convergence_db(griffin_lim(magnitude, settings, 32), magnitude, settings) < -20


def test_mel_to_wave_and_back_keeps_the_mel():
    mel = log_mel(torch.from_numpy(speech_like(2.0)), SETTINGS)
    again = log_mel(griffin_lim(mel_to_magnitude(mel, SETTINGS), SETTINGS, 64), SETTINGS)
    assert again.shape == mel.shape
    assert (again.exp() - mel.exp()).norm() / mel.exp().norm() < 0.1
