"""Attention rows for the fast recurrence, forward and backward, in torch: any device, any type of float."""

from typing import NamedTuple, Protocol, runtime_checkable

import torch
from torch import Tensor

from tts_align.model.fast_pieces import Buffers, present


class AttentionInputs(NamedTuple):
    """The tensors that rows and contexts are differentiated by.

    Attributes:
        values: (B, N, E) encoded symbols.
        keys: (B, N, A) their projection.
        query_weight: (A, Q) W.
        query_bias: (A,) b.
        vector: (A,) v.
        offset: () r.
        location: (2 W, A) filters of width W over previous and cumulative weights, times their projection U; or None.
    """

    values: Tensor
    keys: Tensor
    query_weight: Tensor
    query_bias: Tensor
    vector: Tensor
    offset: Tensor
    location: Tensor | None


class Places(NamedTuple):
    """What is fixed about a batch.

    Attributes:
        last: (B,) place of the last real symbol.
        noise: (T, B, N) added to the energies, or None.
        n_steps: T.
    """

    last: Tensor
    noise: Tensor | None
    n_steps: int


@runtime_checkable
class Rows(Protocol):
    """Energies, normalizer and context of one batch: every step forward once, then every step backward once."""

    weights: Tensor  # (T + 1, B, N), entry t + 1 made by step t

    def forward(self, step: int, query: Tensor) -> Tensor:
        """The context (B, E) of a query (Q, B); fills in the row."""

    def begin_backward(self) -> None:
        """Makes room for gradients."""

    def backward(self, step: int, d_context: Tensor, d_weights: Tensor) -> Tensor:
        """Gradient of the query (Q, B) from those of the context (B, E) and of the row (B, N)."""

    def gradients(self, queries: Tensor, d_contexts: Tensor) -> AttentionInputs:
        """Gradients of the inputs, given all queries (T, Q, B) and all gradients of contexts (T, B, E)."""


class Projection:
    """W q + b of every step, and its gradients as one product after the loop."""

    def __init__(self, inputs: AttentionInputs, n_steps: int):
        self._weight, self._bias = inputs.query_weight, inputs.query_bias
        self.projected = inputs.keys.new_empty(n_steps, len(inputs.keys), inputs.keys.shape[2])

    def forward(self, step: int, query: Tensor) -> Tensor:
        """(B, A) of a query (Q, B)."""
        return torch.addmm(self._bias, query.t(), self._weight.t(), out=self.projected[step])

    def begin_backward(self) -> None:
        self.d_projected = torch.empty_like(self.projected)

    def backward(self, step: int) -> Tensor:
        """Gradient of the query (Q, B), once `d_projected` of the step is filled in."""
        return torch.mm(self._weight.t(), self.d_projected[step].t())

    def gradients(self, queries: Tensor) -> tuple[Tensor, Tensor]:
        """Of weight and bias, given all queries (T, Q, B)."""
        flat = self.d_projected.flatten(0, 1)  # (T * B, A)
        return flat.t() @ queries.transpose(1, 2).flatten(0, 1), flat.sum(0)


class LocationWindows:
    """Windows over previous and cumulative weights, as the rows of one matrix (B * N, 2 W), and their way back."""

    def __init__(self, weights: Tensor, filters: Tensor):
        n_utterances, n_symbols = weights.shape[1:]
        self._weights, self._filters, self._width = weights, filters, len(filters) // 2
        self._margin = self._width // 2
        self._seen = weights.new_zeros(n_utterances, 2, n_symbols + 2 * self._margin)  # both kinds, zeros around them
        self._middle = self._seen[:, :, self._margin : self._margin + n_symbols]
        self._windows = self._seen.unfold(2, self._width, 1).permute(0, 2, 1, 3)  # (B, N, 2, W)
        self._columns = weights.new_empty(n_utterances * n_symbols, len(filters))

    def forward(self, step: int) -> Tensor:
        """U l (B * N, A) of a step."""
        self._middle[:, 0] = self._weights[step]
        self._middle[:, 1] += self._weights[step]  # the row before the first is zeros: nothing was attended
        self._columns.view(self._windows.shape).copy_(self._windows)
        return self._columns @ self._filters

    def begin_backward(self) -> None:
        self._cumulative = self._weights.cumsum(0) - self._weights[0]
        self.d_filters = torch.zeros_like(self._filters)
        self._d_cumulative = torch.zeros_like(self._weights[0])

    def again(self, step: int) -> Tensor:
        """What `forward` gave."""
        self._middle[:, 0] = self._weights[step]
        self._middle[:, 1] = self._cumulative[step]
        self._columns.view(self._windows.shape).copy_(self._windows)
        return self._columns @ self._filters

    def backward(self, d_hidden: Tensor) -> Tensor:
        """Gradient of the row before (B, N) from that of U l (B, N, A), right after `again`."""
        self.d_filters.addmm_(self._columns.t(), d_hidden.flatten(0, 1))
        columns = torch.matmul(self._filters, d_hidden.transpose(1, 2))  # (B, 2 W, N)
        size, margin = (1, d_hidden.shape[1]), (0, self._margin)
        seen = torch.nn.functional.fold(columns, size, kernel_size=(1, self._width), padding=margin)[:, :, 0]
        self._d_cumulative += seen[:, 1]
        return seen[:, 0] + self._d_cumulative

    def forward_buffers(self) -> Buffers:
        """Beside the weights and filters."""
        return Buffers(running=(self._seen,))

    def backward_buffers(self) -> Buffers:
        """Beside the weights and filters, after `begin_backward`."""
        return Buffers(read=(self._cumulative,), running=(self.d_filters, self._d_cumulative))


class TorchRows:
    """e[j] = v.tanh(W q + b + k[j] + U l[j]) + r, then a normalizer, then the context.

    The tanh is computed again in the backward pass: to keep it would take T x B x N x A numbers.

    Args:
        inputs: what is differentiated by.
        places: what is fixed.
    """

    def __init__(self, inputs: AttentionInputs, places: Places):
        self._inputs, self._places = inputs, places
        self._projection = Projection(inputs, places.n_steps)
        self._hidden = torch.empty_like(inputs.keys, memory_format=torch.contiguous_format)
        self.weights = inputs.keys.new_zeros(places.n_steps + 1, *inputs.keys.shape[:2])
        self._windows = None if inputs.location is None else LocationWindows(self.weights, inputs.location)

    def forward(self, step: int, query: Tensor) -> Tensor:
        """See `Rows`."""
        self._projection.forward(step, query)
        self._activate(step, None if self._windows is None else self._windows.forward(step))
        energies = (self._hidden @ self._inputs.vector).add_(self._inputs.offset)
        self.normalize(step, energies)
        return torch.bmm(self.weights[step + 1].unsqueeze(1), self._inputs.values)[:, 0]

    def begin_backward(self) -> None:
        """See `Rows`."""
        self._projection.begin_backward()
        self._d_vector = torch.zeros_like(self._inputs.vector)
        self._d_offset = torch.zeros_like(self._inputs.offset)
        self._d_keys = torch.zeros_like(self._hidden)
        self._d_row = torch.zeros_like(self.weights[0])
        if self._windows is not None:
            self._windows.begin_backward()

    def backward(self, step: int, d_context: Tensor, d_weights: Tensor) -> Tensor:
        """See `Rows`."""
        d_row = self._d_row + d_weights + torch.bmm(self._inputs.values, d_context.unsqueeze(2))[:, :, 0]
        d_energies, d_before = self.normalize_backward(step, d_row)
        self._activate(step, None if self._windows is None else self._windows.again(step))
        self._d_vector += self._hidden.flatten(0, 1).t() @ d_energies.flatten()
        self._d_offset += d_energies.sum()
        slope = self._hidden.mul_(self._hidden).sub_(1).neg_()
        d_hidden = slope.mul_(d_energies.unsqueeze(2)).mul_(self._inputs.vector)
        self._d_keys += d_hidden
        torch.sum(d_hidden, dim=1, out=self._projection.d_projected[step])
        if self._windows is None:
            self._d_row.copy_(d_before)
        else:
            torch.add(d_before, self._windows.backward(d_hidden), out=self._d_row)
        return self._projection.backward(step)

    def gradients(self, queries: Tensor, d_contexts: Tensor) -> AttentionInputs:
        """See `Rows`."""
        return AttentionInputs(
            torch.matmul(self.weights[1:].permute(1, 2, 0), d_contexts.transpose(0, 1)),
            self._d_keys,
            *self._projection.gradients(queries),
            self._d_vector,
            self._d_offset,
            None if self._windows is None else self._windows.d_filters,
        )

    def forward_buffers(self) -> Buffers:
        """What steps forward work on."""
        noise, made = present(self._places.noise), self._made_by_step()
        own = Buffers(self._never_changed(), read=noise, written=made)
        return own if self._windows is None else own.joined(self._windows.forward_buffers())

    def backward_buffers(self) -> Buffers:
        """What steps back work on, after `begin_backward`."""
        sums = self._d_row, self._d_keys, self._d_vector, self._d_offset
        own = Buffers(self._never_changed(), self._made_by_step(), (self._projection.d_projected,), sums)
        return own if self._windows is None else own.joined(self._windows.backward_buffers())

    def piece(self, n_steps: int) -> "TorchRows":
        """Rows of the same kind and sizes for another number of steps, with buffers of their own."""
        inputs, places = self._inputs, self._places
        noise = None if places.noise is None else places.noise.new_zeros(n_steps, *places.noise.shape[1:])
        own = AttentionInputs._make(None if each is None else each.clone() for each in inputs)
        return type(self)(own, Places(places.last.clone(), noise, n_steps))

    def normalize(self, step: int, energies: Tensor) -> None:
        """Energies (B, N) into the row that the step makes."""
        raise NotImplementedError

    def normalize_backward(self, step: int, d_row: Tensor) -> tuple[Tensor, Tensor]:
        """Gradients of energies and of the row before, (B, N) each."""
        raise NotImplementedError

    def _never_changed(self) -> tuple[Tensor, ...]:
        return present(*self._inputs)

    def _made_by_step(self) -> tuple[Tensor, ...]:
        return self.weights, self._projection.projected

    def _activate(self, step: int, location: Tensor | None) -> None:
        torch.add(self._inputs.keys, self._projection.projected[step].unsqueeze(1), out=self._hidden)
        if location is not None:
            self._hidden += location.view_as(self._hidden)
        self._hidden.tanh_()


class SoftmaxRows(TorchRows):
    """a = softmax(e) over real symbols."""

    def __init__(self, inputs: AttentionInputs, places: Places):
        super().__init__(inputs, places)
        self._padding = torch.arange(inputs.keys.shape[1], device=places.last.device) > places.last[:, None]

    def normalize(self, step: int, energies: Tensor) -> None:
        """See `TorchRows`."""
        torch.softmax(energies.masked_fill_(self._padding, -torch.inf), dim=1, out=self.weights[step + 1])

    def normalize_backward(self, step: int, d_row: Tensor) -> tuple[Tensor, Tensor]:
        """d e = a (d a - sum a d a)."""
        row = self.weights[step + 1]
        weighted = d_row * row
        return torch.addcmul(weighted, row, weighted.sum(1, keepdim=True), value=-1), torch.zeros_like(row)

    def _never_changed(self) -> tuple[Tensor, ...]:
        return *super()._never_changed(), self._padding


class StepwiseRows(TorchRows):
    """a[i, j] = a[i-1, j] p[j] + a[i-1, j-1] (1 - p[j-1]), p = sigmoid(e + noise), 1 on the last symbol."""

    def __init__(self, inputs: AttentionInputs, places: Places):
        super().__init__(inputs, places)
        self.weights[0, :, 0] = 1
        self._is_last = torch.arange(inputs.keys.shape[1], device=places.last.device) == places.last[:, None]
        self._stay = torch.empty_like(self.weights[1:])

    def normalize(self, step: int, energies: Tensor) -> None:
        """See `TorchRows`."""
        if self._places.noise is not None:
            energies += self._places.noise[step]
        stay = torch.sigmoid(energies, out=self._stay[step]).masked_fill_(self._is_last, 1)
        before, row = self.weights[step], self.weights[step + 1]
        torch.mul(before, stay, out=row)
        row[:, 1:] += (before * (1 - stay))[:, :-1]

    def normalize_backward(self, step: int, d_row: Tensor) -> tuple[Tensor, Tensor]:
        """d e[j] = a[j] p[j] (1 - p[j]) (d a[j] - d a[j+1]); d before = p d a[j] + (1 - p) d a[j+1]."""
        stay = self._stay[step]
        after = torch.nn.functional.pad(d_row[:, 1:], (0, 1))
        gain = d_row - after
        return (1 - stay).mul_(stay).mul_(self.weights[step]).mul_(gain), after.addcmul_(stay, gain)

    def _never_changed(self) -> tuple[Tensor, ...]:
        return *super()._never_changed(), self._is_last

    def _made_by_step(self) -> tuple[Tensor, ...]:
        return *super()._made_by_step(), self._stay
