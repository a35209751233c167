"""Where attention looks while speaking: at one symbol, whose part in a product is looked up, or at a blend of them."""

import dataclasses
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from tts_align.attention import Attention, Memory, State
from tts_align.attention.scored import ScoredAttention
from tts_align.attention.scores import AdditiveScore
from tts_align.model.speaking_weights import Product, SpeakingWeights
from tts_align.model.unroll import END_ZONE, ending_zones
from tts_align.noise import Noise


class Focus(Protocol):
    """Attention over the utterances that still speak (k of them), as the fast loop needs it.

    Attributes:
        context_size: columns of the context that the loop must keep for the products; 0 if it is in `addend`.
        width: numbers a step that are stored of each utterance.
    """

    context_size: int
    width: int

    def matrix(self, product: Product) -> Tensor:
        """(inputs, outputs) of a product, without or with the context's rows."""

    def addend(self, product: int) -> Tensor:
        """(k, columns) what is added to one of the three products: biases, and the context's part if it is known."""

    def look(self, query: Tensor, context: Tensor) -> None:
        """Moves on by a query (k, Q) and writes the new context into `context` (k, context_size)."""

    def endings(self) -> Tensor:
        """(2, k): whether attention is in the end zone, and whether it is on the last symbol."""

    def store(self, rows: Tensor, speaking: Tensor) -> None:
        """Writes this step's row of each into `rows` (B, width) at `speaking` (k,)."""

    def keep(self, kept: Tensor) -> None:
        """Goes on with these of the k only."""

    def rows(self, stored: Tensor) -> Tensor:
        """What was stored, (T, B, width), as weights (B, T, N)."""


class OneSymbol:
    """Hard stepwise monotonic attention: one symbol a step, and the next step is on it or on its neighbour.

    The context is one row of the memory, so its product with a weight matrix is one row of a table that is made once;
    and only that row's energy is needed. A step costs the same however long the text is.

    Args:
        attention: an additive score with `StepwiseMonotonic`, deciding.
        memory: the prepared batch.
        weights: of the three products.
    """

    context_size, width = 0, 1

    def __init__(self, attention: ScoredAttention, memory: Memory, weights: SpeakingWeights):
        score = attention.score
        assert isinstance(score, AdditiveScore)
        self._query, self._vector = score.query, score.vector
        n_utterances, self._n_symbols = memory.mask.shape
        self._keys = memory.keys.flatten(0, 1)  # (B * N, A)
        values = torch.cat([memory.values.flatten(0, 1), memory.values.new_zeros(1, memory.values.shape[2])])
        self._tables = [torch.addmm(product.bias, values, product.context) for product in weights.products]
        first = torch.arange(n_utterances, device=values.device) * self._n_symbols
        self._start, self._row = first, first
        self._last = first + memory.mask.sum(dim=1) - 1
        self._context_row = torch.full_like(first, len(values) - 1)  # nothing before the first step
        self._durations = None if memory.durations is None else memory.durations.flatten()
        self._stayed = torch.zeros_like(first)  # steps on this symbol so far

    def matrix(self, product: Product) -> Tensor:
        """Without the context's rows."""
        return product.recurrent

    def addend(self, product: int) -> Tensor:
        """(k, columns) rows of a table."""
        return self._tables[product].index_select(0, self._context_row)

    def look(self, query: Tensor, context: Tensor) -> None:
        """Stays on the symbol or goes on by one."""
        leaves = self._is_done_here(query) & (self._row < self._last)
        self._stayed = torch.where(leaves, 1, self._stayed + 1)
        self._row = self._context_row = self._row + leaves

    def endings(self) -> Tensor:
        """(2, k)."""
        zone = END_ZONE if self._durations is None else 1  # no symbol may lose its steps to the gate
        return torch.stack([self._row > self._last - zone, self._row == self._last])

    def store(self, rows: Tensor, speaking: Tensor) -> None:
        """The symbol's number."""
        rows.index_copy_(0, speaking, (self._row - self._start).to(rows.dtype).unsqueeze(1))

    def keep(self, kept: Tensor) -> None:
        """Goes on with these of the k only."""
        self._start, self._row, self._last = self._start[kept], self._row[kept], self._last[kept]
        self._context_row, self._stayed = self._row, self._stayed[kept]

    def rows(self, stored: Tensor) -> Tensor:
        """Symbols' numbers as one-hot rows."""
        return nn.functional.one_hot(stored[..., 0].T.long(), self._n_symbols).to(stored.dtype)

    def _is_done_here(self, query: Tensor) -> Tensor:
        if self._durations is not None:
            return self._stayed >= self._durations.index_select(0, self._row)
        key = self._keys.index_select(0, self._row)
        energy = self._vector(self._query(query).add_(key).tanh_())
        return torch.sigmoid(energy[:, 0]) <= 0.5


class Blend:
    """Any mechanism that remembers no more than `State`: its own rows, and a context in all the products.

    Args:
        attention: the mechanism.
        memory: the prepared batch.
        weights: of the three products.
    """

    def __init__(self, attention: Attention, memory: Memory, state: State, weights: SpeakingWeights):
        self._attention, self._memory, self._state = attention, memory, state
        self.context_size, self.width = memory.values.shape[2], memory.mask.shape[1]
        self._biases = [product.bias for product in weights.products]
        self._zones = ending_zones(attention, memory)

    def matrix(self, product: Product) -> Tensor:
        """With the context's rows."""
        return product.with_context()

    def addend(self, product: int) -> Tensor:
        """The bias."""
        return self._biases[product]

    def look(self, query: Tensor, context: Tensor) -> None:
        """A row of weights, and the blend of the values by it."""
        weights, self._state = self._attention(query, self._memory, self._state)
        self._weights = weights
        context.copy_(torch.bmm(weights.unsqueeze(1), self._memory.values).squeeze(1))

    def endings(self) -> Tensor:
        """(2, k)."""
        return torch.where(self._zones, self._weights, 0).sum(dim=2) > 0.5

    def store(self, rows: Tensor, speaking: Tensor) -> None:
        """The weights."""
        rows.index_copy_(0, speaking, self._weights)

    def keep(self, kept: Tensor) -> None:
        """Goes on with these of the k only."""
        self._memory, self._state = _of(self._memory, kept), _of(self._state, kept)
        self._zones = self._zones[:, kept]

    def rows(self, stored: Tensor) -> Tensor:
        """Weights, batch first."""
        return stored.transpose(0, 1)


def _of(record: Any, kept: Tensor) -> Any:
    """The record of these utterances only."""
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if isinstance(value, Tensor):
            changes[field.name] = value[kept]
        elif isinstance(value, Noise):
            changes[field.name] = Noise(value.seeds[kept])
    return dataclasses.replace(record, **changes)
