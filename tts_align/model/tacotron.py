"""The whole model: symbols into mel frames."""

import torch
from jaxtyping import Bool, Float, Int64
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn

from tts_align.attention import AttentionConfig, StepwiseMonotonicConfig, build_attention
from tts_align.model.decoder import Decoder, DecoderConfig
from tts_align.model.encoder import Encoder, EncoderConfig
from tts_align.model.known_frames import unroll_known
from tts_align.model.postnet import Postnet, PostnetConfig
from tts_align.model.prediction import Prediction
from tts_align.noise import Noise


class TacotronConfig(BaseModel):
    """Sizes and mechanism of the whole model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    encoder: EncoderConfig = EncoderConfig()
    attention: AttentionConfig = Field(default=StepwiseMonotonicConfig())
    decoder: DecoderConfig = DecoderConfig()
    postnet: PostnetConfig = PostnetConfig()

    @property
    def needs_durations(self) -> bool:
        """Whether attention follows true durations, so that every batch must have them."""
        return self.attention.needs_durations


class Tacotron(nn.Module):
    """Encoder, attention decoder, postnet.

    The model works on standardized mels; the mean and scale of the training features are buffers (`mel_mean`,
    `mel_scale`) that travel with the weights, so that predictions come out in the units of the features.

    Args:
        n_symbols: size of the alphabet.
        n_mels: M.
        config: sizes and mechanism.

    Example:
        >>> model = Tacotron(7, 5, small_config())
        >>> symbols = torch.tensor([[2, 3, 1]])
        >>> noise = Noise(torch.tensor([0]))
        >>> predicted = model(symbols, symbols != 0, torch.zeros(1, 4, 5), torch.tensor([4]), noise)
        >>> predicted.mel.shape, predicted.weights.shape
        (torch.Size([1, 4, 5]), torch.Size([1, 2, 3]))
    """

    mel_mean: Tensor
    mel_scale: Tensor

    def __init__(self, n_symbols: int, n_mels: int, config: TacotronConfig):
        super().__init__()
        self.config = config
        value_size = config.encoder.output_size
        self.encoder = Encoder(n_symbols, config.encoder)
        attention = build_attention(config.attention, value_size, config.decoder.attention_lstm_size)
        self.decoder = Decoder(attention, value_size, n_mels, config.decoder)
        self.postnet = Postnet(n_mels, config.postnet)
        self.register_buffer("mel_mean", torch.zeros(n_mels))
        self.register_buffer("mel_scale", torch.ones(n_mels))

    @property
    def frames_per_step(self) -> int:
        """R."""
        return self.decoder.frames_per_step

    def forward(
        self,
        symbols: Int64[Tensor, "B N"],
        mask: Bool[Tensor, "B N"],
        mel: Float[Tensor, "B L M"],
        n_frames: Int64[Tensor, "B"],
        noise: Noise,
        sampled_share: float = 0.0,
        durations: Float[Tensor, "B N"] | None = None,
    ) -> Prediction:
        """Teacher forcing: predicts each step from the true frames before it, or a share of steps from its own.

        Args:
            symbols: (B, N) ids.
            mask: (B, N), True on real symbols.
            mel: (B, L, M) true log mel, L a multiple of R.
            n_frames: (B,) real frames of each utterance.
            noise: seeds; in training they also drive dropout and attention noise.
            sampled_share: probability in [0, 1] that a step hears the model's own last frames (scheduled sampling).
            durations: (B, N) true decoder steps of each symbol, for attention that follows them.

        Returns:
            The prediction, L frames long.
        """
        training_noise = noise if self.training else None
        encoded = self.encoder(symbols, mask, training_noise)
        memory = self.decoder.cell.attention.prepare(encoded, mask, training_noise, durations=durations)
        real = torch.arange(mel.shape[1], device=mel.device) < n_frames[:, None]  # (B, L)
        frames = (mel - self.mel_mean) / self.mel_scale * real.unsqueeze(-1)
        spoken, stop_logits, weights = unroll_known(self.decoder, memory, frames, noise, training_noise, sampled_share)
        refined = self.postnet(spoken, real, training_noise)
        n_steps = (n_frames + self.frames_per_step - 1) // self.frames_per_step
        mel = spoken * self.mel_scale + self.mel_mean
        refined_mel = refined.float() * self.mel_scale + self.mel_mean
        return Prediction(mel, refined_mel, stop_logits, weights, n_steps, [None] * len(symbols))


def small_config(kind: AttentionConfig | None = None, frames_per_step: int = 2) -> TacotronConfig:
    """A model of a few thousand parameters, for examples and tests."""
    return TacotronConfig(
        encoder=EncoderConfig(embedding_size=6, n_convolutions=1, output_size=10, dropout=0.1),
        attention=kind or StepwiseMonotonicConfig(hidden_size=7),
        decoder=DecoderConfig(
            frames_per_step=frames_per_step, prenet_size=9, attention_lstm_size=11, output_lstm_size=13
        ),
        postnet=PostnetConfig(n_convolutions=2, size=3, dropout=0.1),
    )
