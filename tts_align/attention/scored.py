"""A score times a normalizer: most mechanisms of the literature."""

from dataclasses import replace

from jaxtyping import Float
from torch import Tensor

from tts_align.attention.contract import Attention, Memory, State, first_symbol_state
from tts_align.attention.normalizers import Normalizer
from tts_align.attention.scores import Score
from tts_align.attention.window import windowed_energies


class ScoredAttention(Attention):
    """Energies of a score, made into weights by a normalizer.

    Args:
        score: query and memory into energies (B, N).
        normalizer: energies into weights (B, N).
        window: while speaking, only symbols so far from the previous row's median are looked at; 0 looks at all.
    """

    def __init__(self, score: Score, normalizer: Normalizer, window: int = 0):
        super().__init__()
        self.score, self.normalizer, self.window = score, normalizer, window
        self.row_mass, self.has_pace = normalizer.row_mass, normalizer.has_pace

    def keys(self, values: Float[Tensor, "B N E"]) -> Float[Tensor, "B N A"]:
        """Projected values."""
        return self.score.keys(values)

    def check(self, memory: Memory) -> None:
        """As the normalizer does."""
        self.normalizer.check(memory)

    def start(self, memory: Memory) -> State:
        """As the normalizer begins; at the first symbol if the score needs it."""
        state = self.normalizer.start(memory)
        if not self.score.begins_at_first_symbol:
            return state
        return replace(state, weights=first_symbol_state(memory).weights)

    def step(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> tuple[Float[Tensor, "B N"], State]:
        """One row."""
        if memory.decide and self.window:
            energies, reachable = windowed_energies(self.score, query, memory, state, self.window)
        else:
            energies, reachable = self.score(query, memory, state), memory
        weights = self.normalizer(energies, reachable, state)
        return weights, self.normalizer.remember(weights, query, memory, state)
