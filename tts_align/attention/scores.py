"""Scores: how well each symbol answers the query, before any normalization. Here those that compare the contents."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tts_align.attention.contract import Memory, State


class Score(nn.Module):
    """Energies (B, N) from a query, the memory's keys and, where a score looks at the location, the previous rows.

    A score reads `memory.keys`, `memory.mask`, `state.weights` and `state.cumulative` only, so that it can be asked
    about a stretch of the symbols.

    Attributes:
        reach: symbols to each side of a symbol whose previous weights its energy depends on.
        begins_at_first_symbol: whether it needs a first row that stands at the first symbol.
    """

    reach: int = 0
    begins_at_first_symbol: bool = False

    def keys(self, values: Float[Tensor, "B N E"]) -> Float[Tensor, "B N A"]:
        """What of the values is compared with the query; (B, N, 0) if nothing is."""
        raise NotImplementedError

    def forward(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Energies, any real number, padding included (normalizers mask it)."""
        raise NotImplementedError


class HiddenScore(Score):
    """A score with a hidden layer that sees the query and the projected values.

    Args:
        value_size: E.
        query_size: Q.
        hidden_size: A.
        query_bias: whether the hidden layer has a bias b.
    """

    def __init__(self, value_size: int, query_size: int, hidden_size: int, query_bias: bool = True):
        super().__init__()
        self.key = nn.Linear(value_size, hidden_size, bias=False)
        self.query = nn.Linear(query_size, hidden_size, bias=query_bias)
        for layer in (self.key, self.query):  # LSTM outputs are small: at torch's defaults tanh sees next to nothing
            nn.init.xavier_uniform_(layer.weight, gain=nn.init.calculate_gain("tanh"))

    def keys(self, values: Float[Tensor, "B N E"]) -> Float[Tensor, "B N A"]:
        """V h[j]."""
        return self.key(values)


class AdditiveScore(HiddenScore):
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


class ContentScore(HiddenScore):
    """e[j] = w.tanh(W q + V h[j] + b): where nothing but the content counts.

    Reference:
        Chorowski et al. 2015, section 2.1, "content-based attention".

    Args:
        value_size: E.
        query_size: Q.
        hidden_size: A.

    Example:
        >>> sorted(name for name, _ in ContentScore(5, 3, 7).named_parameters())
        ['key.weight', 'query.bias', 'query.weight', 'vector.weight']
    """

    def __init__(self, value_size: int, query_size: int, hidden_size: int):
        super().__init__(value_size, query_size, hidden_size)
        self.vector = nn.Linear(hidden_size, 1, bias=False)

    def forward(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Energies (B, N)."""
        return self.vector(torch.tanh(memory.keys + self.query(query).unsqueeze(1))).squeeze(-1)


class ConcatScore(HiddenScore):
    """e[j] = v.tanh(W [q; h[j]]): one matrix over query and symbol, here as its two halves, without biases.

    Reference:
        Luong, Pham, Manning 2015, section 3.1, "concat". The query is the recurrent layer's output of this very step.

    Args:
        value_size: E.
        query_size: Q.
        hidden_size: A.

    Example:
        >>> sorted(name for name, _ in ConcatScore(5, 3, 7).named_parameters())
        ['key.weight', 'query.weight', 'vector.weight']
    """

    def __init__(self, value_size: int, query_size: int, hidden_size: int):
        super().__init__(value_size, query_size, hidden_size, query_bias=False)
        self.vector = nn.Linear(hidden_size, 1, bias=False)

    def forward(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Energies (B, N)."""
        return self.vector(torch.tanh(memory.keys + self.query(query).unsqueeze(1))).squeeze(-1)


class OffsetScore(Score):
    """Another score's energies plus a learned number r, for normalizers that take each energy as a probability.

    Reference:
        Raffel et al. 2017, eq. 16.

    Args:
        score: whose energies are moved.
        offset: initial r.

    Example:
        >>> OffsetScore(ContentScore(5, 3, 7), 3.5).offset.item()
        3.5
    """

    def __init__(self, score: Score, offset: float):
        super().__init__()
        self.score = score
        self.offset = nn.Parameter(torch.tensor(offset))
        self.reach, self.begins_at_first_symbol = score.reach, score.begins_at_first_symbol

    def keys(self, values: Float[Tensor, "B N E"]) -> Float[Tensor, "B N A"]:
        """Those of the score."""
        return self.score.keys(values)

    def forward(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Energies (B, N)."""
        return self.score(query, memory, state) + self.offset
