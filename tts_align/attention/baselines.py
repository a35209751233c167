"""What attention is measured against: the same context at every step, and the truth."""

from typing import Literal

from jaxtyping import Float
from torch import Tensor, nn

from tts_align.attention.contract import Attention, Memory, State, following, zero_state
from tts_align.attention.normalizers import Inference, decided
from tts_align.errors import CorpusError


class FixedContext(Attention):
    """Every row is the same: the decoder gets the whole text as one vector, once and for all.

    This is the sequence-to-sequence model before attention, with its bottleneck: `last` gives the encoder's output at
    the last real symbol, `mean` the mean over all real symbols. Its rows say nothing about where the speech is.

    Reference:
        Sutskever, Vinyals, Le 2014, "Sequence to sequence learning with neural networks", section 2 (`last`).

    Args:
        weights: `mean` or `last`.

    Example:
        >>> FixedContext("mean").row_mass
        'one'
    """

    has_place = False

    def __init__(self, weights: Literal["mean", "last"] = "mean"):
        super().__init__()
        self.weights = weights

    def keys(self, values: Float[Tensor, "B N E"]) -> Float[Tensor, "B N A"]:
        """Nothing is compared."""
        return values[..., :0]

    def start(self, memory: Memory) -> State:
        """Nothing attended."""
        return zero_state(memory)

    def step(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> tuple[Float[Tensor, "B N"], State]:
        """The same row as ever."""
        chosen = (memory.last if self.weights == "last" else memory.mask).to(memory.values.dtype)
        weights = chosen / chosen.sum(dim=-1, keepdim=True)
        return weights, following(state, weights)


class Oracle(Attention):
    """Rows that follow true durations: a[i, j] is the part of step i that lies within symbol j.

    With c[j] the sum of the durations up to and including symbol j, in decoder steps,
    a[i, j] = max(0, min(i + 1, c[j]) - max(i, c[j-1])). What is left of a row behind the last duration stays on the
    last real symbol. It has nothing to learn; it shows what the rest of the model can do with a perfect alignment.

    Definition: this project.

    Args:
        inference: `soft`, or `hard` (all weight on the symbol with the largest part of the step) while speaking.

    Example:
        >>> import torch
        >>> values, mask = torch.zeros(1, 3, 2), torch.ones(1, 3, dtype=torch.bool)
        >>> oracle = Oracle()
        >>> memory = oracle.prepare(values, mask, durations=torch.tensor([[1.5, 0.1, 2.0]]))
        >>> state = oracle.start(memory)
        >>> row, state = oracle(torch.zeros(1, 4), memory, state)
        >>> row, state = oracle(torch.zeros(1, 4), memory, state)
        >>> row
        tensor([[0.5000, 0.1000, 0.4000]])
    """

    has_pace = True

    def __init__(self, inference: Inference = "soft"):
        super().__init__()
        self.inference = inference

    def keys(self, values: Float[Tensor, "B N E"]) -> Float[Tensor, "B N A"]:
        """Nothing is compared."""
        return values[..., :0]

    def check(self, memory: Memory) -> None:
        """There must be durations, finite and not negative."""
        if memory.durations is None:
            raise CorpusError(
                where="attention kind oracle",
                expected="the true duration of every symbol",
                found="none",
                fix="Train and evaluate it on a corpus with textgrids/; it cannot speak a text without durations.",
            )
        if not bool((memory.durations.isfinite() & (memory.durations >= 0)).all()):
            raise CorpusError(
                where="attention kind oracle",
                expected="durations in decoder steps, each a finite number >= 0",
                found=str(memory.durations[~(memory.durations >= 0) | memory.durations.isinf()][0].item()),
                fix="Mend the timings that they were made from.",
            )

    def start(self, memory: Memory) -> State:
        """Nothing attended."""
        return zero_state(memory)

    def step(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> tuple[Float[Tensor, "B N"], State]:
        """The symbols that sound during this step."""
        assert memory.durations is not None
        stop = memory.durations.cumsum(dim=-1)
        begin = nn.functional.pad(stop[:, :-1], (1, 0))
        within = (stop.clamp(max=state.step + 1) - begin.clamp(min=state.step)).clamp(min=0.0)
        within = within.masked_fill(~memory.mask, 0.0)
        left = (1 - within.sum(dim=-1, keepdim=True)).clamp(min=0.0)
        weights = within + left * memory.last
        if memory.decide and self.inference == "hard":
            weights = decided(weights)
        return weights, following(state, weights)
