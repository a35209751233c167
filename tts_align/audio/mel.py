"""Wave to log mel spectrogram, with the settings that Tacotron 2 and HiFi-GAN share."""

import functools
import hashlib
import json

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field, model_validator

from tts_align.audio.framing import frame_wave, hann_window

_SQRT_GUARD = 1e-9  # under the square root of the magnitude: part of the published definition
_LINEAR_HZ_PER_MEL = 200 / 3  # Slaney's scale: linear up to 1000 Hz, logarithmic above
_BREAK_HZ = 1000.0
_LOG_STEP = np.log(6.4) / 27


class MelSettings(BaseModel):
    """How a wave becomes a mel spectrogram; two voices fit together when their fingerprints are equal.

    Example:
        >>> MelSettings().seconds_per_frame
        0.011609977324263039
        >>> MelSettings(n_mels=40).fingerprint == MelSettings().fingerprint
        False
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    sample_rate: int = Field(default=22050, gt=0, description="samples per second")
    n_fft: int = Field(default=1024, gt=1, le=65536, description="samples of a Fourier transform")
    window_samples: int = Field(default=1024, gt=1, description="samples of the Hann window, at most n_fft")
    hop_samples: int = Field(default=256, gt=0, description="samples from one frame to the next")
    n_mels: int = Field(default=80, gt=0, le=1024, description="mel bins (M)")
    min_hz: float = Field(default=0.0, ge=0, description="lower edge of the lowest filter")
    max_hz: float = Field(default=8000.0, gt=0, description="upper edge of the highest filter")
    floor: float = Field(default=1e-5, gt=0, description="smallest magnitude, before the logarithm")

    @model_validator(mode="after")
    def _parts_fit(self) -> "MelSettings":
        if self.window_samples > self.n_fft:
            raise ValueError(f"window_samples must be at most n_fft, {self.window_samples} > {self.n_fft}")
        if self.hop_samples > self.window_samples // 2:
            raise ValueError(
                f"hop_samples must be at most half of window_samples, {self.hop_samples} > {self.window_samples} / 2"
            )
        if (self.n_fft - self.hop_samples) % 2:
            raise ValueError(f"n_fft - hop_samples must be even, {self.n_fft} - {self.hop_samples} is odd")
        if not self.min_hz < self.max_hz <= self.sample_rate / 2:
            raise ValueError(
                f"min_hz < max_hz <= sample_rate / 2 must hold, found {self.min_hz}, {self.max_hz}, {self.sample_rate}"
            )
        return self

    @property
    def n_bins(self) -> int:
        """Fourier bins (K)."""
        return self.n_fft // 2 + 1

    @property
    def seconds_per_frame(self) -> float:
        """The time from one frame to the next."""
        return self.hop_samples / self.sample_rate

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that change when any value does, and are the same on every machine."""
        values = json.dumps(self.model_dump(), sort_keys=True)
        return hashlib.blake2b(values.encode(), digest_size=6).hexdigest()


def log_mel(wave: torch.Tensor, settings: MelSettings) -> torch.Tensor:
    """Computes the log mel spectrogram of a wave; exactly one frame per whole hop.

    Formula: log(max(floor, F |X|)), |X| = sqrt(re^2 + im^2 + 1e-9), F the Slaney filters, X the Hann-windowed
    Fourier transform of each frame (`frame_wave`).

    Args:
        wave: (S,) samples in [-1, 1], S >= hop.
        settings: the geometry.

    Returns:
        (L, M) float32 with L = S // hop, on the device of `wave`; at least log(floor).

    Raises:
        AudioError: the wave is no vector or shorter than one hop.

    Reference: Shen et al. 2018 (Tacotron 2), section 2.1; Kong et al. 2020 (HiFi-GAN) for the framing.

    Example:
        >>> log_mel(torch.zeros(22050), MelSettings()).shape
        torch.Size([86, 80])
    """
    magnitude = magnitude_spectrogram(wave, settings)
    with torch.autocast(wave.device.type, enabled=False):  # half precision would be heard
        mel = magnitude @ mel_filters(settings, wave.device).T
    return mel.clamp(min=settings.floor).log()


def magnitude_spectrogram(wave: torch.Tensor, settings: MelSettings) -> torch.Tensor:
    """Computes the magnitudes under `log_mel`.

    Returns:
        (L, K) float32, > 0.

    Example:
        >>> magnitude_spectrogram(torch.zeros(512), MelSettings()).shape
        torch.Size([2, 513])
    """
    frames = frame_wave(wave.float(), settings.n_fft, settings.hop_samples)
    spectrum = torch.fft.rfft(frames * hann_window(settings.window_samples, settings.n_fft, wave.device))
    return (spectrum.real.square() + spectrum.imag.square()).add_(_SQRT_GUARD).sqrt_()


@functools.lru_cache(maxsize=16)
def mel_filters(settings: MelSettings, device: torch.device | None = None) -> torch.Tensor:
    """Makes the triangular filters of Slaney's Auditory Toolbox, each of unit area. Shared: do not change in place.

    Returns:
        (M, K) float32, >= 0.

    Reference: Slaney 1998, Auditory Toolbox (the same scale and norm as librosa's default).

    Example:
        >>> mel_filters(MelSettings()).shape
        torch.Size([80, 513])
    """
    edge_mels = np.linspace(_hz_to_mel(settings.min_hz), _hz_to_mel(settings.max_hz), settings.n_mels + 2)
    edges = np.array([_mel_to_hz(mel) for mel in edge_mels])
    bins = np.linspace(0, settings.sample_rate / 2, settings.n_bins)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    areas = (edges[2:] - edges[:-2])[:, None] / 2
    with torch.inference_mode(False):  # kept for every caller, also for one that wants gradients
        return torch.from_numpy((triangles / areas).astype(np.float32)).to(device)


def _hz_to_mel(hz: float) -> float:
    if hz < _BREAK_HZ:
        return hz / _LINEAR_HZ_PER_MEL
    return _BREAK_HZ / _LINEAR_HZ_PER_MEL + np.log(hz / _BREAK_HZ) / _LOG_STEP


def _mel_to_hz(mel: float) -> float:
    break_mel = _BREAK_HZ / _LINEAR_HZ_PER_MEL
    if mel < break_mel:
        return mel * _LINEAR_HZ_PER_MEL
    return _BREAK_HZ * np.exp(_LOG_STEP * (mel - break_mel))
