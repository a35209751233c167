"""Normalizers: energies into a row of weights."""

from typing import Literal

import torch
from jaxtyping import Bool, Float, Int64
from torch import Tensor, nn

from tts_align.attention.contract import Memory, RowMass, State, first_symbol_state, following, zero_state

Inference = Literal["soft", "hard"]


class Normalizer(nn.Module):
    """Turns energies (B, N) into weights (B, N), zero on padding. An energy of -inf marks a symbol left out."""

    row_mass: RowMass = "one"
    has_pace = False

    def start(self, memory: Memory) -> State:
        """The state before the first step."""
        raise NotImplementedError

    def check(self, memory: Memory) -> None:
        """Raises when the memory lacks something that this normalizer cannot do without."""

    def forward(self, energies: Float[Tensor, "B N"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """A row of weights."""
        raise NotImplementedError

    def remember(
        self, weights: Float[Tensor, "B N"], query: Float[Tensor, "B Q"], memory: Memory, state: State
    ) -> State:
        """The state after a row."""
        return following(state, weights)


class GlobalNormalizer(Normalizer):
    """A normalizer that weighs symbols by their energies only, wherever they stand.

    Args:
        inference: `soft` (a row as in training) or `hard` (all weight on its highest symbol) while speaking.
    """

    def __init__(self, inference: Inference = "soft"):
        super().__init__()
        self.inference = inference

    def start(self, memory: Memory) -> State:
        """Nothing attended."""
        return zero_state(memory)

    def soft(self, energies: Float[Tensor, "B N"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """A row of weights that sum to one."""
        raise NotImplementedError

    def forward(self, energies: Float[Tensor, "B N"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """The row, or the decision for its highest symbol."""
        weights = self.soft(energies, memory, state)
        return decided(weights) if memory.decide and self.inference == "hard" else weights


class Softmax(GlobalNormalizer):
    """a[j] = exp(e[j]) / sum over real k of exp(e[k]).

    Reference:
        Bahdanau, Cho, Bengio 2015, eq. 6. The mask comes before the normalization, so that rows sum to one.

    Example:
        >>> from tts_align.attention import AttentionConfig
        >>> Softmax().row_mass
        'one'
    """

    def soft(self, energies: Float[Tensor, "B N"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Rows that sum to one."""
        return softmax_over(energies, memory.mask)


def softmax_over(energies: Float[Tensor, "B N"], chosen: Bool[Tensor, "B N"]) -> Float[Tensor, "B N"]:
    """Softmax over the chosen symbols, of which each row has one at least; exactly zero elsewhere.

    Example:
        >>> softmax_over(torch.tensor([[0.0, 0.0, 9.0]]), torch.tensor([[True, True, False]]))
        tensor([[0.5000, 0.5000, 0.0000]])
    """
    return torch.softmax(energies.masked_fill(~chosen, -torch.inf), dim=-1)


def decided(weights: Float[Tensor, "B N"]) -> Float[Tensor, "B N"]:
    """All weight on the highest symbol of each row, the first of equals; a row of zeros stays zero.

    Example:
        >>> decided(torch.tensor([[0.2, 0.5, 0.3], [0.0, 0.0, 0.0]]))
        tensor([[0., 1., 0.],
                [0., 0., 0.]])
    """
    highest = nn.functional.one_hot(weights.argmax(dim=-1), weights.shape[-1]).to(weights.dtype)
    return highest * (weights.amax(dim=-1, keepdim=True) > 0)


def median_of(weights: Float[Tensor, "B N"]) -> Int64[Tensor, "B"]:
    """The first symbol at which half of each row's weight is reached.

    Example:
        >>> median_of(torch.tensor([[0.2, 0.2, 0.6], [0.6, 0.2, 0.2]]))
        tensor([2, 0])
    """
    reached = weights.cumsum(dim=-1)
    return (reached < 0.5 * reached[:, -1:]).sum(dim=-1)


class StepwiseMonotonic(Normalizer):
    """Each step stays on its symbol or goes on by exactly one: no symbol can be skipped and none comes twice.

    p[i, j] = sigmoid(e[i, j] + noise) is the probability to stay, and
    a[i, j] = a[i-1, j] p[i, j] + a[i-1, j-1] (1 - p[i, j-1]), a[0] one-hot at symbol 0. The last real symbol is never
    left (p = 1 there). While training, Gaussian noise on the energy drives p to 0 or 1, which makes the hard decision
    while speaking, stay where sum_j p[i, j] a[i-1, j] > 0.5, agree with the expectation of training. Under teacher
    forcing the rows are expectations: one wrong decision must not throw the rest of the utterance off.

    Where the memory has durations while speaking, p is 1 until a symbol has had its steps and then 0: that is how a
    voice speaks at another pace than the one it learned. Without them, a symbol that has had `longest_stay` steps is
    left whatever its p: a decoder that hears its own even vowel may never find a reason to go on.

    Reference:
        He, Deng, He 2019, "Robust sequence-to-sequence acoustic modeling with stepwise monotonic attention for neural
        TTS", eq. 9-10 and section 3.3. Durations and the longest stay: this project.

    Args:
        noise: standard deviation of the noise on the energies while training, >= 0.
        inference: `hard` (one-hot rows) or `soft` (the expectation) while speaking.
        longest_stay: most steps on one symbol while deciding hard, but for the last; 0 for no limit.

    Example:
        >>> StepwiseMonotonic(noise=1.5).inference
        'hard'
    """

    has_pace = True

    def __init__(self, noise: float, inference: Inference = "hard", longest_stay: int = 0):
        super().__init__()
        self.noise, self.inference, self.longest_stay = noise, inference, longest_stay

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
            stays = (stay * previous).sum(dim=-1, keepdim=True) > 0.5
            if self.longest_stay > 0:
                stays &= (state.cumulative * previous).sum(dim=-1, keepdim=True) < self.longest_stay
            stay = stays.to(previous.dtype).expand_as(previous).masked_fill(memory.last, 1.0)
        leaving = nn.functional.pad((previous * (1 - stay))[:, :-1], (1, 0))
        return previous * stay + leaving
