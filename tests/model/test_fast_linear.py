"""The linear layer of feature-major buffers against torch's own."""

import pytest
import torch

from tests.test_compiled_product import wide_vectors
from tts_align.model import fast_linear
from tts_align.model.fast_linear import linear_of_steps, weight_gradient


@wide_vectors
@pytest.mark.parametrize("size", [(4, 70, 24, 24), (3, 5, 30, 50), (1, 1, 24, 25)])
@pytest.mark.parametrize("lies", ["by utterance", "by step"])
def test_values_and_gradients_are_those_of_torch(size, lies, monkeypatch):
    monkeypatch.setattr(fast_linear, "is_worthwhile", lambda weight: True)
    n_utterances, n_steps, n_inputs, n_outputs = size
    torch.manual_seed(1)
    inputs = torch.randn(n_utterances, n_steps, n_inputs)
    if lies == "by step":
        inputs = inputs.permute(1, 2, 0).contiguous().permute(2, 0, 1)
    inputs.requires_grad_()
    weight, bias = torch.randn(n_outputs, n_inputs, requires_grad=True), torch.randn(n_outputs, requires_grad=True)
    ours, theirs = linear_of_steps(inputs, weight, bias), torch.nn.functional.linear(inputs, weight, bias)
    assert type(ours.grad_fn).__name__ == "_LinearOfStepsBackward"
    torch.testing.assert_close(ours, theirs.permute(1, 2, 0), atol=1e-5, rtol=1e-5)
    direction = torch.randn(ours.shape)
    targets = inputs, weight, bias
    found = torch.autograd.grad((ours * direction).sum(), targets)
    wanted = torch.autograd.grad((theirs.permute(1, 2, 0) * direction).sum(), targets)
    for one, other in zip(found, wanted, strict=True):
        assert torch.allclose(one, other, atol=1e-5 * float(other.abs().max()))


def test_under_autocast_it_is_that_of_torch():
    inputs, weight, bias = torch.randn(2, 3, 40), torch.randn(50, 40), torch.randn(50)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found, wanted = linear_of_steps(inputs, weight, bias), torch.nn.functional.linear(inputs, weight, bias)
    assert found.dtype == torch.float32 and wanted.dtype == torch.bfloat16
    assert torch.equal(found.permute(2, 0, 1), wanted.float())


def test_the_gradient_of_a_weight_is_the_sum_over_steps():
    d_outputs, inputs = torch.randn(130, 4, 3), torch.randn(130, 5, 3)
    wanted = torch.einsum("tob,tib->oi", d_outputs.double(), inputs.double()).float()
    torch.testing.assert_close(weight_gradient(d_outputs, inputs), wanted, atol=1e-4, rtol=1e-4)
