"""Sound that is made piece by piece is as good as sound made at once, and has no seams."""

import itertools

import numpy as np
import pytest
import torch

from tts_align.audio import MelSettings, griffin_lim, log_mel, mel_to_magnitude, spectral_convergence_db
from tts_align.synthesis.sound_stream import HELD_FRAMES, SoundStream

SETTINGS = MelSettings()


def voiced_mel(seconds=1.5):
    """The mel of a gliding tone with overtones, louder and softer."""
    time = np.arange(int(seconds * SETTINGS.sample_rate)) / SETTINGS.sample_rate
    pitch = 2 * np.pi * np.cumsum(120 + 40 * np.sin(2 * np.pi * 1.3 * time)) / SETTINGS.sample_rate
    wave = sum(np.sin(k * pitch) / k for k in range(1, 25)) * (0.12 + 0.1 * np.sin(2 * np.pi * 3 * time))
    return log_mel(torch.from_numpy(wave.astype(np.float32)), SETTINGS)


def streamed(mel, n_frames, n_iterations=24):
    stream = SoundStream(SETTINGS, n_iterations)
    return [*(stream.add(mel[i : i + n_frames]) for i in range(0, len(mel), n_frames)), stream.rest()]


@pytest.mark.parametrize("n_frames", [13, 40])
def test_pieces_are_as_good_as_the_whole(n_frames):
    mel = voiced_mel()
    magnitude = mel_to_magnitude(mel, SETTINGS)
    whole = spectral_convergence_db(griffin_lim(magnitude, SETTINGS, 24), magnitude, SETTINGS)
    wave = torch.from_numpy(np.concatenate(streamed(mel, n_frames)))
    assert len(wave) == len(mel) * SETTINGS.hop_samples
    assert spectral_convergence_db(wave, magnitude, SETTINGS) < whole + 1.0


def test_no_seam_is_steeper_than_the_sound_around_it():
    pieces = streamed(voiced_mel(), 17)
    wave = np.concatenate(pieces)
    steps = np.abs(np.diff(wave))
    for seam in itertools.accumulate(len(piece) for piece in pieces[:-2]):
        around = steps[max(0, seam - 300) : seam + 300]
        assert steps[seam - 1] <= around.max() and steps[seam - 1] < 3 * np.quantile(around, 0.95)


def test_what_was_said_does_not_depend_on_what_comes():
    mel = voiced_mel()
    first, second = SoundStream(SETTINGS, 4), SoundStream(SETTINGS, 4)
    assert np.array_equal(first.add(mel[:30]), second.add(mel[:30]))
    assert not np.array_equal(first.add(mel[30:50]), second.add(mel[60:80]))


def test_one_piece_is_griffin_lim_itself():
    mel = voiced_mel(0.4)
    whole = griffin_lim(mel_to_magnitude(mel, SETTINGS), SETTINGS, 5, seed=3).clamp(-1, 1).numpy()
    stream = SoundStream(SETTINGS, 5, seed=3)
    np.testing.assert_allclose(np.concatenate([stream.add(mel), stream.rest()]), whole, atol=1e-5)


@pytest.mark.parametrize("sizes", [[1, 1, 1, 1, 1, 1, 1], [3, 0, 2], [HELD_FRAMES], [1]])
def test_pieces_of_any_size_lose_no_frame(sizes):
    mel = voiced_mel(0.3)
    stream = SoundStream(SETTINGS, 2)
    place, n_samples = 0, 0
    for size in sizes:
        n_samples += len(stream.add(mel[place : place + size]))
        place += size
    n_samples += len(stream.rest())
    assert n_samples == sum(sizes) * SETTINGS.hop_samples


def test_the_window_does_not_grow():
    stream = SoundStream(SETTINGS, 1)
    sizes = set()
    for _ in range(20):
        stream.add(torch.zeros(20, SETTINGS.n_mels))
        sizes.add(len(stream._magnitude))
    assert max(sizes) <= 20
