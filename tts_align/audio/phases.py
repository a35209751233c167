"""A first guess of the phases of a spectrogram, from the slopes of its log magnitudes."""

from typing import Any

import numba
import numpy as np
import torch

from tts_align.audio.mel import MelSettings

_HANN = 0.25645  # a Hann window of W samples is nearly the Gaussian exp(-pi n^2 / (_HANN W^2))
_LEAST = 1e-5  # of an utterance's largest magnitude: what is below has no slope worth following
_TINY = 1e-30


def guess_phases(
    magnitude: torch.Tensor, settings: MelSettings, seed: int, n_frames: torch.Tensor | None = None
) -> torch.Tensor:
    """Guesses phases in one pass, so that Griffin-Lim starts near a wave and needs a fraction of the iterations.

    Formula: with s = log magnitude, g = 0.25645 W^2 and hop a, the phase grows by 2 pi a k / n_fft +
    (a n_fft / g) ds/dk from frame to frame and by -(g / (a n_fft)) ds/dl - pi from bin to bin; slopes are central
    differences, and of two neighbours the mean counts. Every bin takes its phase from the frame before or from the
    bin below or above, whichever chain of bins is strongest at its weakest place.

    Args:
        magnitude: (L, K) >= 0, or (B, L, K).
        settings: the geometry; W is window_samples.
        seed: of the phase of the strongest bin of the first frame; what all others have follows from it.
        n_frames: (B,) real frames of each utterance, when they are padded.

    Returns:
        float32 radians in [0, 2 pi], of the shape of `magnitude` and on its device; 0 on padding.

    Reference: Prusa, Balazs and Sondergaard 2017 (phase gradient heap integration), equations 17 to 20; Prusa and
        Sondergaard 2016 (the order frame by frame). Both take bins off a heap, strongest first. Within a frame that is
        the widest path along a line, which two sweeps find: Definition: this project.

    Example:
        >>> guess_phases(torch.ones(7, 513), MelSettings(), seed=0).shape
        torch.Size([7, 513])
    """
    batch = magnitude.detach().float().cpu()
    batch = batch[None] if magnitude.dim() == 2 else batch
    lengths = [batch.shape[1]] * len(batch) if n_frames is None else n_frames.tolist()
    first = np.random.default_rng(seed).uniform(0, 2 * np.pi)
    phases = torch.zeros(batch.shape)
    for one, length, out in zip(batch, lengths, phases.numpy(), strict=True):
        logs = one[:length].clamp(min=max(_LEAST * float(one[:length].max()), _TINY)).log()
        _integrate(logs.numpy(), *_slope_factors(settings), first, out)
    return phases.view(magnitude.shape).to(magnitude.device)


def _slope_factors(settings: MelSettings) -> tuple[np.ndarray, float, float]:
    """Radians per hop of each bin (K,), and what the slopes over bins and over frames are multiplied with."""
    turns = np.arange(settings.n_bins) * settings.hop_samples % settings.n_fft / settings.n_fft
    ratio = settings.hop_samples * settings.n_fft / (_HANN * settings.window_samples**2)
    return (2 * np.pi * turns).astype(np.float32), ratio, 1 / ratio


@numba.njit(cache=True, nogil=True)
def _integrate(
    logs: np.ndarray, turns: np.ndarray, by_bin: float, by_frame: float, first: float, phases: np.ndarray
) -> None:
    """Fills the phases of one utterance, frame by frame, from its log magnitudes (L, K)."""
    n_frames, n_bins = logs.shape
    advance, before = np.zeros(n_bins, np.float32), np.zeros(n_bins, np.float32)
    rise = np.zeros(n_bins, np.float32)
    from_above = np.zeros(n_bins, np.float32)
    nothing = np.full(n_bins, -np.inf, np.float32)
    nothing[logs[0].argmax()] = 0  # the frame before the first one reaches one bin only
    start = np.full(n_bins, first, np.float32)
    for frame in range(n_frames):
        here = logs[frame]
        advance, before = before, advance
        _slopes(logs, frame, turns, by_bin, by_frame, advance, rise)
        if frame == 0:
            _fill(here, nothing, start, rise, from_above, phases[0])
        else:
            arriving = phases[frame - 1] + np.float32(0.5) * (before + advance)
            _fill(here, logs[frame - 1], arriving, rise, from_above, phases[frame])


@numba.njit(cache=True, nogil=True)
def _slopes(
    logs: np.ndarray,
    frame: int,
    turns: np.ndarray,
    by_bin: float,
    by_frame: float,
    advance: np.ndarray,
    rise: np.ndarray,
) -> None:
    """Phase differences of one frame: to the next frame, and half of those to the next bin; no slope at the edges."""
    n_frames, n_bins = logs.shape
    here, last, following = logs[frame], logs[max(frame - 1, 0)], logs[min(frame + 1, n_frames - 1)]
    steepness = np.float32(-0.25 * by_frame if 0 < frame < n_frames - 1 else 0.0)
    for k in range(n_bins):
        advance[k] = turns[k]
        rise[k] = steepness * (following[k] - last[k]) - np.float32(0.5 * np.pi)
    for k in range(1, n_bins - 1):
        advance[k] += np.float32(0.5 * by_bin) * (here[k + 1] - here[k - 1])


@numba.njit(cache=True, nogil=True)
def _fill(
    here: np.ndarray,
    last: np.ndarray,
    arriving: np.ndarray,
    rise: np.ndarray,
    from_above: np.ndarray,
    phases: np.ndarray,
) -> None:
    """Phases of one frame, each from the side whose chain is widest; a chain is as wide as its weakest bin.

    Args:
        here: (K,) log magnitudes, by which a phase is handed on to a neighbour.
        last: (K,) those of the frame before, by which it is handed on to this one.
        arriving: (K,) the phases that come from there.
        rise: (K,) half the phase differences per bin.
        from_above: (K,) room for how wide the way from the bins above is.
        phases: (K,) is filled.
    """
    n_bins = len(here)
    width: Any = np.float32(-np.inf)
    for k in range(n_bins - 1, -1, -1):
        from_above[k] = width
        width = min(max(width, last[k]), here[k])
    width = np.float32(-np.inf)
    for k in range(n_bins):
        if width > last[k] and width >= from_above[k]:
            phases[k] = phases[k - 1] + (rise[k - 1] + rise[k])
            from_above[k] = -np.inf
        elif from_above[k] <= last[k]:
            phases[k] = arriving[k]
            from_above[k] = -np.inf
        width = min(max(width, last[k]), here[k])
    for k in range(n_bins - 2, -1, -1):
        if from_above[k] > -np.inf:
            phases[k] = phases[k + 1] - (rise[k + 1] + rise[k])
    turn = np.float32(2 * np.pi)
    for k in range(n_bins):
        phases[k] -= turn * np.floor(phases[k] / turn)
