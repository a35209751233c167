"""Fourier magnitudes to a wave, by the fast Griffin-Lim algorithm."""

import torch

from tts_align.audio.framing import frame_wave, hann_window, overlap_add
from tts_align.audio.mel import MelSettings, magnitude_spectrogram
from tts_align.audio.phases import guess_phases

_TINY = 1e-16


def griffin_lim(
    magnitude: torch.Tensor, settings: MelSettings, n_iterations: int = 32, *, seed: int = 0, momentum: float = 0.99
) -> torch.Tensor:
    """Finds a wave whose magnitudes are nearly the given ones; L frames give L * hop samples.

    Formula: c_i = STFT(wave(A(t_{i-1}))), t_i = c_i + momentum (c_i - c_{i-1}), where A sets the magnitudes and keeps
    the phases. The first phases are those of `guess_phases`. The framing is that of `log_mel`, so that the mel of the
    wave has exactly L frames again.

    Args:
        magnitude: (L, K) >= 0, L >= 1.
        settings: the geometry.
        n_iterations: >= 0; 8 is fair, 32 is good, more than 60 gains nothing when the magnitudes come from a mel.
        seed: of the first phases; the same seed gives the same wave.
        momentum: 0 is the plain algorithm, 0.99 the fast one.

    Returns:
        (L * hop,) float32 on the device of `magnitude`.

    Reference: Perraudin, Balazs and Sondergaard 2013, algorithm 2; Griffin and Lim 1984.

    Example:
        >>> griffin_lim(torch.ones(5, 513), MelSettings(), n_iterations=2).shape
        torch.Size([1280])
    """
    device = magnitude.device
    magnitude = magnitude.float()
    window = hann_window(settings.window_samples, settings.n_fft, device)
    squared = window.square().expand(magnitude.shape[0], -1)
    scale = 1 / overlap_add(squared, settings.hop_samples).clamp(min=_TINY)

    wave = _to_wave(torch.polar(magnitude, guess_phases(magnitude, settings, seed)), window, scale, settings)
    previous = torch.zeros((), device=device)
    # only the phase of t is used, so t may be divided by (1 + momentum)
    pull = momentum / (1 + momentum)
    for _ in range(n_iterations):
        frames = frame_wave(wave, settings.n_fft, settings.hop_samples)
        current = torch.view_as_real(torch.fft.rfft(frames * window))
        extrapolated = torch.sub(current, previous, alpha=pull)
        norm = extrapolated.square().sum(-1).add_(_TINY).rsqrt_()
        wave = _to_wave(
            torch.view_as_complex(extrapolated.mul_((magnitude * norm)[..., None])), window, scale, settings
        )
        previous = current
    return wave


def spectral_convergence_db(wave: torch.Tensor, magnitude: torch.Tensor, settings: MelSettings) -> float:
    """Measures how far the magnitudes of `wave` are from the wanted ones, in dB below the wanted ones' energy.

    Formula: 20 log10(|| |STFT(wave)| - magnitude || / ||magnitude||).

    Example:
        >>> wave = torch.sin(torch.arange(2560.0))
        >>> spectral_convergence_db(wave, magnitude_spectrogram(wave, MelSettings()), MelSettings())
        -inf
    """
    difference = magnitude_spectrogram(wave, settings).double() - magnitude.double()
    return float(20 * torch.log10(difference.norm() / magnitude.double().norm()))


def _to_wave(spectrum: torch.Tensor, window: torch.Tensor, scale: torch.Tensor, settings: MelSettings) -> torch.Tensor:
    """The least-squares wave of a spectrum (L, K): windowed, overlap-added, divided by the summed squared windows."""
    frames = torch.fft.irfft(spectrum, n=settings.n_fft).mul_(window)
    return overlap_add(frames, settings.hop_samples).mul_(scale)
