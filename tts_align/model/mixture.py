"""A linear map of contexts, which are mixtures of a text's symbols: the symbols are mapped once, then mixed."""

from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

_STEPS_AT_ONCE = 64
"""Steps that are mixed before they are turned into another order: few enough to stay in a cache."""
_CHEAPER = 0.5
"""Share of the multiplications under which the detour is taken: it moves more memory. At a share of 0.4 it was a tenth
faster, at 0.6 it was no faster."""


class Mixture(NamedTuple):
    """Contexts (B, T, E) = weights @ values.

    Attributes:
        weights: (B, T, N).
        values: (B, N, E).
    """

    weights: Tensor
    values: Tensor

    @property
    def is_cheaper(self) -> bool:
        """Whether N symbols mapped and T mixtures made of them are less work than T contexts mapped."""
        (_, n_steps, n_symbols), size = self.weights.shape, self.values.shape[2]
        return n_symbols * (size + n_steps) < _CHEAPER * n_steps * size


def linear_of_mixtures(mixture: Mixture, weight: Tensor, bias: Tensor) -> Tensor:
    """weight @ context + bias for each step, (T, O, B), with weight (O, E) and bias (O,). Differentiable once.

    Example:
        >>> mixture = Mixture(torch.rand(2, 5, 3), torch.randn(2, 3, 7))
        >>> weight, bias = torch.randn(4, 7), torch.randn(4)
        >>> wanted = torch.nn.functional.linear(mixture.weights @ mixture.values, weight, bias)
        >>> torch.allclose(linear_of_mixtures(mixture, weight, bias).permute(2, 0, 1), wanted, atol=1e-5)
        True
    """
    return _MixturesOfSteps.apply(mixture.weights, mixture.values @ weight.t(), bias)


class _MixturesOfSteps(torch.autograd.Function):
    """weights (B, T, N) @ table (B, N, O) + bias (O,), as (T, O, B)."""

    @staticmethod
    def forward(ctx: Any, weights: Tensor, table: Tensor, bias: Tensor) -> Tensor:
        ctx.save_for_backward(weights, table)
        n_utterances, n_steps, _ = weights.shape
        out = table.new_empty(n_steps, table.shape[2], n_utterances)
        for some, steps in zip(weights.split(_STEPS_AT_ONCE, dim=1), out.split(_STEPS_AT_ONCE), strict=True):
            steps.copy_(torch.baddbmm(bias, some, table).permute(1, 2, 0))
        return out

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, d_out: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        with torch.autocast(d_out.device.type, enabled=False):
            weights, table = ctx.saved_tensors
            d_weights, d_table = torch.empty_like(weights), torch.zeros_like(table)
            pieces = (weights.split(_STEPS_AT_ONCE, dim=1), d_weights.split(_STEPS_AT_ONCE, dim=1))
            for some, d_some, d_steps in zip(*pieces, d_out.split(_STEPS_AT_ONCE), strict=True):
                d_mixed = d_steps.permute(2, 0, 1).contiguous()  # (B, steps, O)
                d_table.baddbmm_(some.transpose(1, 2), d_mixed)
                d_some.copy_(torch.bmm(d_mixed, table.transpose(1, 2)))
            return d_weights, d_table, d_out.sum((0, 2))
