"""Mel spectrogram back to Fourier magnitudes."""

import functools

import torch

from tts_align.audio.mel import MelSettings, mel_filters

_TINY = 1e-8
_LEAST_START = 1e-3  # of what pulls at a bin: an exact zero would stay zero for ever


def mel_to_magnitude(mel: torch.Tensor, settings: MelSettings, n_updates: int = 20) -> torch.Tensor:
    """Finds non-negative magnitudes whose mel spectrogram is the given one, as nearly as a few updates allow.

    Starts at the pseudo-inverse, clamped at zero, and applies the multiplicative least-squares update
    X <- X * (Y F) / (X F^T F), with F the mel filters and Y = exp(mel); X never becomes negative and the error never
    grows.

    Args:
        mel: (L, M) log mel.
        settings: the settings that `mel` was made with.
        n_updates: >= 0; more is nearer and slower.

    Returns:
        (L, K) float32, >= 0; zero at bins that no filter covers.

    Reference: Lee and Seung 2001 (the update with one factor fixed); the start: Definition: this project.

    Example:
        >>> settings = MelSettings()
        >>> mel_to_magnitude(torch.full((7, 80), -2.0), settings).shape
        torch.Size([7, 513])
    """
    with torch.autocast(mel.device.type, enabled=False):  # half precision would be heard
        return _inverted(mel.float().exp(), settings, n_updates)


def mel_error_db(magnitude: torch.Tensor, mel: torch.Tensor, settings: MelSettings) -> float:
    """Measures how far the mel of `magnitude` is from the wanted one, in dB below the wanted one's energy.

    Formula: 20 log10(||X F^T - Y|| / ||Y||), Y = exp(mel).

    Example:
        >>> mel_error_db(torch.zeros(7, 513), torch.zeros(7, 80), MelSettings())
        0.0
    """
    target = mel.double().exp()
    got = magnitude.double() @ mel_filters(settings, mel.device).double().T
    return float(20 * torch.log10((got - target).norm() / target.norm()))


@functools.lru_cache(maxsize=16)
def _pseudo_inverse(settings: MelSettings, device: torch.device) -> torch.Tensor:
    with torch.inference_mode(False):  # kept for every caller, also for one that wants gradients
        return torch.linalg.pinv(mel_filters(settings).double()).float().to(device)  # (K, M)


def _inverted(target: torch.Tensor, settings: MelSettings, n_updates: int) -> torch.Tensor:
    filters = mel_filters(settings, target.device)
    magnitude = (target @ _pseudo_inverse(settings, target.device).T).clamp(min=0)
    pulled = target @ filters
    if n_updates > 0:
        magnitude = torch.maximum(magnitude, _LEAST_START * pulled)
    for _ in range(n_updates):
        magnitude = magnitude * (pulled / (((magnitude @ filters.T) @ filters) + _TINY))
    return magnitude
