"""Which mechanisms there are: a name, its settings, and how it is built."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from tts_align.attention.contract import Attention
from tts_align.attention.normalizers import Softmax, StepwiseMonotonic
from tts_align.attention.scored import ScoredAttention
from tts_align.attention.scores import AdditiveScore, LocationSensitiveScore


def _must_be_odd(number: int) -> int:
    if number % 2 == 0:
        raise ValueError("an odd number, so that the window has a middle")
    return number


def _must_be_even(number: int) -> int:
    if number % 2:
        raise ValueError("an even number, so that it can be halved")
    return number


Odd = Annotated[int, AfterValidator(_must_be_odd)]
Even = Annotated[int, AfterValidator(_must_be_even)]


class AdditiveConfig(BaseModel):
    """Settings of additive, content-based attention (Bahdanau, Cho, Bengio 2015): it does not know where it was."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    kind: Literal["additive"] = "additive"
    hidden_size: int = Field(128, ge=1, description="A, size of the energies' hidden layer")


class LocationSensitiveConfig(BaseModel):
    """Settings of location-sensitive attention; the defaults are those of Shen et al. 2018."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    kind: Literal["location_sensitive"] = "location_sensitive"
    hidden_size: int = Field(128, ge=1, description="A, size of the energies' hidden layer")
    n_filters: int = Field(32, ge=1, description="filters over previous and cumulative weights")
    kernel_size: Odd = Field(31, ge=1, description="width of the filters in symbols, odd")


class StepwiseMonotonicConfig(BaseModel):
    """Settings of stepwise monotonic attention (He, Deng, He 2019)."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    kind: Literal["stepwise_monotonic"] = "stepwise_monotonic"
    hidden_size: int = Field(128, ge=1, description="A, size of the energies' hidden layer")
    noise: float = Field(1.5, ge=0, description="standard deviation of the noise on the energies while training")
    offset: float = Field(3.5, description="initial energy offset: sigmoid of it is the first probability to stay")
    inference: Literal["hard", "soft"] = Field("hard", description="one-hot rows or the expectation at inference")


AttentionConfig = Annotated[
    AdditiveConfig | LocationSensitiveConfig | StepwiseMonotonicConfig, Field(discriminator="kind")
]

Builder = Callable[[Any, int, int], Attention]


def _additive(config: AdditiveConfig, value_size: int, query_size: int) -> Attention:
    return ScoredAttention(AdditiveScore(value_size, query_size, config.hidden_size), Softmax())


def _location_sensitive(config: LocationSensitiveConfig, value_size: int, query_size: int) -> Attention:
    score = LocationSensitiveScore(value_size, query_size, config.hidden_size, config.n_filters, config.kernel_size)
    return ScoredAttention(score, Softmax())


def _stepwise_monotonic(config: StepwiseMonotonicConfig, value_size: int, query_size: int) -> Attention:
    score = AdditiveScore(value_size, query_size, config.hidden_size, config.offset)
    return ScoredAttention(score, StepwiseMonotonic(config.noise, config.inference))


MECHANISMS: dict[str, tuple[type[BaseModel], Builder]] = {
    "additive": (AdditiveConfig, _additive),
    "location_sensitive": (LocationSensitiveConfig, _location_sensitive),
    "stepwise_monotonic": (StepwiseMonotonicConfig, _stepwise_monotonic),
}
"""Name of a mechanism to its settings and its builder."""


def build_attention(config: BaseModel, value_size: int, query_size: int) -> Attention:
    """The mechanism that a recipe's `[attention]` table asks for.

    Args:
        config: one of the settings in `MECHANISMS`.
        value_size: E, size of an encoded symbol.
        query_size: Q, size of the decoder's query.

    Returns:
        A mechanism with fresh weights.

    Example:
        >>> attention = build_attention(StepwiseMonotonicConfig(), value_size=8, query_size=4)
        >>> attention.row_mass
        'one'
    """
    _, build = MECHANISMS[config.kind]  # type: ignore[attr-defined]
    return build(config, value_size, query_size)
