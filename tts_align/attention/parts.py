"""The tables `score` and `normalizer` of a recipe's `[attention]`, and how each is built."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from tts_align.attention.dynamic_convolution import DynamicConvolutionScore
from tts_align.attention.forward import Forward, ForwardWithAgent
from tts_align.attention.location import HybridScore, LocationScore, LocationSensitiveScore
from tts_align.attention.monotonic import Monotonic
from tts_align.attention.multiplicative import DotScore, GeneralScore
from tts_align.attention.normalizers import Inference, Normalizer, Softmax, StepwiseMonotonic
from tts_align.attention.scores import AdditiveScore, ConcatScore, ContentScore, Score
from tts_align.attention.settings import Filters, HiddenSize, Kernel, Settings
from tts_align.attention.soft import Sharpening, Smoothing, TopK, Windowing


class ScoreSettings(Settings):
    """A table `score`."""

    kind: str

    def build(self, value_size: int, query_size: int) -> Score:
        """The score with fresh weights."""
        raise NotImplementedError


class DotSettings(ScoreSettings):
    """Dot product; encoder and query must have the same size."""

    kind: Literal["dot"] = "dot"
    refused: ClassVar[dict[str, str]] = {"hidden_size": "A dot product has no hidden layer."}

    def build(self, value_size: int, query_size: int) -> Score:
        """The score."""
        return DotScore()


class GeneralSettings(ScoreSettings):
    """Dot product with projected symbols."""

    kind: Literal["general"] = "general"
    refused: ClassVar[dict[str, str]] = {"hidden_size": "Symbols are projected to the size of the query."}

    def build(self, value_size: int, query_size: int) -> Score:
        """The score."""
        return GeneralScore(value_size, query_size)


class ConcatSettings(ScoreSettings):
    """One hidden layer over query and symbol, without biases."""

    kind: Literal["concat"] = "concat"
    hidden_size: HiddenSize = 128

    def build(self, value_size: int, query_size: int) -> Score:
        """The score."""
        return ConcatScore(value_size, query_size, self.hidden_size)


class AdditiveSettings(ScoreSettings):
    """Additive energies with an offset."""

    kind: Literal["additive"] = "additive"
    hidden_size: HiddenSize = 128

    def build(self, value_size: int, query_size: int) -> Score:
        """The score."""
        return AdditiveScore(value_size, query_size, self.hidden_size)


class ContentSettings(ScoreSettings):
    """Content-based energies of Chorowski et al. 2015."""

    kind: Literal["content"] = "content"
    hidden_size: HiddenSize = 128

    def build(self, value_size: int, query_size: int) -> Score:
        """The score."""
        return ContentScore(value_size, query_size, self.hidden_size)


class LocationSettings(ScoreSettings):
    """Location-based energies of Chorowski et al. 2015."""

    kind: Literal["location"] = "location"
    hidden_size: HiddenSize = 128
    n_filters: Filters = 32
    kernel_size: Kernel = 31

    def build(self, value_size: int, query_size: int) -> Score:
        """The score."""
        return LocationScore(query_size, self.hidden_size, self.n_filters, self.kernel_size)


class HybridSettings(ScoreSettings):
    """Hybrid energies of Chorowski et al. 2015."""

    kind: Literal["hybrid"] = "hybrid"
    hidden_size: HiddenSize = 128
    n_filters: Filters = 32
    kernel_size: Kernel = 31

    def build(self, value_size: int, query_size: int) -> Score:
        """The score."""
        return HybridScore(value_size, query_size, self.hidden_size, self.n_filters, self.kernel_size)


class LocationSensitiveSettings(ScoreSettings):
    """Hybrid energies with cumulative weights; the defaults are those of Shen et al. 2018."""

    kind: Literal["location_sensitive"] = "location_sensitive"
    hidden_size: HiddenSize = 128
    n_filters: Filters = 32
    kernel_size: Kernel = 31

    def build(self, value_size: int, query_size: int) -> Score:
        """The score."""
        return LocationSensitiveScore(value_size, query_size, self.hidden_size, self.n_filters, self.kernel_size)


class DynamicConvolutionSettings(ScoreSettings):
    """Dynamic convolution; the defaults are those of Battenberg et al. 2020."""

    kind: Literal["dynamic_convolution"] = "dynamic_convolution"
    hidden_size: HiddenSize = 128
    n_filters: Filters = 8
    kernel_size: Kernel = 21
    prior_size: int = Field(11, ge=2, description="taps of the prior filter: the longest way in one step, plus one")
    prior_alpha: float = Field(0.1, gt=0, description="alpha of the prior's beta-binomial")
    prior_beta: float = Field(0.9, gt=0, description="beta of the prior's beta-binomial")

    def build(self, value_size: int, query_size: int) -> Score:
        """The score."""
        return DynamicConvolutionScore(
            query_size,
            self.hidden_size,
            self.n_filters,
            self.kernel_size,
            self.prior_size,
            self.prior_alpha,
            self.prior_beta,
        )


class NormalizerSettings(Settings):
    """A table `normalizer`."""

    kind: str
    inference: str

    def build(self, value_size: int, query_size: int) -> Normalizer:
        """The normalizer with fresh weights, if it has any."""
        raise NotImplementedError


class SoftmaxSettings(NormalizerSettings):
    """Softmax."""

    kind: Literal["softmax"] = "softmax"
    inference: Inference = "soft"

    def build(self, value_size: int, query_size: int) -> Normalizer:
        """The normalizer."""
        return Softmax(self.inference)


class SharpeningSettings(NormalizerSettings):
    """Softmax of larger energies."""

    kind: Literal["sharpening"] = "sharpening"
    inverse_temperature: float = Field(2.0, gt=0, description="factor of the energies, above 1 to sharpen")
    inference: Inference = "soft"

    def build(self, value_size: int, query_size: int) -> Normalizer:
        """The normalizer."""
        return Sharpening(self.inverse_temperature, self.inference)


class SmoothingSettings(NormalizerSettings):
    """Sigmoids over their sum."""

    kind: Literal["smoothing"] = "smoothing"
    inference: Inference = "soft"

    def build(self, value_size: int, query_size: int) -> Normalizer:
        """The normalizer."""
        return Smoothing(self.inference)


class WindowingSettings(NormalizerSettings):
    """Softmax near the median of the previous row."""

    kind: Literal["windowing"] = "windowing"
    width: int = Field(10, ge=1, description="symbols on each side of the previous row's median")
    inference: Inference = "soft"

    def build(self, value_size: int, query_size: int) -> Normalizer:
        """The normalizer."""
        return Windowing(self.width, self.inference)


class TopKSettings(NormalizerSettings):
    """Softmax over the best few."""

    kind: Literal["top_k"] = "top_k"
    k: int = Field(5, ge=1, description="symbols kept in each row")
    inference: Inference = "soft"

    def build(self, value_size: int, query_size: int) -> Normalizer:
        """The normalizer."""
        return TopK(self.k, self.inference)


class ForwardSettings(NormalizerSettings):
    """Forward attention."""

    kind: Literal["forward"] = "forward"
    inference: Inference = "soft"

    def build(self, value_size: int, query_size: int) -> Normalizer:
        """The normalizer."""
        return Forward(self.inference)


class ForwardWithAgentSettings(NormalizerSettings):
    """Forward attention with a transition agent."""

    kind: Literal["forward_with_agent"] = "forward_with_agent"
    inference: Inference = "soft"

    def build(self, value_size: int, query_size: int) -> Normalizer:
        """The normalizer."""
        return ForwardWithAgent(value_size, query_size, self.inference)


class StoppingSettings(NormalizerSettings):
    """A normalizer that takes each energy as the logit of a probability to stop or stay at a symbol."""

    noise: float = Field(1.5, ge=0, description="standard deviation of the noise on the energies while training")
    offset: float = Field(3.5, description="initial energy offset: sigmoid of it is the first probability to stay")


class MonotonicSettings(StoppingSettings):
    """Monotonic attention."""

    kind: Literal["monotonic"] = "monotonic"
    noise: float = Field(1.0, ge=0, description="standard deviation of the noise on the energies while training")
    inference: Literal["hard", "bernoulli", "soft"] = "hard"

    def build(self, value_size: int, query_size: int) -> Normalizer:
        """The normalizer."""
        return Monotonic(self.noise, self.inference)


class StepwiseSettings(StoppingSettings):
    """Stepwise monotonic attention."""

    kind: Literal["stepwise_monotonic"] = "stepwise_monotonic"
    inference: Inference = "hard"

    def build(self, value_size: int, query_size: int) -> Normalizer:
        """The normalizer."""
        return StepwiseMonotonic(self.noise, self.inference)


def _as_table(value: Any) -> Any:
    """`score = "hybrid"` is short for `score = {kind = "hybrid"}`."""
    return {"kind": value} if isinstance(value, str) else value


ScoreTable = Annotated[
    DotSettings
    | GeneralSettings
    | ConcatSettings
    | AdditiveSettings
    | ContentSettings
    | LocationSettings
    | HybridSettings
    | LocationSensitiveSettings
    | DynamicConvolutionSettings,
    Field(discriminator="kind"),
    BeforeValidator(_as_table),
]
NormalizerTable = Annotated[
    SoftmaxSettings
    | SharpeningSettings
    | SmoothingSettings
    | WindowingSettings
    | TopKSettings
    | MonotonicSettings
    | StepwiseSettings
    | ForwardSettings
    | ForwardWithAgentSettings,
    Field(discriminator="kind"),
    BeforeValidator(_as_table),
]
SCORES: dict[str, type[ScoreSettings]] = {
    settings.model_fields["kind"].default: settings for settings in ScoreSettings.__subclasses__()
}
"""Name of a score to its settings."""
NORMALIZERS: dict[str, type[NormalizerSettings]] = {
    settings.model_fields["kind"].default: settings
    for settings in (*NormalizerSettings.__subclasses__(), *StoppingSettings.__subclasses__())
    if settings is not StoppingSettings
}
"""Name of a normalizer to its settings."""
PARTS: dict[str, dict[str, type[ScoreSettings]] | dict[str, type[NormalizerSettings]]] = {
    "score": SCORES,
    "normalizer": NORMALIZERS,
}
"""Name of a part of `kind = "scored"` to what can stand there."""
