"""Scores by a product of query and symbol."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tts_align.attention.contract import Memory, State
from tts_align.attention.scores import Score


class DotScore(Score):
    """e[j] = q.h[j]; query and symbols have the same size, and there is nothing to learn.

    Reference:
        Luong, Pham, Manning 2015, section 3.1, "dot". The query is the recurrent layer's output of this very step.

    Example:
        >>> sum(1 for _ in DotScore().parameters())
        0
    """

    def keys(self, values: Float[Tensor, "B N E"]) -> Float[Tensor, "B N A"]:
        """The values themselves."""
        return values

    def forward(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Energies (B, N)."""
        return torch.bmm(memory.keys, query.unsqueeze(-1)).squeeze(-1)


class GeneralScore(Score):
    """e[j] = q.(W h[j]).

    Reference:
        Luong, Pham, Manning 2015, section 3.1, "general". The query is the recurrent layer's output of this very step.

    Args:
        value_size: E.
        query_size: Q.

    Example:
        >>> tuple(GeneralScore(5, 3).key.weight.shape)
        (3, 5)
    """

    def __init__(self, value_size: int, query_size: int):
        super().__init__()
        self.key = nn.Linear(value_size, query_size, bias=False)
        nn.init.xavier_uniform_(self.key.weight)

    def keys(self, values: Float[Tensor, "B N E"]) -> Float[Tensor, "B N A"]:
        """W h[j]."""
        return self.key(values)

    def forward(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Energies (B, N)."""
        return torch.bmm(memory.keys, query.unsqueeze(-1)).squeeze(-1)
