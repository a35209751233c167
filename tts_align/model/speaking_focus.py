"""Where attention looks while speaking: at one symbol, whose part in a product is looked up, or at a blend of them."""

import dataclasses
import math
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor

from tts_align.attention import Attention, Memory, State
from tts_align.attention.normalizers import StepwiseMonotonic
from tts_align.attention.scored import ScoredAttention
from tts_align.attention.scores import AdditiveScore
from tts_align.model.speaking_weights import SpeakingWeights
from tts_align.model.unroll import ending_zones
from tts_align.noise import Noise


@runtime_checkable
class Focus(Protocol):
    """Attention over the utterances that still speak (k of them), as the fast loop needs it.

    Attributes:
        context_size: columns of the context that the loop must keep for the products; 0 if it is in `addends`.
        addends: (k, columns) what is added to each of the three products: biases, and the context's part if known.
    """

    context_size: int
    addends: list[Tensor]

    def look(self, query: Tensor, context: Tensor) -> None:
        """Moves on by a query (k, Q) and writes the new context into `context` (k, context_size)."""

    def endings(self) -> tuple[list[bool], list[bool]]:
        """Of each of the k: whether attention is in the end zone, and whether it is on the last symbol."""

    def store(self, speaking: list[int]) -> None:
        """Notes this step's row of each; `speaking` are their places in the batch."""

    def keep(self, places: list[int]) -> None:
        """Goes on with these of the k only."""

    def rows(self, start_step: int) -> Tensor:
        """What was noted, as weights (B, T, N)."""


class OneSymbol:
    """Hard stepwise monotonic attention: one symbol a step, and the next step is on it or on its neighbour.

    The context is one row of the memory, so its product with a weight matrix is one row of a table that is made once;
    and only that row's energy is needed. A step costs the same however long the text is.

    A row of the table is [addends of the three products | key]; a row for each symbol of each utterance, and at the
    end one for each utterance that has the key of its first symbol, and no context yet.

    Args:
        attention: an additive score with `StepwiseMonotonic`, deciding.
        memory: the prepared batch.
        weights: of the three products.
    """

    context_size = 0

    def __init__(self, attention: ScoredAttention, memory: Memory, weights: SpeakingWeights):
        score, normalizer = attention.score, attention.normalizer
        assert isinstance(score, AdditiveScore) and isinstance(normalizer, StepwiseMonotonic)
        self._longest_stay = normalizer.longest_stay or math.inf
        self._query, self._vector, self._offset = score.query.weight.T, score.vector.weight[0], score.vector.bias
        n_utterances, self._n_symbols = memory.mask.shape
        self._sizes = [*(len(product.bias) for product in weights.products), score.query.out_features]
        self._table = _table(memory, weights, score.query.bias, self._sizes)
        self._lengths = memory.mask.sum(dim=1).tolist()
        self._end_sizes = ending_zones(attention, memory)[0].sum(dim=1).tolist()
        self._durations = None if memory.durations is None else memory.durations.tolist()
        self._who = list(range(n_utterances))
        self._symbol = [0] * n_utterances
        self._stayed = [0] * n_utterances  # steps on this symbol so far
        self._path: list[list[int]] = [[] for _ in self._who]
        self._take_rows([n_utterances * self._n_symbols + who for who in self._who])

    def look(self, query: Tensor, context: Tensor) -> None:
        """Stays on the symbol or goes on by one."""
        done = self._done_by_duration() if self._durations is not None else self._done_by_energy(query)
        for who, is_done in zip(self._who, done, strict=True):
            goes_on = is_done and self._symbol[who] < self._lengths[who] - 1
            self._symbol[who] += goes_on
            self._stayed[who] = 1 if goes_on else self._stayed[who] + 1
        self._take_rows([who * self._n_symbols + self._symbol[who] for who in self._who])

    def endings(self) -> tuple[list[bool], list[bool]]:
        """By the distance from the last symbol."""
        left = [self._lengths[who] - 1 - self._symbol[who] for who in self._who]
        at_end = [each < self._end_sizes[who] for who, each in zip(self._who, left, strict=True)]
        return at_end, [each == 0 for each in left]

    def store(self, speaking: list[int]) -> None:
        """The symbol's number."""
        for who in speaking:
            self._path[who].append(self._symbol[who])

    def keep(self, places: list[int]) -> None:
        """Goes on with these of the k only."""
        self._who = [self._who[place] for place in places]
        self._take_rows([who * self._n_symbols + self._symbol[who] for who in self._who])

    def rows(self, start_step: int) -> Tensor:
        """One-hot rows; zero where an utterance is over."""
        n_steps = max(map(len, self._path))
        found = self._table.new_zeros(len(self._path), n_steps - start_step, self._n_symbols)
        for rows, path in zip(found, self._path, strict=True):
            here = torch.tensor(path[start_step:], dtype=torch.long, device=rows.device)
            rows[: len(here)].scatter_(1, here.unsqueeze(1), 1.0)
        return found

    def _take_rows(self, rows: list[int]) -> None:
        taken = self._table.index_select(0, torch.tensor(rows, dtype=torch.long, device=self._table.device))
        *self.addends, self._key = taken.split(self._sizes, dim=1)

    def _done_by_duration(self) -> list[bool]:
        assert self._durations is not None
        return [self._stayed[who] >= self._durations[who][self._symbol[who]] for who in self._who]

    def _done_by_energy(self, query: Tensor) -> list[bool]:
        hidden = torch.addmm(self._key, query, self._query).tanh_()
        stay = torch.addmv(self._offset, hidden, self._vector).sigmoid_()
        found = zip(self._who, stay.tolist(), strict=True)
        return [probability <= 0.5 or self._stayed[who] >= self._longest_stay for who, probability in found]


class Blend:
    """Any mechanism that remembers no more than `State`: its own rows, and a context in all the products.

    Args:
        attention: the mechanism.
        memory: the prepared batch.
        state: its start.
        weights: of the three products.
    """

    def __init__(self, attention: Attention, memory: Memory, state: State, weights: SpeakingWeights):
        self._attention, self._memory, self._state = attention, memory, state
        self.context_size = memory.values.shape[2]
        self.addends = [product.bias for product in weights.products]
        self._zones = ending_zones(attention, memory)
        self._none = torch.zeros_like(memory.values[:, :, 0])
        self._rows: list[Tensor] = []

    def look(self, query: Tensor, context: Tensor) -> None:
        """A row of weights, and the blend of the values by it."""
        self._weights, self._state = self._attention(query, self._memory, self._state)
        context.copy_(torch.bmm(self._weights.unsqueeze(1), self._memory.values).squeeze(1))

    def endings(self) -> tuple[list[bool], list[bool]]:
        """By the weight in either zone."""
        at_end, on_last = (torch.where(self._zones, self._weights, 0).sum(dim=2) > 0.5).tolist()
        return at_end, on_last

    def store(self, speaking: list[int]) -> None:
        """The weights."""
        row = self._weights
        if len(row) < len(self._none):
            row = self._none.index_copy(0, torch.tensor(speaking, device=row.device), row)
        self._rows.append(row)

    def keep(self, places: list[int]) -> None:
        """Goes on with these of the k only."""
        kept = torch.tensor(places, dtype=torch.long, device=self._none.device)
        self._memory, self._state = _of(self._memory, kept), _of(self._state, kept)
        self._zones = self._zones[:, kept]

    def rows(self, start_step: int) -> Tensor:
        """The weights; zero where an utterance is over."""
        found = [row.unsqueeze(1) for row in self._rows[start_step:]]
        return torch.cat([self._none.unsqueeze(1)[:, :0], *found], dim=1)


def _table(memory: Memory, weights: SpeakingWeights, query_bias: Tensor, sizes: list[int]) -> Tensor:
    """(B * N + B, all columns): what `OneSymbol` looks up."""
    n_rows, n_utterances = memory.mask.numel(), len(memory.mask)
    values = memory.values.flatten(0, 1)
    table = values.new_empty(n_rows + n_utterances, sum(sizes))
    *parts, keys = table.split(sizes, dim=1)
    for part, product in zip(parts, weights.products, strict=True):
        part[:n_rows] = torch.addmm(product.bias, values, product.context)
        part[n_rows:] = product.bias
    keys[:n_rows] = memory.keys.flatten(0, 1) + query_bias
    keys[n_rows:] = memory.keys[:, 0] + query_bias
    return table


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
