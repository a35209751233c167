"""The encoder: symbols into one vector each, with context from both sides."""

from jaxtyping import Bool, Float, Int64
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from tts_align.attention.registry import Even, Odd
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
            nn.Conv1d(size, size, config.kernel_size, padding=config.kernel_size // 2)
            for _ in range(config.n_convolutions)
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
            x = norm(convolution(x.transpose(1, 2)).transpose(1, 2)).relu()
            if noise is not None:
                x = noise.dropout(x, self.dropout, f"encoder {i}")
            x = x * real
        packed = pack_padded_sequence(x, mask.sum(dim=1).cpu(), batch_first=True, enforce_sorted=False)
        encoded, _ = self.lstm(packed)
        return pad_packed_sequence(encoded, batch_first=True, total_length=symbols.shape[1])[0]
