"""The decoder's recurrence over known frames as one differentiable function, instead of a graph of every step."""

from collections.abc import Callable
from typing import Any, NamedTuple, cast

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from tts_align.model.fast_lstm import LstmBackward, LstmForward, LstmTape
from tts_align.model.fast_pieces import Buffers, present
from tts_align.model.fast_rows import AttentionInputs, Places, Rows, TorchRows


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


class Forward:
    """The steps forward, over buffers made here.

    Attributes:
        tape: what the LSTM leaves for the way back.
        outputs: (T, Q + E, B) queries and contexts.
        rows: of the attention.
        dropout: of the query.
    """

    is_backward = False

    def __init__(self, gates: Tensor, recurrent: Tensor, rows: Rows, dropout: Dropout):
        self.tape, self.rows, self.dropout = LstmTape.blank(gates, recurrent), rows, dropout
        self.outputs = gates.new_empty(len(gates), recurrent.shape[1], gates.shape[2])
        self._gates, self._lstm = gates, LstmForward(self.tape)

    @property
    def n_steps(self) -> int:
        """T."""
        return len(self._gates)

    def run(self) -> None:
        """All steps."""
        size = self.tape.cells.shape[1]
        for step in range(self.n_steps):
            query = self.dropout(step, self._lstm.step(step, self._gates[step]))
            self.outputs[step, :size] = query
            self.outputs[step, size:] = self.rows.forward(step, query).t()
            self.tape.states[step + 1, :-size] = self.outputs[step, size:]

    def buffers(self) -> Buffers:
        """See `fast_pieces.Loop`; of rows in torch."""
        recurrent, *by_step = self.tape
        own = Buffers((recurrent,), present(self._gates, self.dropout.kept), (*by_step, self.outputs))
        return own.joined(cast(TorchRows, self.rows).forward_buffers())

    def piece(self, n_steps: int) -> "Forward":
        """The same for another number of steps, with buffers of its own; of rows in torch."""
        gates, kept = (
            None if x is None else x.new_zeros(n_steps, *x.shape[1:]) for x in (self._gates, self.dropout.kept)
        )
        rows = cast(TorchRows, self.rows).piece(n_steps)
        return Forward(cast(Tensor, gates), self.tape.recurrent.clone(), rows, Dropout(kept, self.dropout.scale))

    def way_back(self) -> "Backward":
        """Over the same steps, from gradients of zero."""
        gradients = torch.zeros_like(self.outputs), torch.zeros_like(self.rows.weights[1:])
        return Backward(self.tape, self.rows, self.dropout, *gradients)


class Backward:
    """The steps back, from the gradients (T, Q + E, B) of outputs and (T, B, N) of weights."""

    is_backward = True

    def __init__(self, tape: LstmTape, rows: Rows, dropout: Dropout, d_outputs: Tensor, d_weights: Tensor):
        (n_steps, n_features, n_utterances), size = d_outputs.shape, tape.cells.shape[1]
        rows.begin_backward()
        self._tape, self._rows, self._dropout = tape, rows, dropout
        self._d_outputs, self._d_weights, self._lstm = d_outputs, d_weights, LstmBackward(tape)
        self._d_contexts = d_outputs.new_empty(n_steps, n_utterances, n_features - size)

    @property
    def n_steps(self) -> int:
        """T."""
        return len(self._d_outputs)

    def run(self) -> None:
        """All steps."""
        size, lstm, d_contexts = self._tape.cells.shape[1], self._lstm, self._d_contexts
        for step in reversed(range(self.n_steps)):
            d_contexts[step] = torch.add(lstm.d_state[:-size], self._d_outputs[step, size:]).t()
            d_query = self._rows.backward(step, d_contexts[step], self._d_weights[step])
            d_query += self._d_outputs[step, :size]
            lstm.step(step, lstm.d_state[-size:] + self._dropout(step, d_query))

    def gradients(self, outputs: Tensor) -> tuple[Tensor | None, ...]:
        """Of `LstmInputs` and `AttentionInputs`, after `run`, given the outputs."""
        queries = outputs[:, : self._tape.cells.shape[1]]
        return self._lstm.d_gates, self._lstm.d_recurrent(), *self._rows.gradients(queries, self._d_contexts)

    def buffers(self) -> Buffers:
        """See `fast_pieces.Loop`; of rows in torch."""
        tape, lstm = self._tape, self._lstm
        read = present(tape.cells, tape.activations, self._dropout.kept, self._d_outputs, self._d_weights)
        own = Buffers((lstm.transposed,), read, (lstm.d_gates, self._d_contexts), (lstm.d_state, lstm.d_cell))
        return own.joined(cast(TorchRows, self._rows).backward_buffers())


Runner = Callable[[Forward, bool], Callable[[Backward], None]]
"""Runs the steps forward, told whether there will be a way back, and returns what runs the steps back."""


def run_plainly(forward: Forward, trains: bool) -> Callable[[Backward], None]:
    """The `Runner` that runs step after step."""
    forward.run()
    return Backward.run


def run_recurrence(
    lstm: LstmInputs,
    attention: AttentionInputs,
    places: Places,
    rows: Callable[[AttentionInputs, Places], Rows],
    *,
    dropout: Dropout | None = None,
    dtype: torch.dtype | None = None,
    runner: Runner = run_plainly,
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
        runner: runs the steps.

    Returns:
        Queries and contexts (T, Q + E, B), weights (T, B, N). Differentiable once.
    """
    settings = rows, places, dropout or Dropout(None, 1.0), dtype or lstm.gates.dtype
    return _Function.apply(settings, runner, torch.is_grad_enabled(), *lstm, *attention)


class _Function(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        settings: tuple[Callable[[AttentionInputs, Places], Rows], Places, Dropout, torch.dtype],
        runner: Runner,
        is_grad_enabled: bool,  # where it was called: in here it never is
        gates: Tensor,
        recurrent: Tensor,
        *attention: Tensor | None,
    ) -> tuple[Tensor, Tensor]:
        make_rows, places, dropout, dtype = settings
        rows = make_rows(AttentionInputs(*cast(tuple[Tensor, ...], attention)), places)
        loop = Forward(gates, recurrent.to(dtype), rows, dropout)
        ctx.run_backward = runner(loop, is_grad_enabled and any(ctx.needs_input_grad))
        ctx.save_for_backward(*loop.tape, loop.outputs)
        ctx.rows, ctx.dropout = rows, dropout
        return loop.outputs, rows.weights[1:]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_outputs: Tensor, d_weights: Tensor) -> tuple[Any, ...]:
        with torch.autocast(d_outputs.device.type, enabled=False):
            *tape, outputs = ctx.saved_tensors
            loop = Backward(LstmTape(*tape), ctx.rows, ctx.dropout, d_outputs, d_weights)
            ctx.run_backward(loop)
            return None, None, None, *loop.gradients(outputs)
