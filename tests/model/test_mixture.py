"""A linear map of mixtures gives what it gives of the contexts themselves."""

import pytest
import torch

from tts_align.model import cells
from tts_align.model.cells import LstmLayer
from tts_align.model.mixture import _STEPS_AT_ONCE, Mixture, linear_of_mixtures


@pytest.mark.parametrize("n_steps", [1, _STEPS_AT_ONCE, _STEPS_AT_ONCE + 3])
def test_values_and_every_gradient_are_those_of_the_mapped_contexts(n_steps):
    torch.manual_seed(1)
    shapes = (3, n_steps, 6), (3, 6, 4), (10, 4), (10,)
    weights, values, weight, bias = (torch.randn(*shape, dtype=torch.float64, requires_grad=True) for shape in shapes)
    found = linear_of_mixtures(Mixture(weights, values), weight, bias).permute(2, 0, 1)
    wanted = torch.nn.functional.linear(weights @ values, weight, bias)
    torch.testing.assert_close(found, wanted, atol=1e-12, rtol=0)
    direction = torch.randn_like(wanted)
    targets = weights, values, weight, bias
    gradients = (torch.autograd.grad(each, targets, direction) for each in (found, wanted))
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, other, atol=1e-12, rtol=1e-12)


def test_the_detour_is_taken_where_the_text_is_short_beside_the_speech():
    def is_cheaper(n_symbols, n_steps, size=512):
        return Mixture(torch.zeros(1, n_steps, n_symbols), torch.zeros(1, n_symbols, size)).is_cheaper

    assert is_cheaper(100, 500) and is_cheaper(1, 20)
    assert not is_cheaper(100, 250) and not is_cheaper(500, 500)


def test_a_layer_that_knows_of_the_mixture_gives_the_same(monkeypatch):
    monkeypatch.setattr(cells, "_LEAN_FROM", 1)
    torch.manual_seed(2)
    layer = LstmLayer(9, 5, batch_first=True)
    weights, values = torch.rand(2, 40, 3).requires_grad_(), torch.randn(2, 3, 4).requires_grad_()
    inputs = torch.cat([torch.randn(2, 40, 5), weights @ values], dim=2)
    mixture = Mixture(weights, values)
    assert not mixture.is_cheaper
    monkeypatch.setattr(Mixture, "is_cheaper", True)
    seen = []
    monkeypatch.setattr(cells, "linear_of_mixtures", lambda *args: seen.append(args) or linear_of_mixtures(*args))
    (found, _), (wanted, _) = layer(inputs, None, mixture), layer(inputs)
    assert len(seen) == 1
    torch.testing.assert_close(found, wanted, atol=1e-6, rtol=0)
    targets = [weights, values, *layer.parameters()]
    gradients = [torch.autograd.grad(each.square().sum(), targets, retain_graph=True) for each in (found, wanted)]
    for one, other in zip(*gradients, strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-5)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        layer(inputs, None, mixture)
    assert len(seen) == 1


def test_a_way_back_inside_autocast_is_not_rounded():
    weights, values = torch.rand(2, 5, 3, requires_grad=True), torch.randn(2, 3, 4)
    made = linear_of_mixtures(Mixture(weights, values), torch.randn(6, 4), torch.zeros(6))
    direction = torch.randn_like(made)
    (wanted,) = torch.autograd.grad(made, weights, direction, retain_graph=True)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        (found,) = torch.autograd.grad(made, weights, direction)
    assert torch.equal(found, wanted)
