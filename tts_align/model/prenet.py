"""The prenet: the bottleneck that the frames of the step before must pass before the decoder sees them."""

from jaxtyping import Float
from torch import Tensor, nn

from tts_align.noise import Noise


class Prenet(nn.Module):
    """Two linear layers with ReLU and a dropout that is on in training and at inference alike.

    The dropout keeps the decoder from copying the previous frame instead of reading the text (Shen et al. 2018,
    section 2.2). Its masks are a function of the utterance's seed and the step, so the same seed gives the same speech.

    Args:
        input_size: R * M, all mel bins of a step.
        size: P, size of both layers.
        dropout: share of the numbers set to zero.

    Example:
        >>> import torch
        >>> noise = Noise(torch.tensor([1]))
        >>> tuple(Prenet(5, 8, 0.5)(torch.zeros(1, 3, 5), noise).shape)
        (1, 3, 8)
    """

    def __init__(self, input_size: int, size: int, dropout: float):
        super().__init__()
        self.dropout = dropout
        self.layers = nn.ModuleList([nn.Linear(input_size, size), nn.Linear(size, size)])

    def forward(self, frames: Float[Tensor, "B T RM"], noise: Noise, start: int = 0) -> Float[Tensor, "B T P"]:
        """Frames for steps `start`, `start` + 1, ... into decoder inputs."""
        x = frames
        for i, layer in enumerate(self.layers):
            x = noise.dropout(layer(x).relu(), self.dropout, f"prenet {i}", start)
        return x
