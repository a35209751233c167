"""Monotonic attention: each step goes on from where the last one was, symbol by symbol, until it stops at one."""

from typing import Literal

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tts_align.attention.contract import Memory, State, first_symbol_state
from tts_align.attention.normalizers import Normalizer
from tts_align.errors import VoiceError


class Monotonic(Normalizer):
    """Each step looks at the symbols from its last one on, and takes each with probability p until it takes one.

    p[i, j] = sigmoid(e[i, j] + noise), and the expected row is
    q[i, j] = (1 - p[i, j-1]) q[i, j-1] + a[i-1, j], a[i, j] = p[i, j] q[i, j], a[0] one-hot at symbol 0. The last
    real symbol is always taken (p = 1 there) where the paper lets the weight fall off the end, so that rows sum to
    one. It never goes back, and it may skip symbols. Under teacher forcing the rows are expectations.

    Reference:
        Raffel et al. 2017, "Online and linear-time attention by enforcing monotonic alignments", eq. 9-14. The closed
        form of its appendix C.1 divides by products of (1 - p) that underflow; here the recursion of eq. 13 itself is
        summed, see `expected_row`.

    Args:
        noise: standard deviation of the noise on the energies while training, >= 0.
        inference: while speaking, `hard` takes where p > 0.5, `bernoulli` draws lots, `soft` gives the expectation.

    Example:
        >>> Monotonic(noise=1.0).inference
        'hard'
    """

    def __init__(self, noise: float, inference: Literal["hard", "bernoulli", "soft"] = "hard"):
        super().__init__()
        self.noise, self.inference = noise, inference

    def check(self, memory: Memory) -> None:
        """Lots need random numbers.

        Raises:
            VoiceError: there are none.
        """
        if memory.decide and self.inference == "bernoulli" and memory.draws is None:
            raise VoiceError(
                where="monotonic attention",
                expected="random numbers for its Bernoulli decisions",
                found="none",
                fix='Pass draws=Noise(seeds) to `prepare`, or take inference = "hard".',
            )

    def start(self, memory: Memory) -> State:
        """All weight on the first symbol."""
        return first_symbol_state(memory)

    def forward(self, energies: Float[Tensor, "B N"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Rows that sum to one."""
        if memory.noise is not None and self.noise > 0:
            energies = energies + self.noise * memory.noise.normal_row("monotonic", state.step, energies.shape[1])
        take = torch.sigmoid(energies).masked_fill(memory.last, 1.0)
        if memory.decide and self.inference != "soft":
            threshold: Tensor | float = 0.5
            if self.inference == "bernoulli" and memory.draws is not None:
                threshold = memory.draws.uniform("monotonic", (1, energies.shape[1]), start=state.step)[:, 0]
            return first_taken((take > threshold) | memory.last, state.weights)
        return expected_row(take, state.weights)  # exactly zero behind the last symbol, which is always taken


def expected_row(take: Float[Tensor, "B N"], previous: Float[Tensor, "B N"]) -> Float[Tensor, "B N"]:
    """q[j] = (1 - p[j-1]) q[j-1] + a[j], and p[j] q[j], for all j in about log2(N) rounds.

    Each round joins neighbouring stretches of the recursion, twice as long as before: behind a stretch the sum is
    `kept` times what came in, plus `gathered`. Products and sums of numbers in [0, 1] only, so nothing can blow up.

    Args:
        take: (B, N) p, the probability to take a symbol that is looked at.
        previous: (B, N) a, the row before.

    Returns:
        (B, N) the expected row.

    Reference:
        The recursion: Raffel et al. 2017, eq. 13-14. Its prefix form: Blelloch 1990, "Prefix sums and their
        applications", section 1.4 (first-order recurrences).

    Example:
        >>> expected_row(torch.tensor([[0.5, 0.5, 1.0]]), torch.tensor([[1.0, 0.0, 0.0]]))
        tensor([[0.5000, 0.2500, 0.2500]])
    """
    kept = nn.functional.pad(1 - take[:, :-1], (1, 0))  # kept[j]: how much of q[j-1] comes on to j
    gathered = previous
    reach = 1
    while reach < take.shape[1]:
        earlier = nn.functional.pad(gathered[:, :-reach], (reach, 0))
        gathered = gathered + kept * earlier
        kept = kept * nn.functional.pad(kept[:, :-reach], (reach, 0))
        reach *= 2
    return take * gathered


def first_taken(taken: Tensor, previous: Float[Tensor, "B N"]) -> Float[Tensor, "B N"]:
    """One-hot at the first taken symbol that is not before the previous one.

    Args:
        taken: (B, N) bool; one at least is True from the previous symbol on.
        previous: (B, N) the row before, one-hot.

    Example:
        >>> first_taken(torch.tensor([[True, False, True]]), torch.tensor([[0.0, 1.0, 0.0]]))
        tensor([[0., 0., 1.]])
    """
    symbols = torch.arange(previous.shape[1], device=previous.device)
    ahead = symbols >= previous.argmax(dim=-1, keepdim=True)
    first = (taken & ahead).to(previous.dtype).argmax(dim=-1)
    return nn.functional.one_hot(first, previous.shape[1]).to(previous.dtype)
