"""Fourier magnitudes to a wave, by the fast Griffin-Lim algorithm."""

import torch

from tts_align.audio.mel import MelSettings, magnitude_spectrogram
from tts_align.audio.phases import guess_phases
from tts_align.audio.projection import Projection
from tts_align.errors import AudioError


@torch.no_grad()
def griffin_lim(
    magnitude: torch.Tensor,
    settings: MelSettings,
    n_iterations: int = 32,
    *,
    n_frames: torch.Tensor | None = None,
    seed: int = 0,
    momentum: float = 0.99,
) -> torch.Tensor:
    """Finds waves whose magnitudes are nearly the given ones; L frames give L * hop samples.

    Formula: w_i = P(t_{i-1}), t_i = w_i + momentum (w_i - w_{i-1}), where P sets the magnitudes, keeps the phases and
    lays the frames back. It is the published iteration on spectra c = STFT(w): the transform is linear, so the step
    beyond may be taken on waves, which are four times smaller. The first phases are those of `guess_phases`. The
    framing is that of `log_mel`, so that the mel of the wave has exactly L frames again.

    Args:
        magnitude: (L, K) >= 0, L >= 1, or (B, L, K).
        settings: the geometry.
        n_iterations: >= 0; 8 is fair, 32 is good, more than 60 gains nothing when the magnitudes come from a mel.
        n_frames: (B,) frames of each utterance of a batch, when they are padded; what is on padding counts for nothing.
        seed: of the first phases; the same seed gives the same wave, alone or in a batch.
        momentum: 0 is the plain algorithm, 0.99 the fast one.

    Returns:
        (L * hop,) or (B, L * hop) float32 on the device of `magnitude`, 0 after an utterance's end.

    Raises:
        AudioError: the shapes do not fit the settings or one another.

    Reference: Perraudin, Balazs and Sondergaard 2013, algorithm 2; Griffin and Lim 1984.

    Example:
        >>> griffin_lim(torch.ones(5, 513), MelSettings(), n_iterations=2).shape
        torch.Size([1280])
    """
    lengths = _lengths(magnitude, n_frames, settings)
    batch = magnitude.float().reshape(len(lengths), -1, settings.n_bins)
    is_real = torch.arange(batch.shape[1]) < lengths[:, None]
    batch = torch.where(is_real[..., None].to(batch.device), batch, 0)
    project = Projection(batch, lengths, settings)
    previous = project.start(guess_phases(batch, settings, seed, lengths))
    current, ahead = previous, previous.clone()
    spare = project.room()
    for _ in range(n_iterations):
        current = project(ahead, out=spare)
        torch.lerp(previous, current, 1 + momentum, out=ahead)
        previous, spare = current, previous
    return project.cut(current).view(*magnitude.shape[:-2], -1)


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


def _lengths(magnitude: torch.Tensor, n_frames: torch.Tensor | None, settings: MelSettings) -> torch.Tensor:
    """Real frames of each utterance (B,), on the CPU."""
    if magnitude.dim() not in (2, 3) or magnitude.shape[-1] != settings.n_bins or 0 in magnitude.shape:
        raise AudioError(
            where="magnitude",
            expected=f"at least one frame of {settings.n_bins} bins: (L, K) or (B, L, K)",
            found=f"shape {tuple(magnitude.shape)}",
            fix="Give magnitudes that were made with the same settings, time before bins.",
        )
    n_utterances, longest = (1, *magnitude.shape[:-1])[-2:]
    if n_frames is None:
        return torch.full((n_utterances,), longest)
    lengths = n_frames.cpu()
    if lengths.shape != (n_utterances,) or int(lengths.min()) < 1 or int(lengths.max()) > longest:
        raise AudioError(
            where="n_frames",
            expected=f"{n_utterances} numbers of frames, from 1 to {longest}",
            found=f"{lengths.tolist()}",
            fix="Give the real frames of each utterance of the batch.",
        )
    return lengths
