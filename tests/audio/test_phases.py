import numpy as np
import torch

from tests.audio.signals import speech_like
from tts_align.audio import (
    MelSettings,
    griffin_lim,
    guess_phases,
    magnitude_spectrogram,
    spectral_convergence_db,
)

SETTINGS = MelSettings()


def test_a_steady_tone_gets_its_phases_but_for_one_constant():
    tone = torch.sin(0.31 * torch.arange(20 * 256.0))
    magnitude = magnitude_spectrogram(tone, SETTINGS)
    phases = guess_phases(magnitude, SETTINGS, seed=0)
    peak = int(magnitude[10].argmax())
    steps = np.diff(phases[2:-2, peak].double().numpy()) - 0.31 * 256
    np.testing.assert_allclose((steps + np.pi) % (2 * np.pi) - np.pi, 0, atol=0.05)


def test_the_guess_alone_is_nearer_than_random_phases_by_8_db():
    magnitude = magnitude_spectrogram(torch.from_numpy(speech_like(2.0)), SETTINGS)
    guessed = spectral_convergence_db(griffin_lim(magnitude, SETTINGS, 0), magnitude, SETTINGS)
    assert guessed < -12  # random ones: -4 dB


def test_silence_and_flat_noise_have_finite_phases():
    for magnitude in (torch.zeros(5, 513), torch.ones(5, 513), torch.rand(1, 513)):
        phases = guess_phases(magnitude, SETTINGS, seed=0)
        assert phases.dtype == torch.float32
        assert phases.isfinite().all()
        assert phases.shape == magnitude.shape
