"""Settings of the pairs of a score and a normalizer that the literature has a name for."""

from typing import ClassVar, Literal

from pydantic import Field

from tts_align.attention.normalizers import Inference
from tts_align.attention.settings.base import Filters, HiddenSize, Kernel, SoftOrHard
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
    """A pair that the literature has a name for."""

    refused: ClassVar[dict[str, str]] = {"score": _OWN_PARTS, "normalizer": _OWN_PARTS}


class DotConfig(NamedPair):
    """Settings of dot-product attention (Luong, Pham, Manning 2015)."""

    kind: Literal["dot"] = "dot"
    inference: SoftOrHard = "soft"

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """Dot and softmax."""
        return DotSettings(), SoftmaxSettings(inference=self.inference)


class GeneralConfig(NamedPair):
    """Settings of general attention (Luong, Pham, Manning 2015)."""

    kind: Literal["general"] = "general"
    inference: SoftOrHard = "soft"

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """General and softmax."""
        return GeneralSettings(), SoftmaxSettings(inference=self.inference)


class ConcatConfig(NamedPair):
    """Settings of concat attention (Luong, Pham, Manning 2015)."""

    kind: Literal["concat"] = "concat"
    hidden_size: HiddenSize = 128
    inference: SoftOrHard = "soft"

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """Concat and softmax."""
        return ConcatSettings(hidden_size=self.hidden_size), SoftmaxSettings(inference=self.inference)


class AdditiveConfig(NamedPair):
    """Settings of additive, content-based attention (Bahdanau, Cho, Bengio 2015): it does not know where it was."""

    kind: Literal["additive"] = "additive"
    hidden_size: HiddenSize = 128
    inference: SoftOrHard = "soft"

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """Additive and softmax."""
        return AdditiveSettings(hidden_size=self.hidden_size), SoftmaxSettings(inference=self.inference)


class ContentConfig(NamedPair):
    """Settings of content-based attention (Chorowski et al. 2015)."""

    kind: Literal["content"] = "content"
    hidden_size: HiddenSize = 128
    inference: SoftOrHard = "soft"

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """Content and softmax."""
        return ContentSettings(hidden_size=self.hidden_size), SoftmaxSettings(inference=self.inference)


class _FilteredPair(NamedPair):
    hidden_size: HiddenSize = 128
    n_filters: Filters = 32
    kernel_size: Kernel = 31
    inference: SoftOrHard = "soft"


class LocationConfig(_FilteredPair):
    """Settings of location-based attention (Chorowski et al. 2015)."""

    kind: Literal["location"] = "location"

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """Location and softmax."""
        score = LocationSettings(hidden_size=self.hidden_size, n_filters=self.n_filters, kernel_size=self.kernel_size)
        return score, SoftmaxSettings(inference=self.inference)


class HybridConfig(_FilteredPair):
    """Settings of hybrid attention (Chorowski et al. 2015)."""

    kind: Literal["hybrid"] = "hybrid"

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """Hybrid and softmax."""
        score = HybridSettings(hidden_size=self.hidden_size, n_filters=self.n_filters, kernel_size=self.kernel_size)
        return score, SoftmaxSettings(inference=self.inference)


class LocationSensitiveConfig(_FilteredPair):
    """Settings of location-sensitive attention; the defaults are those of Shen et al. 2018."""

    kind: Literal["location_sensitive"] = "location_sensitive"

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """Location-sensitive and softmax."""
        score = LocationSensitiveSettings(
            hidden_size=self.hidden_size, n_filters=self.n_filters, kernel_size=self.kernel_size
        )
        return score, SoftmaxSettings(inference=self.inference)


class DynamicConvolutionConfig(NamedPair):
    """Settings of dynamic convolution attention; the defaults are those of Battenberg et al. 2020."""

    kind: Literal["dynamic_convolution"] = "dynamic_convolution"
    hidden_size: HiddenSize = 128
    n_filters: Filters = 8
    kernel_size: Kernel = 21
    prior_size: int = Field(11, ge=2, description="taps of the prior filter: the longest way in one step, plus one")
    prior_alpha: float = Field(0.1, gt=0, description="alpha of the prior's beta-binomial")
    prior_beta: float = Field(0.9, gt=0, description="beta of the prior's beta-binomial")
    inference: SoftOrHard = "soft"

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """Dynamic convolution and softmax."""
        own = self.model_dump(exclude={"kind", "inference", "window"})
        return DynamicConvolutionSettings(**own), SoftmaxSettings(inference=self.inference)


class MonotonicConfig(NamedPair):
    """Settings of monotonic attention (Raffel et al. 2017)."""

    kind: Literal["monotonic"] = "monotonic"
    hidden_size: HiddenSize = 128
    noise: float = Field(1.0, ge=0, description="standard deviation of the noise on the energies while training")
    offset: float = Field(3.5, description="initial energy offset: sigmoid of it is the first probability to stop")
    inference: Literal["hard", "bernoulli", "soft"] = Field(
        "hard", description="while speaking: stop where p > 0.5, draw lots, or take the expectation"
    )

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """Additive and monotonic."""
        normalizer = MonotonicSettings(noise=self.noise, offset=self.offset, inference=self.inference)
        return AdditiveSettings(hidden_size=self.hidden_size), normalizer


class StepwiseMonotonicConfig(NamedPair):
    """Settings of stepwise monotonic attention (He, Deng, He 2019)."""

    kind: Literal["stepwise_monotonic"] = "stepwise_monotonic"
    hidden_size: HiddenSize = 128
    noise: float = Field(1.5, ge=0, description="standard deviation of the noise on the energies while training")
    offset: float = Field(3.5, description="initial energy offset: sigmoid of it is the first probability to stay")
    inference: Inference = Field("hard", description="one-hot rows or the expectation at inference")

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """Additive and stepwise monotonic."""
        normalizer = StepwiseSettings(noise=self.noise, offset=self.offset, inference=self.inference)
        return AdditiveSettings(hidden_size=self.hidden_size), normalizer


class ForwardConfig(NamedPair):
    """Settings of forward attention (Zhang, Ling, Dai 2018)."""

    kind: Literal["forward"] = "forward"
    hidden_size: HiddenSize = 128
    inference: SoftOrHard = "soft"

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """Content and forward."""
        return ContentSettings(hidden_size=self.hidden_size), ForwardSettings(inference=self.inference)


class ForwardWithAgentConfig(NamedPair):
    """Settings of forward attention with a transition agent (Zhang, Ling, Dai 2018)."""

    kind: Literal["forward_with_agent"] = "forward_with_agent"
    hidden_size: HiddenSize = 128
    inference: SoftOrHard = "soft"

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """Content and forward with an agent."""
        return ContentSettings(hidden_size=self.hidden_size), ForwardWithAgentSettings(inference=self.inference)
