"""Sounds for the tests, made by arithmetic."""

from pathlib import Path

import numpy as np
import pytest

SHARED = Path(__file__).resolve().parents[2] / "../shared/ljspeech32"

needs_shared = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="the reference clips ../shared/ljspeech32 are not here"),
]


def speech_like(seconds: float, rate: int = 22050, seed: int = 0) -> np.ndarray:
    """Voiced syllables with moving pitch and formants, with hiss between them: (S,) float32 with a peak of 0.7."""
    rng = np.random.default_rng(seed)
    time = np.arange(int(seconds * rate)) / rate
    pitch = 190 + 40 * np.sin(2 * np.pi * 0.7 * time) + 15 * np.sin(2 * np.pi * 2.3 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    syllables = np.clip(np.sin(2 * np.pi * 2.1 * time + 0.3), 0, None) ** 0.7
    formants = [500 + 200 * np.sin(2 * np.pi * 1.3 * time), 1500 + 500 * np.sin(2 * np.pi * 0.9 * time + 1)]
    wave = np.zeros_like(time)
    for harmonic in range(1, 24):
        frequency = harmonic * pitch
        level = sum(np.exp(-(((frequency - formant) / 180) ** 2)) for formant in formants) + 0.1 / harmonic
        wave += level * np.sin(harmonic * phase)
    wave = wave * syllables + 0.05 * rng.standard_normal(len(time)) * (syllables < 0.2)
    return (0.7 * wave / np.abs(wave).max()).astype(np.float32)


def sweep(seconds: float, rate: int = 22050) -> np.ndarray:
    """A sine that rises from 50 Hz to 7 kHz: (S,) float32."""
    time = np.arange(int(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * (50 * time + 6950 * time**2 / (2 * seconds)))).astype(np.float32)
