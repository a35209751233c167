"""A convolution along a sequence whose channels lie innermost, as all sequences of the model do."""

from jaxtyping import Float
from torch import Tensor, nn


class SequenceConvolution(nn.Conv1d):
    """`nn.Conv1d` of an odd width and the same length, from (B, L, C) to (B, L, C'), without moving the channels.

    As a convolution of an image of height 1 whose channels lie last, which is how libraries compute fastest, forward
    and backward.

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
        image, filters = x.transpose(1, 2).unsqueeze(2), self.weight.unsqueeze(2)  # (B, C, 1, L), (C', C, 1, W)
        padding = (0, self.kernel_size[0] // 2)
        return nn.functional.conv2d(image, filters, self.bias, padding=padding).squeeze(2).transpose(1, 2)
