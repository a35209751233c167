"""A score times a normalizer: most mechanisms of the literature."""

from jaxtyping import Float
from torch import Tensor

from tts_align.attention.contract import Attention, Memory, State, following
from tts_align.attention.normalizers import Normalizer
from tts_align.attention.scores import Score


class ScoredAttention(Attention):
    """Energies of a score, made into weights by a normalizer.

    Args:
        score: query and memory into energies (B, N).
        normalizer: energies into weights (B, N).
    """

    def __init__(self, score: Score, normalizer: Normalizer):
        super().__init__()
        self.score, self.normalizer = score, normalizer
        self.row_mass, self.has_pace = normalizer.row_mass, normalizer.has_pace

    def keys(self, values: Float[Tensor, "B N E"]) -> Float[Tensor, "B N A"]:
        """Projected values."""
        return self.score.key(values)

    def start(self, memory: Memory) -> State:
        """As the normalizer begins."""
        return self.normalizer.start(memory)

    def step(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> tuple[Float[Tensor, "B N"], State]:
        """One row."""
        weights = self.normalizer(self.score(query, memory, state), memory, state)
        return weights, following(state, weights)
