"""The decoder's recurrence over known frames as one differentiable function, instead of a graph of every step."""

from collections.abc import Callable
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from tts_align.model.fast_rows import AttentionInputs, Places, Rows

_BLOCK = 16
"""Steps whose gate derivatives are made in one go: enough to spare calls, few enough to stay in the cache."""

_STEPS_OF_A_PRODUCT = 64
"""Steps whose share of a weight's gradient is one product."""


class LstmInputs(NamedTuple):
    """What the LSTM is computed from.

    Attributes:
        gates: (T, 4 Q, B) the part of its gates that known frames and biases make, in torch's order i, f, g, o.
        recurrent: (4 Q, E + Q) its weights for context and hidden state.
    """

    gates: Tensor
    recurrent: Tensor


def run_recurrence(
    lstm: LstmInputs,
    attention: AttentionInputs,
    places: Places,
    rows: Callable[[AttentionInputs, Places], Rows],
    *,
    kept: Tensor | None = None,
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
        kept: (T, Q, B) dropout multipliers of the query, or None.
        dtype: of the LSTM's products, if not that of the gates; all else is as the inputs are.

    Returns:
        Queries and contexts (T, Q + E, B), weights (T, B, N). Differentiable once.
    """
    kept = lstm.gates.new_ones(()).expand(places.n_steps) if kept is None else kept
    return _Function.apply(rows, places, kept, dtype or lstm.gates.dtype, *lstm, *attention)


class _Function(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        make_rows: Callable[[AttentionInputs, Places], Rows],
        places: Places,
        kept: Tensor,
        dtype: torch.dtype,
        gates: Tensor,
        recurrent: Tensor,
        *attention: Tensor | None,
    ) -> tuple[Tensor, Tensor]:
        recurrent = recurrent.to(dtype)
        rows = make_rows(AttentionInputs(*cast(tuple[Tensor, ...], attention)), places)
        buffers = _Buffers.made(gates, recurrent)
        states, cells, activations, outputs = buffers
        size = cells.shape[1]
        for step in range(places.n_steps):
            gate, cell = activations[step], cells[step + 1]
            _add_product(gates[step], recurrent, states[step], gate)
            gate[: 2 * size].sigmoid_()
            gate[2 * size : 3 * size].tanh_()
            gate[3 * size :].sigmoid_()
            enter, forget, new, leave = gate.view(4, size, -1).unbind()
            torch.mul(forget, cells[step], out=cell).addcmul_(enter, new)
            hidden = torch.tanh(cell).mul_(leave)
            query = torch.mul(hidden, kept[step], out=outputs[step, :size])
            outputs[step, size:] = rows.forward(step, query).t()
            states[step + 1, :-size] = outputs[step, size:]
            states[step + 1, -size:] = hidden
        ctx.save_for_backward(recurrent, kept, *buffers)
        ctx.rows = rows
        return outputs, rows.weights[1:]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_outputs: Tensor, d_weights: Tensor) -> tuple[Any, ...]:
        with torch.autocast(d_outputs.device.type, enabled=False):
            return None, None, None, None, *_backward(ctx.rows, ctx.saved_tensors, d_outputs, d_weights)


def _backward(rows: Rows, saved: tuple[Tensor, ...], d_outputs: Tensor, d_weights: Tensor) -> tuple[Tensor | None, ...]:
    recurrent, kept, states, cells, activations, outputs = saved
    rows.begin_backward()
    (n_steps, _, n_utterances), size = activations.shape, cells.shape[1]
    d_gates = torch.empty_like(activations)
    d_contexts = outputs.new_empty(n_steps, n_utterances, outputs.shape[1] - size)
    d_state, d_cell = torch.zeros_like(outputs[0]), torch.zeros_like(cells[0])
    transposed = recurrent.t().contiguous()
    slopes = _Slopes(activations, cells)
    for step in reversed(range(n_steps)):
        d_contexts[step] = torch.add(d_state[:-size], d_outputs[step, size:]).t()
        d_query = rows.backward(step, d_contexts[step], d_weights[step])
        d_query += d_outputs[step, :size]
        d_hidden = torch.addcmul(d_state[-size:], d_query, kept[step])
        of_cell, of_hidden, cell_of_hidden, forget = slopes.at(step)
        d_cell.addcmul_(d_hidden, cell_of_hidden)
        d_gate = d_gates[step].view(4, size, n_utterances)
        torch.mul(of_cell, d_cell, out=d_gate[:3])
        torch.mul(of_hidden, d_hidden, out=d_gate[3])
        d_cell.mul_(forget)
        d_state = torch.mm(transposed, d_gates[step].to(recurrent.dtype)).to(d_cell.dtype)
    d_attention = rows.gradients(outputs[:, :size], d_contexts)
    return d_gates, _outer(d_gates, states[:-1]), *d_attention


class _Buffers(NamedTuple):
    """What a forward pass leaves for the backward pass; entry t + 1 of the first two is made by step t."""

    states: Tensor  # (T + 1, E + Q, B) context and hidden state, the LSTM's input
    cells: Tensor  # (T + 1, Q, B)
    activations: Tensor  # (T, 4 Q, B) gates i, f, g, o
    outputs: Tensor  # (T, Q + E, B) query and context

    @classmethod
    def made(cls, gates: Tensor, recurrent: Tensor) -> "_Buffers":
        n_steps, four, n_utterances = gates.shape
        n_states = recurrent.shape[1]
        states = recurrent.new_empty(n_steps + 1, n_states, n_utterances)
        cells = gates.new_empty(n_steps + 1, four // 4, n_utterances)
        states[0], cells[0] = 0, 0
        return cls(states, cells, torch.empty_like(gates), gates.new_empty(n_steps, n_states, n_utterances))


class _Slopes:
    """Derivatives of an LSTM's gates, made for a block of steps at a time, asked for in falling order."""

    def __init__(self, activations: Tensor, cells: Tensor):
        self._activations, self._cells = activations, cells
        self._first = len(activations)

    def at(self, step: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """What to multiply the cell's gradient by for the gates i, f, g (3, Q, B); the hidden state's gradient by for
        the gate o (Q, B) and for the cell (Q, B); and the forget gate (Q, B)."""
        if step < self._first:
            self._make(max(0, step + 1 - _BLOCK), step + 1)
        i = step - self._first
        return self._by_cell[i], self._by_hidden[i], self._cell_by_hidden[i], self._forget[i]

    def _make(self, start: int, stop: int) -> None:
        gates = self._activations[start:stop].unflatten(1, (4, -1))  # (steps, 4, Q, B)
        enter, forget, new, leave = gates.unbind(1)
        tanh = self._cells[start + 1 : stop + 1].tanh()
        slopes = (1 - gates).mul_(gates)
        slopes[:, 0] *= new
        slopes[:, 1] *= self._cells[start:stop]
        torch.addcmul(enter, enter * new, new, value=-1, out=slopes[:, 2])
        self._by_hidden = slopes[:, 3].mul_(tanh)
        self._by_cell = slopes[:, :3]
        self._cell_by_hidden = torch.addcmul(leave, leave * tanh, tanh, value=-1)
        self._forget, self._first = forget, start


def _add_product(summand: Tensor, left: Tensor, right: Tensor, out: Tensor) -> None:
    """`out` = summand + left @ right, in the summand's dtype whatever the product's is."""
    if left.dtype == summand.dtype:
        torch.addmm(summand, left, right, out=out)
    else:
        torch.add(summand, torch.mm(left, right), out=out)


def _outer(left: Tensor, right: Tensor) -> Tensor:
    """Sum over steps and utterances of left (T, X, B) times right (T, Y, B): (X, Y), in blocks to spare memory."""
    total = left.new_zeros(left.shape[1], right.shape[1])
    for first, second in zip(left.split(_STEPS_OF_A_PRODUCT), right.split(_STEPS_OF_A_PRODUCT), strict=True):
        a = first.transpose(0, 1).flatten(1).to(right.dtype)
        b = second.transpose(0, 1).flatten(1).t()
        if a.dtype == total.dtype:
            total.addmm_(a, b)
        else:
            total += a @ b
    return total
