"""The contract of every attention mechanism: `prepare` once, `start`, then one row of weights per decoder step."""

from dataclasses import dataclass
from typing import Literal, final

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from tts_align.noise import Noise

RowMass = Literal["one", "at_most_one"]


@dataclass(frozen=True)
class Memory:
    """What attention reads, made once per batch.

    Attributes:
        values: (B, N, E) encoded symbols, zero on padding.
        keys: (B, N, A) their projection that scores compare with the query.
        mask: (B, N), True on real symbols.
        last: (B, N), True on the last real symbol of each utterance.
        noise: source of random numbers while training, else None.
        decide: whether mechanisms that can should decide (hard, one-hot rows) instead of giving expectations (soft).
        durations: (B, N) true decoder steps of each symbol, fractions allowed, zero on padding; read by the oracle, and
            while speaking by mechanisms that have a pace.
        draws: random numbers for decisions while speaking, read by mechanisms that draw lots.
    """

    values: Tensor
    keys: Tensor
    mask: Tensor
    last: Tensor
    noise: Noise | None = None
    decide: bool = False
    durations: Tensor | None = None
    draws: Noise | None = None


@dataclass(frozen=True)
class State:
    """What attention remembers from step to step.

    Attributes:
        weights: (B, N) the previous row.
        cumulative: (B, N) the sum of all rows so far.
        step: rows made so far.
    """

    weights: Tensor
    cumulative: Tensor
    step: int


class Attention(nn.Module):
    """An attention mechanism. Rows are finite, not negative, and exactly zero on padding.

    A mechanism says in `row_mass` whether its rows sum to one or to at most one, and in `has_pace` whether it follows
    the memory's durations while speaking, though it was not trained on them. `has_place` is False where rows do not
    tell how far the text is spoken, so that they cannot say when it is over. Nothing about an utterance is kept on the
    module. Everything is computed in float32, also under autocast: recursions over hundreds of steps lose their
    mass in 8 bits of mantissa.

    Definition: this project.
    """

    row_mass: RowMass = "one"
    has_pace = False
    has_place = True

    def keys(self, values: Float[Tensor, "B N E"]) -> Float[Tensor, "B N A"]:
        """The projection of the values that the energies compare with the query."""
        raise NotImplementedError

    def start(self, memory: Memory) -> State:
        """The state before the first step."""
        raise NotImplementedError

    def step(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> tuple[Float[Tensor, "B N"], State]:
        """One row in float32; called by `forward`."""
        raise NotImplementedError

    def check(self, memory: Memory) -> None:
        """Raises when the memory lacks something that this mechanism cannot do without; called by `prepare`."""

    @final
    def prepare(
        self,
        values: Float[Tensor, "B N E"],
        mask: Bool[Tensor, "B N"],
        noise: Noise | None = None,
        *,
        decide: bool = False,
        durations: Float[Tensor, "B N"] | None = None,
        draws: Noise | None = None,
    ) -> Memory:
        """Everything that is the same for all steps of a batch.

        Args:
            values: (B, N, E) encoded symbols.
            mask: (B, N), True on real symbols; these come first and there is at least one per utterance.
            noise: random numbers, given only while training.
            decide: True while speaking: take decisions where training takes expectations, if the mechanism can.
            durations: (B, N) true decoder steps of each symbol, >= 0, for the mechanism that follows them.
            draws: random numbers for mechanisms that draw lots while speaking.

        Returns:
            The memory that `start` and `forward` read.

        Raises:
            CorpusError: the mechanism follows true durations and there are none.
            VoiceError: the mechanism draws lots and there are no random numbers.
        """
        with torch.autocast(values.device.type, enabled=False):
            values = values.float() * mask.unsqueeze(-1)
            last = mask & ~nn.functional.pad(mask[:, 1:], (0, 1))
            if durations is not None:
                durations = durations.float() * mask
            memory = Memory(values, self.keys(values), mask, last, noise, decide, durations, draws)
            self.check(memory)
            return memory

    @final  # type: ignore[misc]  # Module declares it as an attribute
    def forward(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> tuple[Float[Tensor, "B N"], State]:
        """One row of weights.

        Args:
            query: (B, Q) output of the decoder's first recurrent layer.
            memory: from `prepare`.
            state: from `start` or from the step before.

        Returns:
            weights (B, N) and the next state.
        """
        with torch.autocast(query.device.type, enabled=False):
            return self.step(query.float(), memory, state)


def zero_state(memory: Memory) -> State:
    """Nothing has been attended yet."""
    zeros = memory.values.new_zeros(memory.mask.shape)
    return State(zeros, zeros, 0)


def first_symbol_state(memory: Memory) -> State:
    """All weight on the first symbol, nothing in the cumulative sum."""
    weights = memory.values.new_zeros(memory.mask.shape)
    weights[:, 0] = 1.0
    return State(weights, torch.zeros_like(weights), 0)


def following(state: State, weights: Float[Tensor, "B N"]) -> State:
    """The state after a row."""
    return State(weights, state.cumulative + weights, state.step + 1)
