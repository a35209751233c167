import librosa
import numpy as np
import pytest
import torch

from tests.audio.signals import SHARED, needs_shared, speech_like
from tts_align.audio import (
    MelSettings,
    griffin_lim,
    guess_phases,
    log_mel,
    magnitude_spectrogram,
    mel_to_magnitude,
    read_wave,
    spectral_convergence_db,
)
from tts_align.audio.framing import frame_wave, hann_window, overlap_add
from tts_align.errors import AudioError

SETTINGS = MelSettings()
OTHER = MelSettings(sample_rate=16000, n_fft=800, window_samples=640, hop_samples=150, max_hz=7600)


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
def test_32_iterations_come_within_28_db(wave):
    magnitude = magnitude_spectrogram(wave(), SETTINGS)
    quality = [spectral_convergence_db(griffin_lim(magnitude, SETTINGS, seed=s), magnitude, SETTINGS) for s in (0, 1)]
    assert max(quality) < -28


@pytest.mark.parametrize("mark", [pytest.param(None, marks=needs_shared)], ids=["shared"])
def test_better_than_librosas_on_the_same_magnitudes(mark):
    """Librosa starts from random phases and comes to -24 to -27 dB; the guessed ones gain about 5 dB."""
    for name in ("LJ001-0002", "LJ001-0008"):
        magnitude = magnitude_spectrogram(real_speech(name), SETTINGS)
        ours = spectral_convergence_db(griffin_lim(magnitude, SETTINGS, 32), magnitude, SETTINGS)
        options = {"n_fft": 1024, "hop_length": 256, "center": False}
        other = librosa.griffinlim(magnitude.numpy().T, n_iter=32, momentum=0.99, random_state=0, **options)
        difference = np.abs(librosa.stft(other, **options)).T - magnitude.numpy()
        assert ours <= 20 * np.log10(np.linalg.norm(difference) / np.linalg.norm(magnitude)) - 4


def test_the_wave_has_exactly_the_frames_that_were_given():
    for n_frames in (1, 2, 3, 17):
        wave = griffin_lim(torch.ones(n_frames, 513), SETTINGS, n_iterations=2)
        assert wave.shape == (n_frames * 256,)
        assert wave.isfinite().all()
        assert log_mel(wave, SETTINGS).shape == (n_frames, 80)


def on_spectra(magnitude: torch.Tensor, n_iterations: int) -> torch.Tensor:
    """The published iteration, on spectra and in double precision, from the same first phases."""
    window, magnitude = hann_window(1024, 1024, torch.device("cpu")).double(), magnitude.double()
    envelope = overlap_add(window.square().expand(len(magnitude), -1), 256)

    def nearest_wave(phases):
        frames = torch.fft.irfft(torch.polar(magnitude, phases)) * window
        return overlap_add(frames, 256) / envelope

    wave = nearest_wave(guess_phases(magnitude, SETTINGS, seed=0).double())
    before = None
    for _ in range(n_iterations):
        spectrum = torch.fft.rfft(frame_wave(wave, 1024, 256) * window)
        ahead = spectrum if before is None else spectrum + 0.99 * (spectrum - before)
        wave, before = nearest_wave(ahead.angle()), spectrum
    return wave


def test_the_iteration_on_waves_is_the_published_one_on_spectra():
    for n_frames in (1, 2, 53):
        magnitude = magnitude_spectrogram(torch.from_numpy(speech_like(0.7)[: n_frames * 256]), SETTINGS)
        expected = on_spectra(magnitude, 6)
        torch.testing.assert_close(griffin_lim(magnitude, SETTINGS, 6).double(), expected, rtol=0, atol=2e-4)


@pytest.mark.parametrize("settings", [SETTINGS, OTHER], ids=["usual", "odd"])
def test_a_padded_batch_gives_what_each_utterance_gives_alone(settings):
    waves = [torch.from_numpy(speech_like(seconds, settings.sample_rate, seed=3)) for seconds in (0.7, 0.02, 0.31)]
    alone = [magnitude_spectrogram(wave, settings) for wave in waves]
    lengths = torch.tensor([len(each) for each in alone])
    batch = torch.nn.utils.rnn.pad_sequence(alone, batch_first=True, padding_value=float("nan"))
    together = griffin_lim(batch, settings, 9, n_frames=lengths)
    assert together.shape == (3, int(lengths.max()) * settings.hop_samples)
    for each, wave in zip(alone, together, strict=True):
        n_samples = len(each) * settings.hop_samples
        torch.testing.assert_close(wave[:n_samples], griffin_lim(each, settings, 9), rtol=0, atol=1e-5)
        assert (wave[n_samples:] == 0).all()


def test_what_is_given_is_left_as_it_was_and_nothing_has_a_gradient():
    magnitude = magnitude_spectrogram(torch.from_numpy(speech_like(0.2)), SETTINGS).requires_grad_()
    before = magnitude.detach().clone()
    assert not griffin_lim(magnitude, SETTINGS, 3).requires_grad
    assert torch.equal(magnitude.detach(), before)


@pytest.mark.parametrize("shape", [(0, 513), (5, 512), (513,), (0, 5, 513), (2, 0, 513), (1, 2, 5, 513)])
def test_shapes_that_are_no_magnitudes_are_refused(shape):
    with pytest.raises(AudioError, match="at least one frame of 513 bins"):
        griffin_lim(torch.ones(shape), SETTINGS)


@pytest.mark.parametrize("lengths", [[5], [5, 6], [5, 0], [[5, 5]]])
def test_lengths_that_do_not_fit_the_batch_are_refused(lengths):
    with pytest.raises(AudioError, match="2 numbers of frames, from 1 to 5"):
        griffin_lim(torch.ones(2, 5, 513), SETTINGS, n_frames=torch.tensor(lengths))


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
