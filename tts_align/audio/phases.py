"""A first guess of the phases of a spectrogram: every peak is a tone that goes on from frame to frame."""

import numpy as np
import torch

from tts_align.audio.mel import MelSettings

_TINY = 1e-9


def guess_phases(magnitude: torch.Tensor, settings: MelSettings, seed: int) -> torch.Tensor:
    """Guesses phases in one pass, so that Griffin-Lim starts near a wave and needs a fraction of the iterations.

    Formula: each bin belongs to its nearest peak, whose frequency w (radians per hop) is that of a parabola through
    three log magnitudes; phase_l = phase_{l-1} + (w_{l-1} + w_l) / 2. Around a peak all bins have the same phase at the
    window's centre, which is pi more per bin at the frame's start.

    Args:
        magnitude: (L, K) >= 0.
        settings: the geometry.
        seed: of the phases of the first frame.

    Returns:
        (L, K) float32 radians, on the device of `magnitude`.

    Reference: Beauregard, Harish and Wyse 2015 (single pass spectrogram inversion), with frequencies averaged over
        neighbouring frames.

    Example:
        >>> guess_phases(torch.ones(7, 513), MelSettings(), seed=0).shape
        torch.Size([7, 513])
    """
    logs = magnitude.detach().double().add(_TINY).log().cpu().numpy()
    n_frames, n_bins = logs.shape
    is_peak, frequency = _peaks(logs)
    frequency *= 2 * np.pi / settings.n_fft * settings.hop_samples  # (L, K) radians per hop
    bins = np.arange(n_bins)
    phase: np.ndarray = np.random.default_rng(seed).uniform(0, 2 * np.pi, size=(n_bins,))
    phases = np.empty((n_frames, n_bins))
    before: np.ndarray | None = None
    for frame in range(n_frames):
        peaks = np.flatnonzero(is_peak[frame])
        now = frequency[frame, peaks]
        owner = np.searchsorted((peaks[1:] + peaks[:-1]) / 2, bins)  # (K,) which peak each bin belongs to
        advance = np.zeros(1) if before is None else (before[peaks] + now) / 2
        phase, before = (phase[peaks] + advance)[owner], now[owner]
        phases[frame] = phase
    phases = (phases + np.pi * bins) % (2 * np.pi)
    return torch.from_numpy(phases.astype(np.float32)).to(magnitude.device)


def _peaks(logs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Finds the peaks of each frame, at least one, and how many bins from zero each of them lies: both (L, K)."""
    below, here, above = logs[:, :-2], logs[:, 1:-1], logs[:, 2:]
    is_peak = np.zeros(logs.shape, dtype=bool)
    is_peak[:, 1:-1] = (here >= below) & (here > above)
    is_peak[:, 0] = ~is_peak.any(axis=1)
    curvature = np.minimum(below - 2 * here + above, -_TINY)
    place = np.tile(np.arange(logs.shape[1], dtype=np.float64), (len(logs), 1))
    place[:, 1:-1] += np.clip((below - above) / (2 * curvature), -0.5, 0.5)
    return is_peak, place
