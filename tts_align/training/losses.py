"""What training minimizes: mel error, stop error, and attention off the diagonal."""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int64
from torch import Tensor, nn

from tts_align.corpus.batches import Batch
from tts_align.model import Prediction


@dataclass(frozen=True)
class LossTerms:
    """Sums over a batch and what to divide them by, kept apart so that processes can add before they divide.

    Attributes:
        sums: (3,) mel, stop and guided attention error, summed over real positions.
        counts: (3,) how many positions.
    """

    sums: Tensor
    counts: Tensor


def loss_terms(prediction: Prediction, batch: Batch, mel_scale: Tensor, guided_width: float) -> LossTerms:
    """The three errors of a teacher-forced prediction, over real positions only.

    The mel error is |d| + d^2 of the difference d in standard deviations of each mel bin, before and after the postnet.
    The stop error is binary cross-entropy with the last real step as the target; that one step counts as much as the
    others together would at a rate of one in ten, or the gate would learn to stay shut.

    Args:
        prediction: of the batch, under teacher forcing.
        batch: the truth.
        mel_scale: (M,) standard deviations.
        guided_width: g of the guided attention loss.

    Returns:
        Sums and counts.
    """
    counts = batch.counts
    n_mels = batch.mel.shape[2]
    real = (torch.arange(batch.mel.shape[1], device=batch.mel.device) < batch.n_frames[:, None]) * counts[:, None]
    mel = torch.zeros((), device=batch.mel.device)
    for guess in (prediction.mel, prediction.refined_mel):
        difference = (guess - batch.mel) / mel_scale
        mel = mel + ((difference.abs() + difference.square()).sum(-1) * real).sum() / 2
    steps = torch.arange(prediction.stop_logits.shape[1], device=batch.mel.device)
    real_steps = (steps < prediction.n_steps[:, None]) * counts[:, None]
    is_last = (steps == prediction.n_steps[:, None] - 1).float()
    stop = nn.functional.binary_cross_entropy_with_logits(
        prediction.stop_logits, is_last, reduction="none", pos_weight=prediction.stop_logits.new_tensor(10.0)
    )
    distance = off_diagonal(prediction.n_steps, batch.mask.sum(1), prediction.weights.shape[1:], guided_width)
    guided = ((prediction.weights * distance).sum(-1) * real_steps).sum()
    sums = torch.stack([mel, (stop * real_steps).sum(), guided])
    return LossTerms(sums, torch.stack([real.sum() * n_mels, real_steps.sum(), real_steps.sum()]))


def off_diagonal(
    n_steps: Int64[Tensor, "B"], n_symbols: Int64[Tensor, "B"], size: torch.Size, width: float
) -> Float[Tensor, "B T N"]:
    """How far each cell lies from the diagonal: 1 - exp(-(n / N - t / T)^2 / (2 g^2)).

    Args:
        n_steps: (B,) T of each utterance.
        n_symbols: (B,) N of each utterance.
        size: padded (T, N).
        width: g.

    Returns:
        (B, T, N) in [0, 1).

    Reference:
        Tachibana, Uenoyama, Aihara 2018, eq. 6-7.

    Example:
        >>> off_diagonal(torch.tensor([4]), torch.tensor([2]), torch.Size([4, 2]), 0.2)[0, 2].tolist()
        [0.956..., 0.0]
    """
    t = torch.arange(size[0], device=n_steps.device) / n_steps[:, None]
    n = torch.arange(size[1], device=n_steps.device) / n_symbols[:, None]
    return 1 - torch.exp(-((n[:, None, :] - t[:, :, None]) ** 2) / (2 * width**2))
