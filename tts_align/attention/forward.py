"""Forward attention: a row is last row moved on by at most one symbol, weighed by the energies."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tts_align.attention.contract import Memory, State, first_symbol_state, following
from tts_align.attention.normalizers import GlobalNormalizer, Inference, softmax_over

_UNREACHED = 1e-12


class Forward(GlobalNormalizer):
    """a[i, j] ~ (a[i-1, j] + a[i-1, j-1]) y[i, j] over their sum, y the softmax of the energies, a[0] on symbol 0.

    No symbol can be reached before the one before it. It is computed as softmax(e + log(a[i-1, j] + a[i-1, j-1])),
    in which the sum of y falls out: the paper's product underflows where y is small on all symbols in reach, and the
    clamp that implementations put there lets weight appear where the recursion has none. Symbols whose carried weight
    is below 1e-12 count as not reached, which keeps the gradients finite.

    Reference:
        Zhang, Ling, Dai 2018, "Forward attention in sequence-to-sequence acoustic modeling for speech synthesis",
        algorithm 1.

    Example:
        >>> Forward().row_mass
        'one'
    """

    def start(self, memory: Memory) -> State:
        """All weight on the first symbol."""
        return first_symbol_state(memory)

    def soft(self, energies: Float[Tensor, "B N"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Rows that sum to one."""
        arrived = nn.functional.pad(state.weights[:, :-1], (1, 0))
        return forward_row(energies, state.weights + arrived, memory)


@dataclass(frozen=True)
class AgentState(State):
    """What forward attention with a transition agent remembers.

    Attributes:
        advance: (B, 1) probability to go on by one symbol at the next step.
    """

    advance: Tensor


class ForwardWithAgent(GlobalNormalizer):
    """a[i, j] ~ ((1 - u[i-1]) a[i-1, j] + u[i-1] a[i-1, j-1]) y[i, j] over their sum; an agent says how much to go on.

    u[i] = sigmoid(w.[c[i]; q[i]] + b), c[i] = sum_j a[i, j] h[j], u[0] = 0.5. The last real symbol is never left. The
    paper's agent also hears the previous output frame; here the query q, made from it, stands for both.

    Reference:
        Zhang, Ling, Dai 2018, algorithm 2.

    Args:
        value_size: E.
        query_size: Q.
        inference: `soft` or `hard` while speaking.

    Example:
        >>> ForwardWithAgent(5, 3).agent.in_features
        8
    """

    def __init__(self, value_size: int, query_size: int, inference: Inference = "soft"):
        super().__init__(inference)
        self.agent = nn.Linear(value_size + query_size, 1)

    def start(self, memory: Memory) -> AgentState:
        """All weight on the first symbol, and no opinion about going on."""
        first = first_symbol_state(memory)
        advance = torch.full_like(first.weights[:, :1], 0.5)
        return AgentState(first.weights, first.cumulative, first.step, advance)

    def soft(self, energies: Float[Tensor, "B N"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Rows that sum to one."""
        assert isinstance(state, AgentState)
        leaving = state.advance.masked_fill(memory.last, 0.0) * state.weights
        carried = state.weights - leaving + nn.functional.pad(leaving[:, :-1], (1, 0))
        return forward_row(energies, carried, memory)

    def remember(
        self, weights: Float[Tensor, "B N"], query: Float[Tensor, "B Q"], memory: Memory, state: State
    ) -> AgentState:
        """Asks the agent about the next step."""
        context = torch.bmm(weights.unsqueeze(1), memory.values).squeeze(1)  # (B, E)
        advance = torch.sigmoid(self.agent(torch.cat([context, query], dim=-1)))
        after = following(state, weights)
        return AgentState(after.weights, after.cumulative, after.step, advance)


def forward_row(energies: Float[Tensor, "B N"], carried: Float[Tensor, "B N"], memory: Memory) -> Float[Tensor, "B N"]:
    """carried[j] exp(e[j]) over its sum, exactly zero where nothing was carried to.

    If a window has cut off all that could be reached, the energies in it decide alone.
    """
    looked_at = memory.mask & (energies > -torch.inf)
    reached = looked_at & (carried > _UNREACHED)
    reached = torch.where(reached.any(dim=-1, keepdim=True), reached, looked_at)
    return softmax_over(energies + torch.where(reached & (carried > 0), carried, 1.0).log(), reached)
