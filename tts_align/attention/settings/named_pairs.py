"""Settings of the pairs of a score and a normalizer that the literature has a name for."""

from typing import ClassVar, Literal

from pydantic import Field

from tts_align.attention.normalizers import Inference
from tts_align.attention.settings.base import DynamicSizes, FilterSizes, HiddenSizes, SoftOrHard
from tts_align.attention.settings.normalizers import (
    ForwardSettings,
    ForwardWithAgentSettings,
    MonotonicSettings,
    NormalizerSettings,
    SoftmaxSettings,
    StepwiseSettings,
)
from tts_align.attention.settings.pairs import Pair
from tts_align.attention.settings.scores import (
    AdditiveSettings,
    ConcatSettings,
    ContentSettings,
    DotSettings,
    DynamicConvolutionSettings,
    GeneralSettings,
    HybridSettings,
    LocationSensitiveSettings,
    LocationSettings,
    ScoreSettings,
)

_OWN_PARTS = 'This kind has its own; take kind = "scored" to put a score and a normalizer together.'


class NamedPair(Pair):
    """A pair that the literature has a name for; it has the keys of both of its parts in one table.

    Attributes:
        of: settings of its score and of its normalizer.
    """

    refused: ClassVar[dict[str, str]] = {"score": _OWN_PARTS, "normalizer": _OWN_PARTS}
    of: ClassVar[tuple[type[ScoreSettings], type[NormalizerSettings]]]

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """The two, each with its keys."""
        table = self.model_dump(exclude={"kind", "window"})
        score, normalizer = ({key: table[key] for key in table.keys() & part.model_fields.keys()} for part in self.of)
        return self.of[0](**score), self.of[1](**normalizer)


class DotConfig(NamedPair):
    """Settings of dot-product attention (Luong, Pham, Manning 2015)."""

    of = DotSettings, SoftmaxSettings
    kind: Literal["dot"] = "dot"
    inference: SoftOrHard = "soft"


class GeneralConfig(NamedPair):
    """Settings of general attention (Luong, Pham, Manning 2015)."""

    of = GeneralSettings, SoftmaxSettings
    kind: Literal["general"] = "general"
    inference: SoftOrHard = "soft"


class ConcatConfig(HiddenSizes, NamedPair):
    """Settings of concat attention (Luong, Pham, Manning 2015)."""

    of = ConcatSettings, SoftmaxSettings
    kind: Literal["concat"] = "concat"
    inference: SoftOrHard = "soft"


class AdditiveConfig(HiddenSizes, NamedPair):
    """Settings of additive, content-based attention (Bahdanau, Cho, Bengio 2015): it does not know where it was."""

    of = AdditiveSettings, SoftmaxSettings
    kind: Literal["additive"] = "additive"
    inference: SoftOrHard = "soft"


class ContentConfig(HiddenSizes, NamedPair):
    """Settings of content-based attention (Chorowski et al. 2015)."""

    of = ContentSettings, SoftmaxSettings
    kind: Literal["content"] = "content"
    inference: SoftOrHard = "soft"


class LocationConfig(FilterSizes, NamedPair):
    """Settings of location-based attention (Chorowski et al. 2015)."""

    of = LocationSettings, SoftmaxSettings
    kind: Literal["location"] = "location"
    inference: SoftOrHard = "soft"


class HybridConfig(FilterSizes, NamedPair):
    """Settings of hybrid attention (Chorowski et al. 2015)."""

    of = HybridSettings, SoftmaxSettings
    kind: Literal["hybrid"] = "hybrid"
    inference: SoftOrHard = "soft"


class LocationSensitiveConfig(FilterSizes, NamedPair):
    """Settings of location-sensitive attention; the defaults are those of Shen et al. 2018."""

    of = LocationSensitiveSettings, SoftmaxSettings
    kind: Literal["location_sensitive"] = "location_sensitive"
    inference: SoftOrHard = "soft"


class DynamicConvolutionConfig(DynamicSizes, NamedPair):
    """Settings of dynamic convolution attention (Battenberg et al. 2020)."""

    of = DynamicConvolutionSettings, SoftmaxSettings
    kind: Literal["dynamic_convolution"] = "dynamic_convolution"
    inference: SoftOrHard = "soft"


class MonotonicConfig(HiddenSizes, NamedPair):
    """Settings of monotonic attention (Raffel et al. 2017)."""

    of = AdditiveSettings, MonotonicSettings
    kind: Literal["monotonic"] = "monotonic"
    noise: float = Field(1.0, ge=0, description="standard deviation of the noise on the energies while training")
    offset: float = Field(3.5, description="initial energy offset: sigmoid of it is the first probability to stop")
    inference: Literal["hard", "bernoulli", "soft"] = Field(
        "hard", description="while speaking: stop where p > 0.5, draw lots, or take the expectation"
    )


class StepwiseMonotonicConfig(HiddenSizes, NamedPair):
    """Settings of stepwise monotonic attention (He, Deng, He 2019)."""

    of = AdditiveSettings, StepwiseSettings
    kind: Literal["stepwise_monotonic"] = "stepwise_monotonic"
    noise: float = Field(1.5, ge=0, description="standard deviation of the noise on the energies while training")
    offset: float = Field(3.5, description="initial energy offset: sigmoid of it is the first probability to stay")
    inference: Inference = Field("hard", description="one-hot rows or the expectation at inference")
    longest_stay: int = Field(0, ge=0, description="most steps on a symbol while deciding hard; 0: no limit")


class ForwardConfig(HiddenSizes, NamedPair):
    """Settings of forward attention (Zhang, Ling, Dai 2018)."""

    of = ContentSettings, ForwardSettings
    kind: Literal["forward"] = "forward"
    inference: SoftOrHard = "soft"


class ForwardWithAgentConfig(HiddenSizes, NamedPair):
    """Settings of forward attention with a transition agent (Zhang, Ling, Dai 2018)."""

    of = ContentSettings, ForwardWithAgentSettings
    kind: Literal["forward_with_agent"] = "forward_with_agent"
    inference: SoftOrHard = "soft"
