"""A linear layer from and to feature-major buffers, (T, features, B), as the fast recurrences keep their states."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from tts_align.compiled_product import PANEL, PackedMatrix, is_worthwhile, sum_of_products

_STEPS_OF_A_PRODUCT = 64
"""Steps whose share of a weight's gradient is one product."""


def linear_of_steps(inputs: Tensor, weight: Tensor, summand: Tensor) -> Tensor:
    """Inputs (B, T, I) into (T, O, B), in the type of the weight: weight @ inputs + summand for each step.

    The summand is a bias (O,), or one for each step and utterance (T, O, B).
    On a CPU the inputs are kept for the backward pass as they lie, a view as a view. Differentiable once there.

    Example:
        >>> inputs, weight, bias = torch.randn(2, 5, 3), torch.randn(4, 3), torch.randn(4)
        >>> found = linear_of_steps(inputs, weight, bias)
        >>> torch.allclose(found.permute(2, 0, 1), nn.functional.linear(inputs, weight, bias), atol=1e-6)
        True
    """
    is_exact = inputs.dtype == weight.dtype and not torch.is_autocast_enabled(inputs.device.type)
    if is_exact and is_worthwhile(weight) and weight.shape[1] >= PANEL:
        return _LinearOfSteps.apply(inputs, weight, summand)
    if summand.dim() == 1:
        return nn.functional.linear(inputs, weight, summand).to(weight.dtype).permute(1, 2, 0).contiguous()
    return nn.functional.linear(inputs, weight).to(weight.dtype).permute(1, 2, 0) + summand


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
    def forward(ctx: Any, inputs: Tensor, weight: Tensor, summand: Tensor) -> Tensor:
        ctx.save_for_backward(inputs, weight)
        ctx.is_bias = summand.dim() == 1
        by_step = inputs.permute(1, 2, 0).contiguous()  # (T, I, B)
        n_steps, _, n_utterances = by_step.shape
        if ctx.is_bias:
            summand = summand.unsqueeze(1).expand(-1, n_utterances)
        out = inputs.new_empty(n_steps, len(weight), n_utterances)
        return PackedMatrix(weight).times(by_step, summand.detach().contiguous(), out)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_outputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        with torch.autocast(d_outputs.device.type, enabled=False):
            inputs, weight = ctx.saved_tensors
            d_outputs, by_step = d_outputs.contiguous(), inputs.permute(1, 2, 0).contiguous()
            nothing = inputs.new_zeros(by_step.shape[1:])
            d_by_step = PackedMatrix(weight.t()).times(d_outputs, nothing, torch.empty_like(by_step))
            d_summand = d_outputs.sum((0, 2)) if ctx.is_bias else d_outputs
            return d_by_step.permute(2, 0, 1), weight_gradient(d_outputs, by_step), d_summand
