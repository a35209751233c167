"""Scores that look at the previous rows through learned filters."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tts_align.attention.contract import Memory, State
from tts_align.attention.scores import HiddenScore, Score


class LocationScore(Score):
    """e[j] = w.tanh(W q + U f[j] + b), f the filtered previous weights: the symbols themselves do not count.

    The first row stands at the first symbol: without any content, an empty row would tell it nothing.

    Reference:
        Chorowski et al. 2015, section 2.1, "location-based attention", with the features f of their eq. 8.

    Args:
        query_size: Q.
        hidden_size: A.
        n_filters: filters over the previous weights.
        kernel_size: their width in symbols, odd.

    Example:
        >>> LocationScore(3, 7, n_filters=2, kernel_size=5).reach
        2
    """

    begins_at_first_symbol = True

    def __init__(self, query_size: int, hidden_size: int, n_filters: int, kernel_size: int):
        super().__init__()
        self.query = nn.Linear(query_size, hidden_size)
        nn.init.xavier_uniform_(self.query.weight, gain=nn.init.calculate_gain("tanh"))
        self.filters = nn.Conv1d(1, n_filters, kernel_size, padding=kernel_size // 2, bias=False)
        self.location = nn.Linear(n_filters, hidden_size, bias=False)
        self.vector = nn.Linear(hidden_size, 1, bias=False)
        self.reach = kernel_size // 2

    def keys(self, values: Float[Tensor, "B N E"]) -> Float[Tensor, "B N A"]:
        """Nothing is compared."""
        return values[..., :0]

    def forward(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Energies (B, N)."""
        location = self.location(self.filters(state.weights.unsqueeze(1)).transpose(1, 2))  # (B, N, A)
        return self.vector(torch.tanh(self.query(query).unsqueeze(1) + location)).squeeze(-1)


class HybridScore(HiddenScore):
    """e[j] = w.tanh(W q + V h[j] + U f[j] + b), f the filtered previous weights.

    Reference:
        Chorowski et al. 2015, eq. 8-9, "hybrid attention".

    Args:
        value_size: E.
        query_size: Q.
        hidden_size: A.
        n_filters: filters over the previous weights.
        kernel_size: their width in symbols, odd.

    Example:
        >>> tuple(HybridScore(5, 3, 7, n_filters=2, kernel_size=3).filters.weight.shape)
        (2, 1, 3)
    """

    def __init__(self, value_size: int, query_size: int, hidden_size: int, n_filters: int, kernel_size: int):
        super().__init__(value_size, query_size, hidden_size)
        self.filters = nn.Conv1d(1, n_filters, kernel_size, padding=kernel_size // 2, bias=False)
        self.location = nn.Linear(n_filters, hidden_size, bias=False)
        self.vector = nn.Linear(hidden_size, 1, bias=False)
        self.reach = kernel_size // 2

    def forward(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Energies (B, N)."""
        location = self.location(self.filters(state.weights.unsqueeze(1)).transpose(1, 2))  # (B, N, A)
        hidden = torch.tanh(memory.keys + self.query(query).unsqueeze(1) + location)
        return self.vector(hidden).squeeze(-1)


class LocationSensitiveScore(HiddenScore):
    """e[j] = v.tanh(W q + V h[j] + U f[j] + b), f the filtered previous and cumulative weights.

    Reference:
        Chorowski et al. 2015, eq. 8-9; with cumulative weights: Shen et al. 2018, section 2.2.

    Args:
        value_size: E.
        query_size: Q.
        hidden_size: A.
        n_filters: filters over the previous and cumulative weights.
        kernel_size: their width in symbols, odd.

    Example:
        >>> score = LocationSensitiveScore(5, 3, 7, n_filters=2, kernel_size=3)
        >>> tuple(score.filters.weight.shape)
        (2, 2, 3)
    """

    def __init__(self, value_size: int, query_size: int, hidden_size: int, n_filters: int, kernel_size: int):
        super().__init__(value_size, query_size, hidden_size)
        self.filters = nn.Conv1d(2, n_filters, kernel_size, padding=kernel_size // 2, bias=False)
        self.location = nn.Linear(n_filters, hidden_size, bias=False)
        self.vector = nn.Linear(hidden_size, 1, bias=False)
        self.reach = kernel_size // 2

    def forward(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Energies (B, N)."""
        seen = torch.stack([state.weights, state.cumulative], dim=1)  # (B, 2, N)
        location = self.location(self.filters(seen).transpose(1, 2))  # (B, N, A)
        hidden = torch.tanh(memory.keys + self.query(query).unsqueeze(1) + location)
        return self.vector(hidden).squeeze(-1)
