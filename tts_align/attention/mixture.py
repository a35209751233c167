"""Mixture attention: a row is a few bells over the text whose middles only ever go on."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tts_align.attention.contract import Attention, Memory, State, following, zero_state
from tts_align.attention.normalizers import Inference, decided

_LARGEST_EXPONENT = 20.0  # exp of more than that stands for "far", and its gradient would overflow
_SMALLEST_WIDTH = 1e-3


@dataclass(frozen=True)
class MixtureForm:
    """How three free numbers become a component's weight, step, width and the factor of its bell.

    Attributes:
        shares: (B, G) free numbers into weights of the components.
        step: free numbers into steps > 0.
        width: free numbers into widths sigma > 0, in symbols.
        scale: sigma into the factor before exp(-(j - mu)^2 / (2 sigma^2)).
        free_step: the inverse of `step`.
        free_width: the inverse of `width`.
    """

    shares: Callable[[Tensor], Tensor]
    step: Callable[[Tensor], Tensor]
    width: Callable[[Tensor], Tensor]
    scale: Callable[[Tensor], Tensor]
    free_step: Callable[[float], float]
    free_width: Callable[[float], float]


@dataclass(frozen=True)
class MixtureState(State):
    """What a mixture remembers.

    Attributes:
        positions: (B, G) middles of the bells, in symbols.
    """

    positions: Tensor


class MixtureAttention(Attention):
    """a[i, j] = sum_g w[g] Z[g] exp(-(j - mu[g])^2 / (2 sigma[g]^2)), mu[i] = mu[i-1] + step, mu[0] = 0.

    w, step and sigma come from V tanh(W q + b) + c by the formulas of a form: "v0" is that of Graves, "v1" has a
    softmax over w and bells of area one, "v2" has softplus steps and widths besides. A bell's middle stops at the last
    real symbol. Weight that falls beside the text is lost, and a row that would sum to more than one (bells narrower
    than a symbol, or v0, whose w have no bound) is scaled down to one.

    Reference:
        Graves 2013, "Generating sequences with recurrent neural networks", eq. 46-51 (v0); Battenberg et al. 2020,
        table 1 (v0, v1, v2) and its initial biases for steps and widths.

    Args:
        query_size: Q.
        hidden_size: A.
        n_components: G.
        form: one of `MIXTURE_FORMS`.
        initial_advance: symbols per decoder step where training begins, > 0.
        initial_width: sigma where training begins, in symbols, > 0.
        inference: `soft`, or `hard` (all weight on the highest symbol) while speaking.

    Example:
        >>> MixtureAttention(3, 7, 5, MIXTURE_FORMS["v2"], initial_advance=0.4, initial_width=10.0).row_mass
        'at_most_one'
    """

    row_mass = "at_most_one"

    def __init__(
        self,
        query_size: int,
        hidden_size: int,
        n_components: int,
        form: MixtureForm,
        initial_advance: float,
        initial_width: float,
        inference: Inference = "soft",
    ):
        super().__init__()
        self.form, self.inference = form, inference
        self.query = nn.Linear(query_size, hidden_size)
        self.components = nn.Linear(hidden_size, 3 * n_components)
        with torch.no_grad():
            _, step, width = self.components.bias.chunk(3)
            step.fill_(form.free_step(initial_advance))
            width.fill_(form.free_width(initial_width))

    def keys(self, values: Float[Tensor, "B N E"]) -> Float[Tensor, "B N A"]:
        """Nothing is compared."""
        return values[..., :0]

    def start(self, memory: Memory) -> MixtureState:
        """All bells on the first symbol, no row yet."""
        state = zero_state(memory)
        n_components = self.components.out_features // 3
        return MixtureState(
            state.weights, state.cumulative, state.step, state.weights.new_zeros(len(state.weights), n_components)
        )

    def step(self, query: Float[Tensor, "B Q"], memory: Memory, state: State) -> tuple[Float[Tensor, "B N"], State]:
        """One row."""
        assert isinstance(state, MixtureState)
        free_shares, free_step, free_width = self.components(torch.tanh(self.query(query))).chunk(3, dim=-1)
        end = memory.mask.sum(dim=1, keepdim=True) - 1
        positions = torch.minimum(state.positions + self.form.step(free_step), end.to(query.dtype))
        width = self.form.width(free_width).clamp(min=_SMALLEST_WIDTH)
        symbols = torch.arange(memory.mask.shape[1], device=query.device)
        distance = (symbols - positions.unsqueeze(-1)) / width.unsqueeze(-1)  # (B, G, N)
        heights = self.form.shares(free_shares) * self.form.scale(width)
        weights = torch.bmm(heights.unsqueeze(1), torch.exp(-0.5 * distance.square())).squeeze(1)
        weights = weights.masked_fill(~memory.mask, 0.0)
        weights = weights / weights.sum(dim=-1, keepdim=True).clamp(min=1.0)
        if memory.decide and self.inference == "hard":
            weights = decided(weights)
        after = following(state, weights)
        return weights, MixtureState(after.weights, after.cumulative, after.step, positions)


def _exp(free: Tensor) -> Tensor:
    return free.clamp(max=_LARGEST_EXPONENT).exp()


def _softmax(free: Tensor) -> Tensor:
    return free.softmax(dim=-1)


def _area_one(width: Tensor) -> Tensor:
    return 1 / (math.sqrt(2 * math.pi) * width)


def _before_softplus(number: float) -> float:
    return number + math.log(-math.expm1(-number))


MIXTURE_FORMS = {
    "v0": MixtureForm(
        shares=_exp,
        step=_exp,
        width=lambda free: _exp(-free / 2) / math.sqrt(2),  # beta = exp(free) is 1 / (2 sigma^2)
        scale=torch.ones_like,
        free_step=math.log,
        free_width=lambda width: -math.log(2 * width**2),
    ),
    "v1": MixtureForm(
        shares=_softmax,
        step=_exp,
        width=lambda free: _exp(free / 2),  # sigma^2 = exp(free)
        scale=_area_one,
        free_step=math.log,
        free_width=lambda width: 2 * math.log(width),
    ),
    "v2": MixtureForm(
        shares=_softmax,
        step=nn.functional.softplus,
        width=nn.functional.softplus,
        scale=_area_one,
        free_step=_before_softplus,
        free_width=_before_softplus,
    ),
}
"""The three forms of Battenberg et al. 2020, table 1; v0 is Graves 2013."""
