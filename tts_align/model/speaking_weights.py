"""The decoder's weights as the fast loop wants them: three products in a step, columns in the order of one buffer."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from tts_align.model.decoder import Decoder


@dataclass(frozen=True)
class Product:
    """One matrix product of a step, on a run of columns of the buffer: `before`, context, `after`.

    Attributes:
        before: (inputs, outputs) matrices for what stands before the context; transposed views of the model's own.
        context: (E, outputs), the context's.
        after: matrices for what stands after it.
        bias: (outputs,).
    """

    before: tuple[Tensor, ...]
    context: Tensor
    after: tuple[Tensor, ...]
    bias: Tensor

    def matrix(self, with_context: bool) -> Tensor:
        """(inputs, outputs) of all together, a copy whose rows lie one after the other: read fastest for one row."""
        parts = (*self.before, self.context, *self.after) if with_context else (*self.before, *self.after)
        whole = self.bias.new_empty(sum(len(part) for part in parts), len(self.bias))
        start = 0
        for part in parts:
            whole[start : start + len(part)].copy_(part)
            start += len(part)
        return whole


@dataclass(frozen=True)
class SpeakingWeights:
    """All that a step multiplies by.

    The buffer of a step is [prenet P | query Q | context E | hidden H]: the query's LSTM reads the first three, the
    output LSTM the last three, the frames the last two. Gates stand in torch's order: input, forget, candidate, output.

    Attributes:
        prenet: weight (inputs, outputs) and bias of each layer.
        query, hidden: gates of the two LSTMs.
        frames: frames and, as the last column, the stop logit.
    """

    prenet: tuple[tuple[Tensor, Tensor], ...]
    query: Product
    hidden: Product
    frames: Product

    @property
    def query_size(self) -> int:
        """Q."""
        return len(self.query.bias) // 4

    @property
    def hidden_size(self) -> int:
        """H, size of the output LSTM."""
        return len(self.hidden.bias) // 4

    @property
    def products(self) -> tuple[Product, Product, Product]:
        """In the order of a step."""
        return self.query, self.hidden, self.frames


@torch.no_grad()
def speaking_weights(decoder: Decoder) -> SpeakingWeights:
    """Takes a decoder's weights over; both of its cells are LSTMs."""
    cell, readout = decoder.cell.recurrent, decoder.readout.recurrent
    assert isinstance(cell, nn.LSTMCell) and isinstance(readout, nn.LSTM)
    prenet = tuple(_linear(layer) for layer in decoder.prenet.layers)
    prenet_size, query_size, size = len(prenet[-1][1]), cell.hidden_size, readout.hidden_size
    by_input, by_state, bias = _lstm(cell, "")
    query = Product((by_input[:prenet_size], by_state), by_input[prenet_size:], (), bias)
    by_input, by_state, bias = _lstm(readout, "_l0")
    hidden = Product((by_input[:query_size],), by_input[query_size:], (by_state,), bias)
    out = torch.cat([decoder.readout.frames.weight, decoder.readout.stop.weight]).T
    bias = torch.cat([decoder.readout.frames.bias, decoder.readout.stop.bias])
    return SpeakingWeights(prenet, query, hidden, Product((), out[size:], (out[:size],), bias))


def _linear(layer: nn.Module) -> tuple[Tensor, Tensor]:
    assert isinstance(layer, nn.Linear)
    return layer.weight.T.contiguous(), layer.bias.detach()


def _lstm(module: nn.Module, suffix: str) -> tuple[Tensor, Tensor, Tensor]:
    """Views (inputs, 4 H) and (H, 4 H) of the weights, and the sum of the biases."""
    named = dict(module.named_parameters())
    by_input, by_state = (named[f"weight_{kind}{suffix}"].detach().T for kind in ("ih", "hh"))
    return by_input, by_state, named[f"bias_ih{suffix}"] + named[f"bias_hh{suffix}"]
