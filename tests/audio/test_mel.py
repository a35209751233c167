import librosa
import numpy as np
import pytest
import torch
from pydantic import ValidationError

from tests.audio.signals import SHARED, needs_shared, speech_like, sweep
from tts_align.audio import MelSettings, TrimSettings, log_mel, mel_filters, read_wave
from tts_align.errors import AudioError

ODD = MelSettings(sample_rate=16000, n_fft=800, window_samples=640, hop_samples=200, n_mels=37, min_hz=55, max_hz=7600)


def librosa_log_mel(wave: np.ndarray, settings: MelSettings) -> np.ndarray:
    """The same maths in double precision, by librosa: (L, M)."""
    pad = (settings.n_fft - settings.hop_samples) // 2
    spectrum = librosa.stft(
        np.pad(wave.astype(np.float64), pad, mode="reflect"),
        n_fft=settings.n_fft,
        hop_length=settings.hop_samples,
        win_length=settings.window_samples,
        center=False,
    )
    filters = librosa.filters.mel(
        sr=settings.sample_rate,
        n_fft=settings.n_fft,
        n_mels=settings.n_mels,
        fmin=settings.min_hz,
        fmax=settings.max_hz,
        dtype=np.float64,
    )
    return np.log(np.maximum(settings.floor, filters @ np.sqrt(np.abs(spectrum) ** 2 + 1e-9))).T


@pytest.mark.parametrize("settings", [MelSettings(), ODD], ids=["default", "odd"])
@pytest.mark.parametrize(
    "wave",
    [
        np.random.default_rng(0).uniform(-0.9, 0.9, 30011).astype(np.float32),
        sweep(1.3),
        speech_like(1.1),
        np.zeros(5003, np.float32),
    ],
    ids=["noise", "sweep", "speech_like", "silence"],
)
def test_log_mel_equals_librosas(wave, settings):
    assert_equal_mels(log_mel(torch.from_numpy(wave), settings).numpy(), librosa_log_mel(wave, settings))


@pytest.mark.parametrize("name", [pytest.param("LJ001-0002", marks=needs_shared)])
def test_log_mel_of_real_speech_equals_librosas(name):
    wave, _ = read_wave(SHARED / f"wavs/{name}.wav")
    assert_equal_mels(log_mel(torch.from_numpy(wave), MelSettings()).numpy(), librosa_log_mel(wave, MelSettings()))


def assert_equal_mels(got: np.ndarray, wanted: np.ndarray) -> None:
    """Within 1e-4 as logarithms, but for what float32 rounds in a quiet bin beside a loud one in the same frame."""
    got, wanted = np.exp(got.astype(np.float64)), np.exp(wanted)
    rounding = 1e-7 * wanted.max(axis=1, keepdims=True)
    assert got.shape == wanted.shape
    assert np.all(np.abs(got - wanted) <= 1e-4 * wanted + rounding)


def test_log_mel_of_noise_equals_librosas_as_logarithms():
    wave = np.random.default_rng(0).uniform(-0.9, 0.9, 30011).astype(np.float32)
    got = log_mel(torch.from_numpy(wave), MelSettings()).numpy()
    np.testing.assert_allclose(got, librosa_log_mel(wave, MelSettings()), rtol=0, atol=1e-4)


@pytest.mark.parametrize("settings", [MelSettings(), ODD], ids=["default", "odd"])
def test_filters_equal_librosas(settings):
    wanted = librosa.filters.mel(
        sr=settings.sample_rate,
        n_fft=settings.n_fft,
        n_mels=settings.n_mels,
        fmin=settings.min_hz,
        fmax=settings.max_hz,
    )
    np.testing.assert_allclose(mel_filters(settings).numpy(), wanted, atol=1e-8, rtol=1e-5)


@pytest.mark.parametrize("n_samples", [256, 257, 300, 384, 385, 511, 512, 1023, 1024, 5119, 5120])
def test_there_is_one_frame_per_whole_hop(n_samples):
    mel = log_mel(torch.ones(n_samples), MelSettings())
    assert mel.shape == (n_samples // 256, 80)
    assert mel.isfinite().all()


def test_a_wave_shorter_than_a_hop_is_an_error():
    with pytest.raises(AudioError, match=r"at least one hop \(256 samples\), found shape \(255,\)"):
        log_mel(torch.zeros(255), MelSettings())


def test_two_channels_are_an_error():
    with pytest.raises(AudioError, match=r"a vector .* found shape \(2, 5000\)"):
        log_mel(torch.zeros(2, 5000), MelSettings())


def test_settings_are_finite():
    for model, key in ((MelSettings, "floor"), (MelSettings, "max_hz"), (TrimSettings, "keep_seconds")):
        with pytest.raises(ValidationError, match="finite number"):
            model(**{key: float("inf")})


def test_silence_never_goes_below_the_floor():
    mel = log_mel(torch.zeros(5000), MelSettings(floor=0.01))
    assert mel.unique().tolist() == pytest.approx([np.log(0.01)])


def test_the_fingerprint_depends_on_every_value_and_on_nothing_else():
    assert MelSettings().fingerprint == MelSettings(max_hz=8000).fingerprint == "c92782678d1a"
    changes = {
        "sample_rate": 24000,
        "n_fft": 2048,
        "window_samples": 800,
        "hop_samples": 200,
        "n_mels": 100,
        "min_hz": 1.0,
        "max_hz": 7600.0,
        "floor": 1e-6,
    }
    assert set(changes) == set(MelSettings.model_fields)
    others = {MelSettings(**{key: value}).fingerprint for key, value in changes.items()}
    assert len(others | {MelSettings().fingerprint}) == len(changes) + 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"window_samples": 1025}, "window_samples must be at most n_fft, 1025 > 1024"),
        ({"hop_samples": 600}, "hop_samples must be at most half of window_samples"),
        ({"hop_samples": 255}, "n_fft - hop_samples must be even"),
        ({"max_hz": 12000}, "min_hz < max_hz <= sample_rate / 2"),
        ({"hop": 256}, "Extra inputs are not permitted"),
    ],
)
def test_settings_that_do_not_fit_are_refused(values, message):
    with pytest.raises(ValidationError, match=message):
        MelSettings(**values)
