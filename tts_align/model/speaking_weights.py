"""The decoder's weights as the fast loop wants them: three products in a step, columns in the order of one buffer."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from tts_align.model.decoder import Decoder


@dataclass(frozen=True)
class Product:
    """One matrix product of a step, on a run of columns of the buffer.

    Attributes:
        recurrent: (inputs, outputs) for what the buffer always holds.
        context: (E, outputs) for the context, which stands between, or is looked up in a table instead.
        bias: (outputs,).
        split: rows of `recurrent` that come before the context.
    """

    recurrent: Tensor
    context: Tensor
    bias: Tensor
    split: int

    def with_context(self) -> Tensor:
        """(inputs + E, outputs) for a buffer that holds the context too."""
        return torch.cat([self.recurrent[: self.split], self.context, self.recurrent[self.split :]])


@dataclass(frozen=True)
class SpeakingWeights:
    """All that a step multiplies by; stored (inputs, outputs), which one row times a matrix reads fastest.

    The buffer of a step is [prenet P | query Q | context E | hidden H]: the query's LSTM reads the first three, the
    output LSTM the last three, the frames the last two. Gates stand in the order input, forget, output, candidate, so
    that one sigmoid serves the first three.

    Attributes:
        prenet: weight and bias of each layer.
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


def speaking_weights(decoder: Decoder) -> SpeakingWeights:
    """Takes a decoder's weights over; both of its cells are LSTMs."""
    cell, readout = decoder.cell.recurrent, decoder.readout.recurrent
    assert isinstance(cell, nn.LSTMCell) and isinstance(readout, nn.LSTM)
    prenet = tuple(_stored(layer) for layer in decoder.prenet.layers)
    prenet_size, query_size, size = len(prenet[-1][1]), cell.hidden_size, readout.hidden_size
    from_input = _by_gate(cell.weight_ih)
    query = Product(
        torch.cat([from_input[:prenet_size], _by_gate(cell.weight_hh)]),
        from_input[prenet_size:],
        _by_gate(cell.bias_ih) + _by_gate(cell.bias_hh),
        prenet_size + query_size,
    )
    from_input = _by_gate(readout.weight_ih_l0)
    hidden = Product(
        torch.cat([from_input[:query_size], _by_gate(readout.weight_hh_l0)]),
        from_input[query_size:],
        _by_gate(readout.bias_ih_l0) + _by_gate(readout.bias_hh_l0),
        query_size,
    )
    out = torch.cat([decoder.readout.frames.weight, decoder.readout.stop.weight]).T
    bias = torch.cat([decoder.readout.frames.bias, decoder.readout.stop.bias])
    frames = Product(out[:size].contiguous(), out[size:].contiguous(), bias, 0)
    return SpeakingWeights(prenet, query, hidden, frames)


def _stored(layer: nn.Module) -> tuple[Tensor, Tensor]:
    assert isinstance(layer, nn.Linear)
    return layer.weight.T.contiguous(), layer.bias


def _by_gate(weights: Tensor | nn.Module) -> Tensor:
    """(4 H, ...) in torch's order input, forget, candidate, output into (..., 4 H) with the candidate last."""
    assert isinstance(weights, Tensor)
    into, forget, candidate, out = weights.chunk(4)
    return torch.cat([into, forget, out, candidate]).movedim(0, -1).contiguous()
