"""One update of the weights: forward, backward, clip, step, guarded against numbers that are not finite."""

from dataclasses import dataclass

import torch
from torch import nn

from tts_align.corpus.batches import Batch
from tts_align.model import Tacotron
from tts_align.noise import Noise, mix
from tts_align.training.config import TrainingConfig
from tts_align.training.distributed import Processes
from tts_align.training.losses import loss_terms


@dataclass(frozen=True)
class UpdateResult:
    """What an update saw, over the joint batch of all processes.

    Attributes:
        loss: weighted sum of the three errors.
        mel, stop, guided: mean errors.
        gradient_norm: before clipping.
        applied: False if something was not finite and the weights were left alone.
    """

    loss: float
    mel: float
    stop: float
    guided: float
    gradient_norm: float
    applied: bool


def update_weights(
    model: nn.Module,
    inner: Tacotron,
    optimizer: torch.optim.Optimizer,
    batch: Batch,
    positions: list[int],
    update: int,
    config: TrainingConfig,
    processes: Processes,
) -> UpdateResult:
    """Trains on one batch.

    Args:
        model: the model, or its DistributedDataParallel wrapper.
        inner: the model itself.
        optimizer: over its parameters.
        batch: this process's part of the joint batch.
        positions: place of each utterance in the joint batch; its noise depends on it, not on the process.
        update: number of this update, from 0.
        config: weights of the losses, clipping, learning rate, scheduled sampling.
        processes: who takes part.

    Returns:
        Figures of the joint batch, the same on every process.
    """
    for group in optimizer.param_groups:
        group["lr"] = config.learning_rate_at(update)
    batch = batch.to(processes.device)
    seeds = torch.tensor([mix(config.seed, update, position) for position in positions], device=processes.device)
    device = processes.device.type
    rounded = config.precision == "bfloat16" or (config.precision == "auto" and device == "cuda")
    with torch.autocast(device, dtype=torch.bfloat16, enabled=rounded):
        prediction = model(
            batch.symbols,
            batch.mask,
            batch.mel,
            batch.n_frames,
            Noise(seeds),
            sampled_share=config.sampled_share_at(update),
            durations=batch.durations,
        )
    terms = loss_terms(prediction, batch, inner.mel_scale, config.guided_width)
    counts = processes.sum(terms.counts)
    weights = terms.sums.new_tensor([1.0, config.stop_weight, config.guided_weight])
    loss = (weights * terms.sums / counts).sum()
    optimizer.zero_grad(set_to_none=True)
    (loss * processes.n).backward()  # the wrapper divides by n
    norm = float(nn.utils.clip_grad_norm_(model.parameters(), config.clip_norm))
    means = processes.sum(terms.sums.detach()) / counts
    total = float(torch.dot(weights, means))
    mel, stop, guided = means.tolist()
    applied = bool(torch.isfinite(torch.tensor([total, norm])).all())
    if applied:
        optimizer.step()
    return UpdateResult(total, mel, stop, guided, norm, applied)
