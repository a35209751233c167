"""Energies of a window only: a step costs as much on a book as on a sentence."""

from dataclasses import replace

import torch
from jaxtyping import Float
from torch import Tensor

from tts_align.attention.contract import Memory, State
from tts_align.attention.normalizers import median_of
from tts_align.attention.scores import Score


def windowed_energies(
    score: Score, query: Float[Tensor, "B Q"], memory: Memory, state: State, window: int
) -> tuple[Float[Tensor, "B N"], Memory]:
    """Energies of the symbols within `window` of the previous row's median, per utterance; -inf elsewhere.

    Only these symbols' keys are gathered and compared (and `score.reach` more to each side, so that filters over the
    previous rows see what they would see without a window). If all symbols are within the window, the energies are
    those of the whole text.

    Args:
        score: makes the energies.
        query: (B, Q).
        memory: the prepared batch.
        state: the state before this row.
        window: symbols on each side, >= 1.

    Returns:
        Energies (B, N), and the memory with the window's right edge marked as the last symbol, beyond which this row
        cannot go.

    Reference:
        Definition: this project; the window around the median is that of Chorowski et al. 2015, section 2.3.

    Example:
        >>> from tts_align.attention.multiplicative import DotScore
        >>> values, mask = torch.ones(1, 5, 2), torch.ones(1, 5, dtype=torch.bool)
        >>> memory = Memory(values, values, mask, torch.tensor([[False] * 4 + [True]]))
        >>> first = torch.tensor([[1.0, 0.0, 0.0, 0.0, 0.0]])
        >>> windowed_energies(DotScore(), torch.ones(1, 2), memory, State(first, first, 1), window=1)[0]
        tensor([[2., 2., -inf, -inf, -inf]])
    """
    n_symbols = memory.mask.shape[1]
    centre = median_of(state.weights).unsqueeze(1)  # (B, 1)
    half = window + score.reach
    size = min(2 * half + 1, n_symbols)
    begin = (centre - half).clamp(0, n_symbols - size)
    symbols = begin + torch.arange(size, device=begin.device)  # (B, size), all of them real or padding of the batch
    near = replace(
        memory,
        keys=memory.keys.gather(1, symbols.unsqueeze(-1).expand(-1, -1, memory.keys.shape[-1])),
        mask=memory.mask.gather(1, symbols),
    )
    seen = replace(state, weights=state.weights.gather(1, symbols), cumulative=state.cumulative.gather(1, symbols))
    inside = (symbols - centre).abs() <= window
    energies = score(query, near, seen).masked_fill(~inside, -torch.inf)
    row = energies.new_full(memory.mask.shape, -torch.inf).scatter(1, symbols, energies)
    edge = torch.arange(n_symbols, device=begin.device) == centre + window
    return row, replace(memory, last=memory.last | (edge & memory.mask))
