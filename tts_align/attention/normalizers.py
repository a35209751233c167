"""Normalizers: energies into a row of weights."""

from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tts_align.attention.contract import Memory, RowMass, State, first_symbol_state, zero_state


class Normalizer(nn.Module):
    """Turns energies (B, N) into weights (B, N), zero on padding."""

    row_mass: RowMass = "one"
    has_pace = False

    def start(self, memory: Memory) -> State:
        """The state before the first step."""
        raise NotImplementedError

    def forward(self, energies: Float[Tensor, "B N"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """A row of weights."""
        raise NotImplementedError


class Softmax(Normalizer):
    """a[j] = exp(e[j]) / sum over real k of exp(e[k]).

    Reference:
        Bahdanau, Cho, Bengio 2015, eq. 6. The mask comes before the normalization, so that rows sum to one.

    Example:
        >>> from tts_align.attention import AttentionConfig
        >>> Softmax().row_mass
        'one'
    """

    def start(self, memory: Memory) -> State:
        """Nothing attended."""
        return zero_state(memory)

    def forward(self, energies: Float[Tensor, "B N"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Rows that sum to one."""
        return torch.softmax(energies.masked_fill(~memory.mask, -torch.inf), dim=-1)


class StepwiseMonotonic(Normalizer):
    """Each step stays on its symbol or goes on by exactly one: no symbol can be skipped and none comes twice.

    p[i, j] = sigmoid(e[i, j] + noise) is the probability to stay, and
    a[i, j] = a[i-1, j] p[i, j] + a[i-1, j-1] (1 - p[i, j-1]), a[0] one-hot at symbol 0. The last real symbol is never
    left (p = 1 there). While training, Gaussian noise on the energy drives p to 0 or 1, which makes the hard decision
    while speaking, stay where sum_j p[i, j] a[i-1, j] > 0.5, agree with the expectation of training. Under teacher
    forcing the rows are expectations: one wrong decision must not throw the rest of the utterance off.

    Where the memory has durations while speaking, p is 1 until a symbol has had its steps and then 0: that is how a
    voice speaks at another pace than the one it learned.

    Reference:
        He, Deng, He 2019, "Robust sequence-to-sequence acoustic modeling with stepwise monotonic attention for neural
        TTS", eq. 9-10 and section 3.3.

    Args:
        noise: standard deviation of the noise on the energies while training, >= 0.
        inference: `hard` (one-hot rows) or `soft` (the expectation) while speaking.

    Example:
        >>> StepwiseMonotonic(noise=1.5).inference
        'hard'
    """

    has_pace = True

    def __init__(self, noise: float, inference: Literal["hard", "soft"] = "hard"):
        super().__init__()
        self.noise, self.inference = noise, inference

    def start(self, memory: Memory) -> State:
        """All weight on the first symbol."""
        return first_symbol_state(memory)

    def forward(self, energies: Float[Tensor, "B N"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Rows that sum to one: what leaves a symbol arrives at the next."""
        if memory.noise is not None and self.noise > 0:
            energies = energies + self.noise * memory.noise.normal_row("stepwise", state.step, energies.shape[1])
        stay = torch.sigmoid(energies).masked_fill(memory.last, 1.0)
        previous = state.weights
        if memory.decide and memory.durations is not None:
            stay = (state.cumulative < memory.durations).to(previous.dtype).masked_fill(memory.last, 1.0)
        elif memory.decide and self.inference == "hard":
            stay = ((stay * previous).sum(dim=-1, keepdim=True) > 0.5).to(previous.dtype)
            stay = stay.expand_as(previous).masked_fill(memory.last, 1.0)
        leaving = nn.functional.pad((previous * (1 - stay))[:, :-1], (1, 0))
        return previous * stay + leaving
