"""A convolution along a sequence whose channels lie innermost, as all sequences of the model do."""

from typing import cast

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tts_align.model.fourier_convolution import TILE, fourier_convolution

_CHANNELS, _POSITIONS = 128, 800
"""From so many channels, on both sides, and positions of all utterances, a transformed convolution was faster here."""


class SequenceConvolution(nn.Conv1d):
    """`nn.Conv1d` of an odd width and the same length, from (B, L, C) to (B, L, C'), without moving the channels.

    As a convolution of an image of height 1 whose channels lie last, which is how libraries compute fastest, forward
    and backward; large ones, in training on a CPU, by `fourier_convolution`.

    Args:
        n_in: C.
        n_out: C'.
        width: positions that a position sees, odd.

    Raises:
        ValueError: the width is even.

    Example:
        >>> import torch
        >>> convolution, x = SequenceConvolution(3, 5, width=3), torch.randn(2, 7, 3)
        >>> torch.allclose(convolution(x).mT, nn.Conv1d.forward(convolution, x.mT), atol=1e-6)
        True
    """

    def __init__(self, n_in: int, n_out: int, width: int):
        if width % 2 == 0:
            raise ValueError(f"expected an odd width, found {width}")
        super().__init__(n_in, n_out, width, padding=width // 2)

    def forward(self, x: Float[Tensor, "B L C"]) -> Float[Tensor, "B L D"]:
        """The same length."""
        if self._is_large(x):
            return fourier_convolution(x, self.weight) + cast(Tensor, self.bias)
        image, filters = x.transpose(1, 2).unsqueeze(2), self.weight.unsqueeze(2)  # (B, C, 1, L), (C', C, 1, W)
        padding = (0, self.kernel_size[0] // 2)
        return nn.functional.conv2d(image, filters, self.bias, padding=padding).squeeze(2).transpose(1, 2)

    def _is_large(self, x: Tensor) -> bool:
        in_training = torch.is_grad_enabled() and not torch.is_autocast_enabled(x.device.type)
        is_precise = x.dtype == self.weight.dtype and x.dtype.itemsize >= 4  # sums of 16 bits lose more in transforms
        fits = x.device.type == "cpu" and is_precise and 1 < self.kernel_size[0] <= TILE // 2
        large = min(self.in_channels, self.out_channels) >= _CHANNELS and x.shape[0] * x.shape[1] >= _POSITIONS
        return in_training and fits and large
