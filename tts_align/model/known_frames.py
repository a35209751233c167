"""Utterances whose frames are known: teacher forcing or scheduled sampling, and the readout."""

import torch
from jaxtyping import Float
from torch import Tensor

from tts_align.attention import Memory
from tts_align.model.decoder import Decoder
from tts_align.model.fast_decoder import unroll_forced
from tts_align.model.mixture import Mixture
from tts_align.model.unroll import ScheduledSampling, unroll
from tts_align.noise import Noise


def unroll_known(
    decoder: Decoder,
    memory: Memory,
    frames: Float[Tensor, "B L M"],
    noise: Noise,
    training_noise: Noise | None = None,
    sampled_share: float = 0.0,
) -> tuple[Float[Tensor, "B L M"], Float[Tensor, "B T"], Float[Tensor, "B T N"]]:
    """What the decoder makes of utterances whose frames are known: by teacher forcing, or by scheduled sampling.

    Args:
        decoder: prenet, cell and readout.
        memory: the prepared batch.
        frames: (B, L, M) true frames, L a multiple of R.
        noise: for the prenet's dropout and the lots.
        training_noise: for the readout's dropout; None switches it off.
        sampled_share: probability in [0, 1] that a step hears the model's own last frames.

    Returns:
        Frames (B, L, M), stop logits (B, T), weights (B, T, N).
    """
    if sampled_share > 0:
        policy = ScheduledSampling(decoder, frames, noise, sampled_share, training_noise)
        _, weights = unroll(decoder, memory, policy)
        return torch.cat(policy.frames, dim=1), torch.cat(policy.stop_logits, dim=1), weights
    outputs, weights = unroll_forced(decoder, memory, frames, noise)
    mixture = Mixture(weights, memory.values)
    made, stop_logits, _ = decoder.readout(outputs, noise=training_noise, mixture=mixture)
    return made, stop_logits, weights
