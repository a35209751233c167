"""The decoder's recurrence over known frames as one differentiable function, instead of a graph of every step."""

from collections.abc import Callable
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from tts_align.model.fast_lstm import LstmBackward, LstmForward, LstmTape
from tts_align.model.fast_rows import AttentionInputs, Places, Rows


class LstmInputs(NamedTuple):
    """What the LSTM is computed from.

    Attributes:
        gates: (T, 4 Q, B) the part of its gates that known frames and biases make, in torch's order i, f, g, o.
        recurrent: (4 Q, E + Q) its weights for context and hidden state.
    """

    gates: Tensor
    recurrent: Tensor


class Dropout(NamedTuple):
    """Dropout of T rows, forward and backward.

    Attributes:
        kept: (T, Q, B) boolean, or None for no dropout.
        scale: of what is kept.
    """

    kept: Tensor | None
    scale: float

    def __call__(self, step: int, x: Tensor) -> Tensor:
        """A step's row (Q, B) of values or of gradients."""
        return x if self.kept is None else (x * self.kept[step]).mul_(self.scale)


def run_recurrence(
    lstm: LstmInputs,
    attention: AttentionInputs,
    places: Places,
    rows: Callable[[AttentionInputs, Places], Rows],
    *,
    dropout: Dropout | None = None,
    dtype: torch.dtype | None = None,
) -> tuple[Tensor, Tensor]:
    """LSTM, attention row and context for T steps.

    States are kept feature-major, [features, B]: in that layout small batches multiply fastest. Every step writes into
    buffers made once; the gradient of each weight is one product after the loop; hidden layers of energies are computed
    again rather than kept. The same maths as the plain loop over `DecoderCell`.

    Args:
        lstm: of the LSTM.
        attention: of the attention.
        places: what is fixed about the batch.
        rows: makes the attention's two directions for one call.
        dropout: of the query.
        dtype: of the LSTM's products, if not that of the gates; all else is as the inputs are.

    Returns:
        Queries and contexts (T, Q + E, B), weights (T, B, N). Differentiable once.
    """
    return _Function.apply(rows, places, dropout or Dropout(None, 1.0), dtype or lstm.gates.dtype, *lstm, *attention)


class _Function(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        make_rows: Callable[[AttentionInputs, Places], Rows],
        places: Places,
        dropout: Dropout,
        dtype: torch.dtype,
        gates: Tensor,
        recurrent: Tensor,
        *attention: Tensor | None,
    ) -> tuple[Tensor, Tensor]:
        rows = make_rows(AttentionInputs(*cast(tuple[Tensor, ...], attention)), places)
        tape = LstmTape.blank(gates, recurrent.to(dtype))
        size = tape.cells.shape[1]
        outputs = gates.new_empty(places.n_steps, recurrent.shape[1], gates.shape[2])
        lstm = LstmForward(tape)
        for step in range(places.n_steps):
            query = dropout(step, lstm.step(step, gates[step]))
            outputs[step, :size] = query
            outputs[step, size:] = rows.forward(step, query).t()
            tape.states[step + 1, :-size] = outputs[step, size:]
        ctx.save_for_backward(*tape, outputs)
        ctx.rows, ctx.dropout = rows, dropout
        return outputs, rows.weights[1:]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_outputs: Tensor, d_weights: Tensor) -> tuple[Any, ...]:
        with torch.autocast(d_outputs.device.type, enabled=False):
            *tape, outputs = ctx.saved_tensors
            gradients = _backward(ctx.rows, ctx.dropout, LstmTape(*tape), outputs, d_outputs, d_weights)
        return None, None, None, None, *gradients


def _backward(
    rows: Rows, dropout: Dropout, tape: LstmTape, outputs: Tensor, d_outputs: Tensor, d_weights: Tensor
) -> tuple[Tensor | None, ...]:
    (n_steps, n_features, n_utterances), size = outputs.shape, tape.cells.shape[1]
    rows.begin_backward()
    back = LstmBackward(tape)
    d_contexts = outputs.new_empty(n_steps, n_utterances, n_features - size)
    for step in reversed(range(n_steps)):
        d_contexts[step] = torch.add(back.d_state[:-size], d_outputs[step, size:]).t()
        d_query = rows.backward(step, d_contexts[step], d_weights[step])
        d_query += d_outputs[step, :size]
        back.step(step, back.d_state[-size:] + dropout(step, d_query))
    return back.d_gates, back.d_recurrent(), *rows.gradients(outputs[:, :size], d_contexts)
