"""The postnet: a correction of the finished mel that sees both sides of a frame."""

import itertools

from jaxtyping import Bool, Float
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn

from tts_align.attention.settings import Odd
from tts_align.model.convolution import SequenceConvolution
from tts_align.noise import Noise


class PostnetConfig(BaseModel):
    """Sizes of the postnet; the defaults are those of Tacotron 2."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    n_convolutions: int = Field(5, ge=0, description="convolution layers; 0 leaves the postnet out")
    size: int = Field(512, ge=1, description="channels of the inner layers")
    kernel_size: Odd = Field(5, ge=1, description="width in frames, odd")
    dropout: float = Field(0.5, ge=0, lt=1, description="dropout after each layer while training")


class Postnet(nn.Module):
    """Convolutions with tanh whose result is added to the mel.

    As in Shen et al. 2018, section 2.2, with layer normalization for the reason given at the encoder.

    Args:
        frame_size: M.
        config: sizes.

    Example:
        >>> import torch
        >>> mel = torch.ones(1, 4, 3)
        >>> tuple(Postnet(3, PostnetConfig(n_convolutions=2, size=6))(mel, torch.ones(1, 4, dtype=torch.bool)).shape)
        (1, 4, 3)
    """

    def __init__(self, frame_size: int, config: PostnetConfig):
        super().__init__()
        sizes = [frame_size, *[config.size] * (config.n_convolutions - 1), frame_size][: config.n_convolutions + 1]
        self.convolutions = nn.ModuleList(
            SequenceConvolution(before, after, config.kernel_size) for before, after in itertools.pairwise(sizes)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(size) for size in sizes[1:-1])
        self.dropout, self._kernel_size = config.dropout, config.kernel_size

    @property
    def n_frames_around(self) -> int:
        """Frames before and after a frame that its correction depends on."""
        return len(self.convolutions) * (self._kernel_size // 2)

    def forward(
        self, mel: Float[Tensor, "B L M"], mask: Bool[Tensor, "B L"], noise: Noise | None = None
    ) -> Float[Tensor, "B L M"]:
        """The refined mel."""
        real = mask.unsqueeze(-1)
        x = mel * real
        for i, convolution in enumerate(self.convolutions):
            x = convolution(x)
            if i < len(self.norms):
                x = self.norms[i](x).tanh()
            if noise is not None:
                x = noise.dropout(x, self.dropout, f"postnet {i}")
            x = x * real
        return mel + x if len(self.convolutions) else mel
