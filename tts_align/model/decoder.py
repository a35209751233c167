"""The decoder: its recurrent cell with attention, its readout into frames, and the one loop that unrolls it."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor, nn

from tts_align.attention import Attention, Memory, State
from tts_align.model.cells import (
    CellKind,
    GruCell,
    GruLayer,
    LstmLayer,
    recurrent_cell,
    recurrent_layer,
    start_recurrent,
)
from tts_align.model.mixture import Mixture
from tts_align.model.prenet import Prenet
from tts_align.noise import Noise


class DecoderConfig(BaseModel):
    """Sizes of the decoder; the defaults are those of Tacotron 2."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    frames_per_step: int = Field(1, ge=1, le=20, description="R, reduction factor")
    prenet_size: int = Field(256, ge=1, description="size of the prenet's two layers")
    prenet_dropout: float = Field(0.5, ge=0, lt=1, description="dropout of the prenet, also at inference")
    cell: CellKind = Field("lstm", description="kind of both recurrent cells, lstm or gru")
    attention_lstm_size: int = Field(1024, ge=1, description="Q, size of the cell that makes the query, LSTM or GRU")
    output_lstm_size: int = Field(1024, ge=1, description="size of the cell that makes the frames, LSTM or GRU")
    dropout: float = Field(0.1, ge=0, lt=1, description="dropout on both cells' outputs while training")


@dataclass(frozen=True)
class CellState:
    """What the recurrent cell carries from step to step."""

    hidden: Tensor  # (B, Q)
    cell: Tensor  # (B, Q); (B, 0) where the cell is a GRU, which has no other memory than its output
    context: Tensor  # (B, E)
    attention: State


class DecoderCell(nn.Module):
    """One step: LSTM or GRU over the previous frame and context, attention by its output, a new context.

    Args:
        attention: any mechanism; the cell never asks which.
        input_size: P, size of the prenet's output.
        value_size: E, size of an encoded symbol.
        query_size: Q.
        dropout: on the query while training.
        kind: of the recurrent cell, and its name among the weights.
    """

    def __init__(
        self,
        attention: Attention,
        input_size: int,
        value_size: int,
        query_size: int,
        dropout: float,
        kind: CellKind = "lstm",
    ):
        super().__init__()
        self.attention = attention
        self.kind = kind
        self.add_module(kind, recurrent_cell(kind, input_size + value_size, query_size))
        self.dropout = dropout

    @property
    def recurrent(self) -> nn.LSTMCell | GruCell:
        """The recurrent cell."""
        cell: nn.LSTMCell | GruCell = getattr(self, self.kind)
        return cell

    def start(self, memory: Memory) -> CellState:
        """The state before the first step: zeros, and attention's own beginning."""
        n_utterances, _, value_size = memory.values.shape
        hidden, cell = start_recurrent(self.recurrent, memory.values)
        context = memory.values.new_zeros(n_utterances, value_size)
        return CellState(hidden, cell, context, self.attention.start(memory))

    def forward(
        self, frame_input: Float[Tensor, "B P"], memory: Memory, state: CellState
    ) -> tuple[Float[Tensor, "B QE"], Float[Tensor, "B N"], CellState]:
        """Query and context (B, Q + E) for the readout, weights (B, N), and the next state."""
        inputs = torch.cat([frame_input, state.context], dim=-1)
        hidden, cell = self.recurrent(inputs, (state.hidden, state.cell))
        query = hidden
        if memory.noise is not None:
            query = memory.noise.dropout_row(query, self.dropout, "query", state.attention.step)
        weights, attention = self.attention(query, memory, state.attention)
        context = torch.bmm(weights.unsqueeze(1), memory.values).squeeze(1)
        return torch.cat([query, context], dim=-1), weights, CellState(hidden, cell, context, attention)


class Readout(nn.Module):
    """Queries and contexts into frames and stop logits: an LSTM or GRU and a projection.

    It looks only back, so it can run over a whole utterance at once or over one step at a time with its state.

    Args:
        query_size: Q.
        value_size: E.
        size: of the recurrent layer.
        frame_size: M.
        frames_per_step: R.
        dropout: on the recurrent layer's output while training.
        kind: of the recurrent layer, and its name among the weights.
    """

    def __init__(
        self,
        query_size: int,
        value_size: int,
        size: int,
        frame_size: int,
        frames_per_step: int,
        dropout: float,
        kind: CellKind = "lstm",
    ):
        super().__init__()
        self.kind = kind
        self.add_module(kind, recurrent_layer(kind, query_size + value_size, size))
        self.frames = nn.Linear(size + value_size, frames_per_step * frame_size)
        self.stop = nn.Linear(size + value_size, 1)
        self.value_size, self.frame_size, self.dropout = value_size, frame_size, dropout

    @property
    def recurrent(self) -> LstmLayer | GruLayer:
        """The recurrent layer."""
        layer: LstmLayer | GruLayer = getattr(self, self.kind)
        return layer

    def forward(
        self,
        outputs: Float[Tensor, "B T QE"],
        state: tuple[Tensor, Tensor] | None = None,
        noise: Noise | None = None,
        start: int = 0,
        mixture: Mixture | None = None,
    ) -> tuple[Float[Tensor, "B L M"], Float[Tensor, "B T"], tuple[Tensor, Tensor]]:
        """Frames (B, T * R, M) and stop logits (B, T) of steps `start`, `start` + 1, ..., and the state after them.

        Where it is known what the contexts are mixtures of, many steps can be read out with less work.
        """
        hidden, state = self.recurrent(outputs, state, mixture)
        if noise is not None:
            hidden = noise.dropout(hidden, self.dropout, "readout", start)
        made = self._project(hidden, outputs[..., -self.value_size :].to(hidden.dtype)).float()  # (B, T, R * M + 1)
        frames = made[..., :-1].unflatten(-1, (-1, self.frame_size)).flatten(1, 2)  # (B, T * R, M)
        return frames, made[..., -1], state

    def _project(self, hidden: Tensor, context: Tensor) -> Tensor:
        """Frames and stop logits as one product of each half of what they see, which is then never put together."""
        weight = torch.cat([self.frames.weight, self.stop.weight])
        of_hidden, of_context = weight.split([hidden.shape[-1], context.shape[-1]], dim=1)
        linear = nn.functional.linear
        return linear(hidden, of_hidden, torch.cat([self.frames.bias, self.stop.bias])) + linear(context, of_context)


class Decoder(nn.Module):
    """Prenet, cell and readout.

    Args:
        attention: the mechanism.
        value_size: E.
        frame_size: M.
        config: sizes.
    """

    def __init__(self, attention: Attention, value_size: int, frame_size: int, config: DecoderConfig):
        super().__init__()
        self.frames_per_step, self.frame_size = config.frames_per_step, frame_size
        self.prenet = Prenet(config.frames_per_step * frame_size, config.prenet_size, config.prenet_dropout)
        query_size = config.attention_lstm_size
        self.cell = DecoderCell(attention, config.prenet_size, value_size, query_size, config.dropout, config.cell)
        self.readout = Readout(
            query_size,
            value_size,
            config.output_lstm_size,
            frame_size,
            config.frames_per_step,
            config.dropout,
            config.cell,
        )
