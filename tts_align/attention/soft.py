"""Normalizers that bend the softmax: sharper, smoother, within a window, or over the best few symbols."""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tts_align.attention.contract import Memory, State, first_symbol_state
from tts_align.attention.normalizers import GlobalNormalizer, Inference, median_of, softmax_over


class Sharpening(GlobalNormalizer):
    """a[j] = exp(beta e[j]) / sum over real k of exp(beta e[k]), beta > 1: a sharper row.

    Reference:
        Chorowski et al. 2015, section 2.3, "inverse temperature".

    Args:
        inverse_temperature: beta, > 0.
        inference: `soft` or `hard` while speaking.

    Example:
        >>> Sharpening(2.0).inverse_temperature
        2.0
    """

    def __init__(self, inverse_temperature: float, inference: Inference = "soft"):
        super().__init__(inference)
        self.inverse_temperature = inverse_temperature

    def soft(self, energies: Float[Tensor, "B N"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Rows that sum to one."""
        return softmax_over(energies * self.inverse_temperature, memory.mask)


class Smoothing(GlobalNormalizer):
    """a[j] = sigmoid(e[j]) / sum over real k of sigmoid(e[k]): bounded energies spread the row over several symbols.

    It is computed as a softmax over log sigmoid(e), which is the same and cannot divide zero by zero.

    Reference:
        Chorowski et al. 2015, section 2.3, "smoothing".

    Example:
        >>> Smoothing().inference
        'soft'
    """

    def soft(self, energies: Float[Tensor, "B N"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Rows that sum to one."""
        return softmax_over(nn.functional.logsigmoid(energies), memory.mask)


class Windowing(GlobalNormalizer):
    """A softmax over the symbols m - w to m + w, m the median of the same utterance's previous row.

    The row before the first has all its weight on the first symbol, so that there is a median.

    Reference:
        Chorowski et al. 2015, section 2.3, "windowing".

    Args:
        width: w, symbols on each side, >= 1.
        inference: `soft` or `hard` while speaking.

    Example:
        >>> Windowing(3).width
        3
    """

    def __init__(self, width: int, inference: Inference = "soft"):
        super().__init__(inference)
        self.width = width

    def start(self, memory: Memory) -> State:
        """All weight on the first symbol."""
        return first_symbol_state(memory)

    def soft(self, energies: Float[Tensor, "B N"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Rows that sum to one."""
        symbols = torch.arange(energies.shape[1], device=energies.device)
        distance = (symbols - median_of(state.weights).unsqueeze(1)).abs()
        return softmax_over(energies, memory.mask & (distance <= self.width))


class TopK(GlobalNormalizer):
    """A softmax over the k symbols of highest energy; equals of the last of them stay in.

    Reference:
        Chorowski et al. 2015, section 2.3: "keep only the top k frames".

    Args:
        k: symbols kept, >= 1.
        inference: `soft` or `hard` while speaking.

    Example:
        >>> TopK(5).k
        5
    """

    def __init__(self, k: int, inference: Inference = "soft"):
        super().__init__(inference)
        self.k = k

    def soft(self, energies: Float[Tensor, "B N"], memory: Memory, state: State) -> Float[Tensor, "B N"]:
        """Rows that sum to one."""
        masked = energies.masked_fill(~memory.mask, -torch.inf)
        lowest_kept = masked.topk(min(self.k, energies.shape[1]), dim=-1).values[:, -1:]
        return softmax_over(energies, memory.mask & (masked >= lowest_kept))
