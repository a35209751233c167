"""Scores: how well each symbol answers the query, before any normalization."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tts_align.attention.contract import Memory, State


class Score(nn.Module):
    """Energies (B, N) from a query and the memory's keys.

    Args:
        value_size: E.
        query_size: Q.
        hidden_size: A.
    """

    def __init__(self, value_size: int, query_size: int, hidden_size: int):
        super().__init__()
        self.key = nn.Linear(value_size, hidden_size, bias=False)
        self.query = nn.Linear(query_size, hidden_size)
        for layer in (self.key, self.query):  # LSTM outputs are small: at torch's defaults tanh sees next to nothing
            nn.init.xavier_uniform_(layer.weight, gain=nn.init.calculate_gain("tanh"))

    def forward(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Energies, any real number, padding included (normalizers mask it)."""
        raise NotImplementedError


class AdditiveScore(Score):
    """e[j] = v.tanh(W q + V h[j] + b) + r: additive energies with an offset.

    Reference:
        Bahdanau, Cho, Bengio 2015, appendix A.1.2; the offset r: Raffel et al. 2017, eq. 16. Their weight normalization
        g v / |v| is left out: under Adam the single gain g moves by one learning rate an update, and energies stay too
        small for decisions.

    Args:
        value_size: E.
        query_size: Q.
        hidden_size: A.
        offset: initial r. For a probability to stay, sigmoid(r) is where training begins.

    Example:
        >>> score = AdditiveScore(5, 3, 7, offset=3.5)
        >>> score.vector.bias.item()
        3.5
    """

    def __init__(self, value_size: int, query_size: int, hidden_size: int, offset: float = 0.0):
        super().__init__(value_size, query_size, hidden_size)
        self.vector = nn.Linear(hidden_size, 1)
        nn.init.xavier_uniform_(self.vector.weight)
        nn.init.constant_(self.vector.bias, offset)

    def forward(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Energies (B, N)."""
        return self.vector(torch.tanh(memory.keys + self.query(query).unsqueeze(1))).squeeze(-1)


class LocationSensitiveScore(Score):
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

    def forward(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Energies (B, N)."""
        seen = torch.stack([state.weights, state.cumulative], dim=1)  # (B, 2, N)
        location = self.location(self.filters(seen).transpose(1, 2))  # (B, N, A)
        hidden = torch.tanh(memory.keys + self.query(query).unsqueeze(1) + location)
        return self.vector(hidden).squeeze(-1)
