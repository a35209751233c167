"""Which mechanisms there are: a name and its settings, and the door through which all of them are built."""

from typing import Annotated, get_args

from pydantic import Field
from pydantic_core import PydanticCustomError

from tts_align.attention.contract import Attention
from tts_align.attention.settings.base import Mechanism
from tts_align.attention.settings.named_pairs import (
    AdditiveConfig,
    ConcatConfig,
    ContentConfig,
    DotConfig,
    DynamicConvolutionConfig,
    ForwardConfig,
    ForwardWithAgentConfig,
    GeneralConfig,
    HybridConfig,
    LocationConfig,
    LocationSensitiveConfig,
    MonotonicConfig,
    StepwiseMonotonicConfig,
)
from tts_align.attention.settings.pairs import ScoredConfig
from tts_align.attention.settings.without_energies import (
    FixedContextConfig,
    GmmV0Config,
    GmmV1Config,
    GmmV2Config,
    OracleConfig,
)
from tts_align.errors import RecipeError

AttentionConfig = Annotated[
    DotConfig
    | GeneralConfig
    | ConcatConfig
    | AdditiveConfig
    | ContentConfig
    | LocationConfig
    | HybridConfig
    | LocationSensitiveConfig
    | DynamicConvolutionConfig
    | MonotonicConfig
    | StepwiseMonotonicConfig
    | ForwardConfig
    | ForwardWithAgentConfig
    | GmmV0Config
    | GmmV1Config
    | GmmV2Config
    | FixedContextConfig
    | OracleConfig
    | ScoredConfig,
    Field(discriminator="kind"),
]

MECHANISMS: dict[str, type[Mechanism]] = {
    settings.model_fields["kind"].default: settings for settings in get_args(get_args(AttentionConfig)[0])
}
"""Name of a mechanism to its settings."""


def build_attention(config: Mechanism, value_size: int, query_size: int) -> Attention:
    """The mechanism that a recipe's `[attention]` table asks for.

    Args:
        config: one of the settings in `MECHANISMS`.
        value_size: E, size of an encoded symbol.
        query_size: Q, size of the decoder's query.

    Returns:
        A mechanism with fresh weights.

    Raises:
        RecipeError: the mechanism cannot be built for these sizes.

    Example:
        >>> attention = build_attention(StepwiseMonotonicConfig(), value_size=8, query_size=4)
        >>> attention.row_mass
        'one'
    """
    try:
        config.check_sizes(value_size, query_size)
    except PydanticCustomError as error:
        raise RecipeError(where=f"attention kind {config.kind}", **(error.context or {})) from error
    return config.build(value_size, query_size)
