"""Which mechanisms there are: a name, its settings, and how it is built."""

from collections.abc import Callable
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Field
from pydantic_core import PydanticCustomError

from tts_align.attention.contract import Attention
from tts_align.attention.named_settings import (
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
from tts_align.attention.other_settings import (
    FixedContextConfig,
    GmmV0Config,
    GmmV1Config,
    GmmV2Config,
    OracleConfig,
)
from tts_align.attention.pair_settings import ScoredConfig
from tts_align.attention.settings import Even as Even
from tts_align.attention.settings import Mechanism
from tts_align.attention.settings import Odd as Odd
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

Builder = Callable[[Any, int, int], Attention]

MECHANISMS: dict[str, tuple[type[Mechanism], Builder]] = {
    settings.model_fields["kind"].default: (settings, settings.build)
    for settings in get_args(get_args(AttentionConfig)[0])
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

    Raises:
        RecipeError: the mechanism cannot be built for these sizes.

    Example:
        >>> attention = build_attention(StepwiseMonotonicConfig(), value_size=8, query_size=4)
        >>> attention.row_mass
        'one'
    """
    _, build = MECHANISMS[config.kind]  # type: ignore[attr-defined]
    try:
        config.check_sizes(value_size, query_size)  # type: ignore[attr-defined]
    except PydanticCustomError as error:
        raise RecipeError(where=f"attention kind {config.kind}", **(error.context or {})) from error  # type: ignore[attr-defined]
    return build(config, value_size, query_size)
