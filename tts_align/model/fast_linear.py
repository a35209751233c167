"""A linear layer from and to feature-major buffers, (T, features, B), as the fast recurrences keep their states."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from tts_align.compiled_product import PANEL, PackedMatrix, is_worthwhile, sum_of_products

_STEPS_OF_A_PRODUCT = 64
"""Steps whose share of a weight's gradient is one product."""


def linear_of_steps(inputs: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    """Inputs (B, T, I) into (T, O, B), in the type of the weight: weight @ inputs + bias for each step.

    Inputs that are a view of a buffer (T, I, B) are not copied on a CPU. Differentiable once there.

    Example:
        >>> inputs, weight, bias = torch.randn(2, 5, 3), torch.randn(4, 3), torch.randn(4)
        >>> found = linear_of_steps(inputs, weight, bias)
        >>> torch.allclose(found.permute(2, 0, 1), nn.functional.linear(inputs, weight, bias), atol=1e-6)
        True
    """
    is_exact = inputs.dtype == weight.dtype and not torch.is_autocast_enabled(inputs.device.type)
    if is_exact and is_worthwhile(weight) and weight.shape[1] >= PANEL:
        return _LinearOfSteps.apply(inputs.permute(1, 2, 0).contiguous(), weight, bias)
    return nn.functional.linear(inputs, weight, bias).to(weight.dtype).permute(1, 2, 0).contiguous()


def weight_gradient(d_outputs: Tensor, inputs: Tensor) -> Tensor:
    """Sum over steps of d_outputs[t] @ inputs[t]', (O, I) from (T, O, B) and (T, I, B): one product for many steps.

    In the type of `d_outputs`; products are computed in that of `inputs`.
    """
    total = d_outputs.new_zeros(d_outputs.shape[1], inputs.shape[1])
    if inputs.dtype == total.dtype and is_worthwhile(total):
        return sum_of_products(d_outputs, inputs)
    pairs = zip(d_outputs.split(_STEPS_OF_A_PRODUCT), inputs.split(_STEPS_OF_A_PRODUCT), strict=True)
    for some, others in pairs:
        left = some.transpose(0, 1).flatten(1).to(inputs.dtype)
        right = others.transpose(0, 1).flatten(1).t()
        if left.dtype == total.dtype:
            total.addmm_(left, right)
        else:
            total += left @ right
    return total


class _LinearOfSteps(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, inputs: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        ctx.save_for_backward(inputs, weight)
        n_steps, _, n_utterances = inputs.shape
        summand = bias.detach().unsqueeze(1).expand(-1, n_utterances).contiguous()
        out = inputs.new_empty(n_steps, len(weight), n_utterances)
        return PackedMatrix(weight).times(inputs, summand, out)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_outputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        inputs, weight = ctx.saved_tensors
        d_outputs = d_outputs.contiguous()
        nothing = inputs.new_zeros(inputs.shape[1:])
        d_inputs = PackedMatrix(weight.t()).times(d_outputs, nothing, torch.empty_like(inputs))
        return d_inputs, weight_gradient(d_outputs, inputs), d_outputs.sum((0, 2))
