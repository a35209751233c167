"""Mel spectrogram back to Fourier magnitudes."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from tts_align.audio.mel import MelSettings, mel_filters

_TINY = 1e-10
_N_BLOCKS = 8
_LEAST_START = 1e-4  # of what pulls at a bin: an exact zero would stay zero for ever


@torch.no_grad()
def mel_to_magnitude(mel: torch.Tensor, settings: MelSettings, n_updates: int = 8) -> torch.Tensor:
    """Finds non-negative magnitudes whose mel spectrogram is the given one, as nearly as a few updates allow.

    Starts at the pseudo-inverse, clamped at zero, and applies the multiplicative update
    X <- X * ((Y / (X F^T)) F) / (1 F), with F the mel filters and Y = exp(mel): every bin grows by the mean of what its
    filters lack. X never becomes negative, and the divergence of X F^T from Y never grows.

    Args:
        mel: (L, M) log mel, or (B, L, M).
        settings: the settings that `mel` was made with.
        n_updates: >= 0; more is nearer and slower. None gives the error of least squares that are not negative.

    Returns:
        (L, K) or (B, L, K) float32, >= 0; zero at bins that no filter covers.

    Reference: Lee and Seung 2001, equation 5 (with one factor fixed; also Richardson 1972 and Lucy 1974); the start:
        Definition: this project.

    Example:
        >>> settings = MelSettings()
        >>> mel_to_magnitude(torch.full((7, 80), -2.0), settings).shape
        torch.Size([7, 513])
    """
    with torch.autocast(mel.device.type, enabled=False):  # half precision would be heard
        target = mel.float().reshape(-1, settings.n_mels).T.contiguous().exp()  # (M, L)
        magnitude = target.new_zeros(target.shape[1], settings.n_bins)
        inverse = _inverse(settings, mel.device)
        magnitude[:, inverse.covered] = _inverted(target, inverse, n_updates).T
    return magnitude.view(*mel.shape[:-1], -1)


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


@dataclass(frozen=True)
class _Band:
    """A matrix that is zero but for a band about its diagonal, as few full blocks: an eighth of the work.

    Attributes:
        blocks: rows of the product, rows that they are made of, and the full block between them.
    """

    blocks: Sequence[tuple[slice, slice, torch.Tensor]]

    @classmethod
    def of(cls, matrix: torch.Tensor, device: torch.device) -> "_Band":
        height = -(-len(matrix) // _N_BLOCKS)
        blocks = []
        for top in range(0, len(matrix), height):
            rows = slice(top, min(top + height, len(matrix)))
            columns = _extent(matrix[rows])
            blocks.append((rows, columns, matrix[rows, columns].float().to(device, copy=True)))
        return cls(blocks)

    def times(self, right: torch.Tensor, out: torch.Tensor) -> torch.Tensor:
        """The product with a matrix, written to `out` and returned."""
        for rows, columns, weights in self.blocks:
            torch.mm(weights, right[columns], out=out[rows])
        return out


@dataclass(frozen=True)
class _Inverse:
    """What the settings alone decide, on the bins that a filter covers (C of them)."""

    covered: slice
    pseudo_inverse: torch.Tensor  # (C, M)
    filters: _Band  # (M, C)
    shares: _Band  # (C, M): what each filter is to a bin, with a sum of one


@functools.lru_cache(maxsize=16)
def _inverse(settings: MelSettings, device: torch.device) -> _Inverse:
    filters = mel_filters(settings).double()
    covered = _extent(filters)
    filters = filters[:, covered]
    shares = (filters / filters.sum(0).clamp(min=_TINY)).T
    with torch.inference_mode(False):  # kept for every caller, also for one that wants gradients
        pseudo_inverse = torch.linalg.pinv(filters).float().to(device)
        return _Inverse(covered, pseudo_inverse, _Band.of(filters, device), _Band.of(shares, device))


def _inverted(target: torch.Tensor, inverse: _Inverse, n_updates: int) -> torch.Tensor:
    """(C, L) magnitudes for (M, L) mel magnitudes: with frames innermost a block of bins is a block of memory."""
    magnitude = torch.mm(inverse.pseudo_inverse, target).clamp_(min=0)
    growth, lack = torch.empty_like(magnitude), torch.empty_like(target)
    if n_updates > 0:
        torch.maximum(magnitude, inverse.shares.times(target, growth).mul_(_LEAST_START), out=magnitude)
    for _ in range(n_updates):
        torch.div(target, inverse.filters.times(magnitude, lack).add_(_TINY), out=lack)
        magnitude.mul_(inverse.shares.times(lack, growth))
    return magnitude


def _extent(matrix: torch.Tensor) -> slice:
    """The columns from the first to the last that is not zero; the first one where all are."""
    used = matrix.any(0).nonzero()
    return slice(int(used.min()), int(used.max()) + 1) if len(used) else slice(0, 1)
