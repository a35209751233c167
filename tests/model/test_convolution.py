"""A convolution with its channels innermost is torch's own."""

import pytest
import torch

from tts_align.model.convolution import SequenceConvolution


@pytest.mark.parametrize("size", [(2, 7), (1, 1), (3, 40)])
@pytest.mark.parametrize("width", [1, 5])
def test_values_and_gradients_are_those_of_torch(size, width):
    torch.manual_seed(1)
    convolution, x = SequenceConvolution(6, 9, width), torch.randn(*size, 6, requires_grad=True)
    ours, theirs = convolution(x), torch.nn.Conv1d.forward(convolution, x.transpose(1, 2)).transpose(1, 2)
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)
    direction, targets = torch.randn(ours.shape), (x, *convolution.parameters())
    found = torch.autograd.grad((ours * direction).sum(), targets)
    wanted = torch.autograd.grad((theirs * direction).sum(), targets)
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)


def test_an_even_width_is_refused():
    with pytest.raises(ValueError, match="expected an odd width, found 4"):
        SequenceConvolution(2, 3, 4)
