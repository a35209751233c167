"""A convolution by transformed tiles gives what the plain sum gives."""

import pytest
import torch

from tts_align.model import convolution
from tts_align.model.convolution import SequenceConvolution
from tts_align.model.fourier_convolution import TILE, fourier_convolution


def _plain(x, weight):
    return torch.nn.functional.conv1d(x.mT, weight, padding=weight.shape[2] // 2).mT


@pytest.mark.parametrize("width", [3, 5, TILE - 1])
@pytest.mark.parametrize("n_positions", [1, 11, 12, 13, 50])
def test_values_and_gradients_are_those_of_the_plain_sum(n_positions, width):
    torch.manual_seed(1)
    x = torch.randn(3, n_positions, 4, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(6, 4, width, dtype=torch.float64, requires_grad=True)
    found, wanted = fourier_convolution(x, weight), _plain(x, weight)
    torch.testing.assert_close(found, wanted, atol=1e-12, rtol=0)
    direction = torch.randn_like(wanted)
    gradients = (torch.autograd.grad(each, (x, weight), direction) for each in (found, wanted))
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, other, atol=1e-12, rtol=0)


def test_its_gradients_are_the_slopes():
    x = torch.randn(2, 14, 2, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(3, 2, 5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(fourier_convolution, (x, weight))


def test_in_float32_its_error_is_a_few_roundings():
    torch.manual_seed(2)
    x, weight = torch.randn(2, 60, 256), torch.randn(128, 256, 5)
    exact = _plain(x.double(), weight.double())
    assert (fourier_convolution(x, weight) - exact).norm() < 6e-7 * exact.norm()


def test_only_the_gradient_that_is_asked_for_is_made():
    x, weight = torch.randn(1, 20, 3), torch.randn(2, 3, 5, requires_grad=True)
    made = fourier_convolution(x, weight)
    (found,) = torch.autograd.grad(made.sum(), weight)
    torch.testing.assert_close(found, torch.autograd.grad(_plain(x, weight).sum(), weight)[0], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("width", [1, 4, TILE + 1])
def test_a_width_that_a_tile_does_not_hold_is_refused(width):
    with pytest.raises(ValueError, match=f"expected an odd width from 3 to 15, found {width}"):
        fourier_convolution(torch.zeros(1, 20, 2), torch.zeros(2, 2, width))


def test_a_large_convolution_uses_it_in_training_and_only_then(monkeypatch):
    monkeypatch.setattr(convolution, "_CHANNELS", 4)
    monkeypatch.setattr(convolution, "_POSITIONS", 60)
    large, x = SequenceConvolution(4, 5, 5), torch.randn(2, 30, 4)

    def is_transformed(layer, inputs):
        made = layer(inputs)
        torch.testing.assert_close(made, torch.nn.Conv1d.forward(layer, inputs.mT).mT, atol=1e-5, rtol=1e-5)
        return "Fourier" in type(made.grad_fn.next_functions[0][0]).__name__

    assert is_transformed(large, x)
    assert not is_transformed(large, x[:, :29])
    assert not is_transformed(SequenceConvolution(4, 3, 5), x)
    with torch.no_grad():
        assert torch.equal(large(x)[:, :29], torch.nn.Conv1d.forward(large, x.mT).mT[:, :29])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert large(x).dtype == torch.bfloat16


def test_a_large_convolution_of_few_bits_is_as_exact_as_a_small_one(monkeypatch):
    torch.manual_seed(3)
    layer, x = SequenceConvolution(256, 128, 5).bfloat16(), torch.randn(2, 60, 256).bfloat16()
    exact = _plain(x.double(), layer.weight.double()) + layer.bias.double()
    monkeypatch.setattr(convolution, "_POSITIONS", 120)
    assert (layer(x) - exact).norm() < 2.5e-3 * exact.norm()  # that of transforms is 5e-3


def test_a_way_back_inside_autocast_is_not_rounded():
    x, weight = torch.randn(1, 30, 8, requires_grad=True), torch.randn(4, 8, 5, requires_grad=True)
    made = fourier_convolution(x, weight)
    wanted = torch.autograd.grad(made.sum(), (x, weight), retain_graph=True)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = torch.autograd.grad(made.sum(), (x, weight))
    for one, other in zip(found, wanted, strict=True):
        assert torch.equal(one, other)
