"""The encoder: symbols into one vector each, with context from both sides."""

import torch
from jaxtyping import Bool, Float, Int64
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn

from tts_align.attention.settings import Even, Odd
from tts_align.model.convolution import SequenceConvolution
from tts_align.noise import Noise


class EncoderConfig(BaseModel):
    """Sizes of the encoder; the defaults are those of Tacotron 2."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    embedding_size: int = Field(512, ge=1, description="size of a symbol's embedding and of the convolutions")
    n_convolutions: int = Field(3, ge=0, description="convolution layers")
    kernel_size: Odd = Field(5, ge=1, description="their width in symbols, odd")
    output_size: Even = Field(512, ge=2, description="E, both directions of the LSTM together, even")
    dropout: float = Field(0.5, ge=0, lt=1, description="dropout after each convolution while training")


class Encoder(nn.Module):
    """Embedding, convolutions, bidirectional LSTM.

    As the encoder of Tacotron 2 (Shen et al. 2018, section 2.2), with layer normalization over the channels in place of
    batch normalization: an utterance's encoding does not depend on the other utterances of its batch, nor on how many
    processes share it, nor on padding.

    Args:
        n_symbols: size of the alphabet.
        config: sizes.

    Example:
        >>> import torch
        >>> encoder = Encoder(7, EncoderConfig(embedding_size=4, output_size=6))
        >>> symbols = torch.tensor([[2, 3, 1], [4, 1, 0]])
        >>> tuple(encoder(symbols, symbols != 0).shape)
        (2, 3, 6)
    """

    def __init__(self, n_symbols: int, config: EncoderConfig):
        super().__init__()
        size = config.embedding_size
        self.dropout = config.dropout
        self.embedding = nn.Embedding(n_symbols, size)
        self.convolutions = nn.ModuleList(
            SequenceConvolution(size, size, config.kernel_size) for _ in range(config.n_convolutions)
        )
        self.norms = nn.ModuleList(nn.LayerNorm(size) for _ in range(config.n_convolutions))
        self.lstm = nn.LSTM(size, config.output_size // 2, batch_first=True, bidirectional=True)

    def forward(
        self, symbols: Int64[Tensor, "B N"], mask: Bool[Tensor, "B N"], noise: Noise | None = None
    ) -> Float[Tensor, "B N E"]:
        """Encodes symbols.

        Args:
            symbols: (B, N) ids.
            mask: (B, N), True on real symbols.
            noise: dropout masks; None switches dropout off.

        Returns:
            (B, N, E), zero on padding.
        """
        real = mask.unsqueeze(-1)
        x = self.embedding(symbols) * real
        for i, (convolution, norm) in enumerate(zip(self.convolutions, self.norms, strict=True)):
            x = norm(convolution(x)).relu()
            if noise is not None:
                x = noise.dropout(x, self.dropout, f"encoder {i}")
            x = x * real
        return self._both_directions(x, mask.sum(dim=1)) * real

    def _both_directions(self, x: Float[Tensor, "B N C"], lengths: Int64[Tensor, "B"]) -> Float[Tensor, "B N E"]:
        """The bidirectional LSTM as two of one direction: several times faster on a CPU than a packed sequence."""
        steps = torch.arange(x.shape[1], device=x.device)
        mirrored = torch.where(steps < lengths[:, None], lengths[:, None] - 1 - steps, steps)  # (B, N), its own inverse
        forward = self._one_direction(x, "")
        backward = self._one_direction(_picked(x, mirrored), "_reverse")
        return torch.cat([forward, _picked(backward, mirrored)], dim=-1)

    def _one_direction(self, x: Tensor, suffix: str) -> Tensor:
        weights = [
            getattr(self.lstm, f"{name}_l0{suffix}") for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        ]
        zeros = x.new_zeros(1, len(x), self.lstm.hidden_size)
        return torch.lstm(x, (zeros, zeros), weights, True, 1, 0.0, self.training, False, True)[0]


def _picked(x: Float[Tensor, "B N C"], places: Int64[Tensor, "B N"]) -> Float[Tensor, "B N C"]:
    return x.gather(1, places.unsqueeze(-1).expand(-1, -1, x.shape[2]))
