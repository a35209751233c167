"""An LSTM over many steps, forward and backward in feature-major buffers: what both fast recurrences are made of."""

from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from tts_align.compiled_product import PackedMatrix, is_worthwhile
from tts_align.model.fast_linear import weight_gradient


class LstmTape(NamedTuple):
    """What the forward pass of T steps leaves for the backward pass; entry t + 1 of states and cells is made by step t.

    Attributes:
        recurrent: (4 Q, S) weights of the state, in the type that products are computed in.
        states: (T + 1, S, B); the last Q rows are the hidden state, what is above them (a context) is the caller's.
        cells: (T + 1, Q, B).
        activations: (T, 4 Q, B) gates in torch's order i, f, g, o.
    """

    recurrent: Tensor
    states: Tensor
    cells: Tensor
    activations: Tensor

    @classmethod
    def blank(cls, gates: Tensor, recurrent: Tensor) -> "LstmTape":
        """Room for as many steps as there are gate inputs (T, 4 Q, B), with zeros before the first."""
        n_steps, four, n_utterances = gates.shape
        states = recurrent.new_empty(n_steps + 1, recurrent.shape[1], n_utterances)
        cells = gates.new_empty(n_steps + 1, four // 4, n_utterances)
        states[0], cells[0] = 0, 0
        return cls(recurrent, states, cells, torch.empty_like(gates))


class LstmForward:
    """The way forward over a blank tape, steps in rising order."""

    def __init__(self, tape: LstmTape):
        self._tape, self._product = tape, _Product(tape.recurrent, tape.cells.dtype)

    def step(self, step: int, gates: Tensor) -> Tensor:
        """One step from its gate inputs (4 Q, B): the hidden state (Q, B), also written to the tape."""
        tape, size = self._tape, self._tape.cells.shape[1]
        gate, cell = tape.activations[step], tape.cells[step + 1]
        self._product.add(gates, tape.states[step], gate)
        gate[: 2 * size].sigmoid_()
        gate[2 * size : 3 * size].tanh_()
        gate[3 * size :].sigmoid_()
        enter, forget, new, leave = gate.view(4, size, -1).unbind()
        torch.mul(forget, tape.cells[step], out=cell).addcmul_(enter, new)
        hidden = torch.tanh(cell).mul_(leave)
        tape.states[step + 1, -size:] = hidden
        return hidden


class LstmBackward:
    """The way back over a tape, steps in falling order, from the gradient (Q, B) of the last cell if it has one.

    Attributes:
        transposed: (S, 4 Q) the weights, as the way back multiplies with them.
        d_state: (S, B) gradient of the state that the step last gone back over began with; zeros at first.
        d_cell: (Q, B) likewise of the cell.
        d_gates: (T, 4 Q, B) gradients of the gate inputs.
    """

    def __init__(self, tape: LstmTape, d_last_cell: Tensor | None = None):
        self._tape = tape
        self.transposed = tape.recurrent.t().contiguous()
        self._product = _Product(self.transposed, tape.cells.dtype)
        self.d_cell = torch.zeros_like(tape.cells[0]) if d_last_cell is None else d_last_cell.clone()
        self.d_state, self._nothing = torch.zeros(
            2, *tape.states[0].shape, dtype=tape.cells.dtype, device=tape.cells.device
        )
        self.d_gates = torch.empty_like(tape.activations)

    def step(self, step: int, d_hidden: Tensor) -> None:
        """Goes back over a step, given the whole gradient (Q, B) of its hidden state."""
        enter, forget, new, leave = self._tape.activations[step].view(4, *d_hidden.shape).unbind()
        d_enter, d_forget, d_new, d_leave = self.d_gates[step].view(4, *d_hidden.shape).unbind()
        bent = self._tape.cells[step + 1].tanh()
        self.d_cell.addcmul_(d_hidden * leave, 1 - bent * bent)
        torch.mul(self.d_cell * new, enter * (1 - enter), out=d_enter)
        torch.mul(self.d_cell * self._tape.cells[step], forget * (1 - forget), out=d_forget)
        torch.mul(self.d_cell * enter, 1 - new * new, out=d_new)
        torch.mul(d_hidden * bent, leave * (1 - leave), out=d_leave)
        self.d_cell.mul_(forget)
        self._product.add(self._nothing, self.d_gates[step], self.d_state)

    def d_recurrent(self) -> Tensor:
        """Gradient (4 Q, S) of the weights, once all steps are gone back over."""
        return weight_gradient(self.d_gates, self._tape.states[:-1])


def run_lstm(gates: Tensor, recurrent: Tensor, dtype: torch.dtype | None = None) -> tuple[Tensor, Tensor]:
    """The hidden states of an LSTM that begins with zeros, and its last cell.

    Keeps a third of what torch's own layer keeps on a CPU for the backward pass.

    Args:
        gates: (T, 4 Q, B) inputs of the gates, biases included, in torch's order i, f, g, o.
        recurrent: (4 Q, Q) weights of the hidden state.
        dtype: of the products, if not that of the gates.

    Returns:
        (T, Q, B) and (Q, B). Differentiable once.
    """
    return _Lstm.apply(gates.contiguous(), recurrent, dtype or gates.dtype)


class _Lstm(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, gates: Tensor, recurrent: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        tape = LstmTape.blank(gates, recurrent.to(dtype))
        forward = LstmForward(tape)
        for step in range(len(gates)):
            forward.step(step, gates[step])
        ctx.save_for_backward(*tape)
        return tape.states[1:].to(gates.dtype), tape.cells[-1].clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_hiddens: Tensor, d_last: Tensor) -> tuple[Tensor, Tensor, None]:
        with torch.autocast(d_hiddens.device.type, enabled=False):
            back = LstmBackward(LstmTape(*ctx.saved_tensors), d_last)
            for step in reversed(range(len(d_hiddens))):
                back.step(step, back.d_state + d_hiddens[step])
            return back.d_gates, back.d_recurrent(), None


class _Product:
    """A matrix times the columns of a batch, again and again, in the matrix's type; summands are of `dtype`."""

    def __init__(self, matrix: Tensor, dtype: torch.dtype):
        self._matrix = matrix
        self._packed = PackedMatrix(matrix) if dtype == matrix.dtype and is_worthwhile(matrix) else None

    def add(self, summand: Tensor, right: Tensor, out: Tensor) -> None:
        """`out` = summand + matrix @ right, in the summand's type whatever the matrix's is."""
        if self._packed is not None:
            self._packed.times(right, summand, out)
        elif self._matrix.dtype == summand.dtype:
            torch.addmm(summand, self._matrix, right, out=out)
        else:
            torch.add(summand, torch.mm(self._matrix, right.to(self._matrix.dtype)), out=out)
