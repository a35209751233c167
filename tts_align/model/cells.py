"""The recurrent cells of the decoder: LSTM or GRU, called in one way."""

from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tts_align.model.fast_linear import linear_of_steps
from tts_align.model.fast_lstm import run_lstm
from tts_align.model.mixture import Mixture, linear_of_mixtures

CellKind = Literal["lstm", "gru"]
Recurrent = tuple[Tensor, Tensor]
"""What a recurrent cell carries: its output and, for an LSTM, its memory; for a GRU the second is (..., 0)."""

_LEAN_FROM = 512
"""Units from which a layer on a CPU spares memory rather than time."""


class GruCell(nn.GRUCell):
    """One step of a gated recurrent unit, called as `torch.nn.LSTMCell` is.

    r = s(W_r x + U_r h + b_r), z = s(W_z x + U_z h + b_z), n = tanh(W_n x + b_n + r (U_n h + c_n)),
    h' = (1 - z) n + z h, with s the sigmoid.

    Reference:
        Cho et al. 2014, "Learning phrase representations using RNN encoder-decoder for statistical machine
        translation", eq. 5-8, but with the reset gate after the product U_n h, as cuDNN has it.

    Example:
        >>> import torch
        >>> cell = GruCell(3, 5)
        >>> hidden, nothing = cell(torch.zeros(2, 3), start_recurrent(cell, torch.zeros(2, 3)))
        >>> tuple(hidden.shape), tuple(nothing.shape)
        ((2, 5), (2, 0))
    """

    def forward(self, inputs: Float[Tensor, "B I"], state: Recurrent) -> Recurrent:  # type: ignore[override]
        """The next state; its first half (B, Q) is the output."""
        hidden, nothing = state
        return super().forward(inputs, hidden), nothing


class LstmLayer(nn.LSTM):
    """`torch.nn.LSTM` of one layer, batch first; a single step that goes on from a state is made by the cell's kernel.

    On a CPU the layer's kernel packs its weights anew at each call: for one step of 16 utterances and 256 units, with
    its gradient, it took five times as long as the cell's.

    Example:
        >>> import torch
        >>> layer = LstmLayer(3, 5, batch_first=True)
        >>> outputs, state = layer(torch.zeros(2, 7, 3))
        >>> tuple(layer(torch.zeros(2, 1, 3), state)[0].shape)
        (2, 1, 5)
    """

    weight_ih_l0: Tensor
    weight_hh_l0: Tensor
    bias_ih_l0: Tensor
    bias_hh_l0: Tensor

    def forward(
        self, inputs: Float[Tensor, "B T I"], state: Recurrent | None = None, mixture: Mixture | None = None
    ) -> tuple[Float[Tensor, "B T Q"], Recurrent]:
        """All outputs, and the state after the last step. A mixture says what the last inputs of each step are."""
        if state is None and inputs.shape[1] > 1 and self._keeps_too_much(inputs):
            return self._lean(inputs, mixture)
        if state is None or inputs.shape[1] > 1:
            outputs, state = nn.LSTM.forward(self, inputs, state)
            return outputs, state
        weights = self.weight_ih_l0, self.weight_hh_l0, self.bias_ih_l0, self.bias_hh_l0
        hidden, memory = torch.lstm_cell(inputs[:, 0], [state[0][0], state[1][0]], *weights)
        return hidden.unsqueeze(1), (hidden.unsqueeze(0), memory.unsqueeze(0))

    def _keeps_too_much(self, inputs: Tensor) -> bool:
        """Whether torch's layer, a fifth to a third faster on a CPU, would keep more than is worth it for a gradient.

        It keeps about 18 numbers for each unit and step, `run_lstm` 6.
        """
        return inputs.device.type == "cpu" and torch.is_grad_enabled() and self.hidden_size >= _LEAN_FROM

    def _lean(self, inputs: Tensor, mixture: Mixture | None) -> tuple[Tensor, Recurrent]:
        """The same by `run_lstm`, which keeps less for the backward pass."""
        device, weight, summand = inputs.device.type, self.weight_ih_l0, self.bias_ih_l0 + self.bias_hh_l0
        is_rounded = torch.is_autocast_enabled(device)
        if mixture is not None and mixture.is_cheaper and not is_rounded:
            size = inputs.shape[2] - mixture.values.shape[2]
            inputs, (weight, of_context) = inputs[..., :size], weight.split([size, inputs.shape[2] - size], dim=1)
            summand = linear_of_mixtures(mixture, of_context, summand)
        gates = linear_of_steps(inputs, weight, summand)  # (T, 4 Q, B)
        dtype = torch.get_autocast_dtype(device) if is_rounded else gates.dtype
        with torch.autocast(device, enabled=False):
            hidden, cell = run_lstm(gates, self.weight_hh_l0, dtype)
        return hidden.permute(2, 0, 1), (hidden[-1:].transpose(1, 2), cell.t().unsqueeze(0))


class GruLayer(nn.GRU):
    """A gated recurrent unit over many steps, called as `torch.nn.LSTM` is.

    Example:
        >>> import torch
        >>> outputs, state = GruLayer(3, 5, batch_first=True)(torch.zeros(2, 7, 3))
        >>> tuple(outputs.shape), tuple(state[0].shape), tuple(state[1].shape)
        ((2, 7, 5), (1, 2, 5), (1, 2, 0))
    """

    def forward(
        self, inputs: Float[Tensor, "B T I"], state: Recurrent | None = None, mixture: Mixture | None = None
    ) -> tuple[Float[Tensor, "B T Q"], Recurrent]:
        """All outputs, and the state after the last step; it does not need to know of a mixture."""
        outputs, hidden = nn.GRU.forward(self, inputs, None if state is None else state[0])
        return outputs, (hidden, hidden[..., :0])


def recurrent_cell(kind: CellKind, input_size: int, size: int) -> nn.LSTMCell | GruCell:
    """A cell for one step: `cell(inputs (B, I), state) -> state`, whose first half is the output."""
    return nn.LSTMCell(input_size, size) if kind == "lstm" else GruCell(input_size, size)


def recurrent_layer(kind: CellKind, input_size: int, size: int) -> LstmLayer | GruLayer:
    """A layer over many steps: `layer(inputs (B, T, I), state or None) -> (outputs (B, T, Q), state)`."""
    layer = LstmLayer if kind == "lstm" else GruLayer
    return layer(input_size, size, batch_first=True)


def start_recurrent(cell: nn.LSTMCell | GruCell, like: Float[Tensor, "B ..."]) -> Recurrent:
    """The state of a cell before the first step: zeros, for as many utterances and of the same type as `like`."""
    zeros = like.new_zeros(len(like), cell.hidden_size)
    return zeros, zeros if isinstance(cell, nn.LSTMCell) else zeros[:, :0]
