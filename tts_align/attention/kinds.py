"""The settings of every mechanism that a recipe's `[attention] kind` can name, and what each is made of."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from torch import nn

from tts_align.attention.baselines import FixedContext, Oracle
from tts_align.attention.contract import Attention
from tts_align.attention.mixture import MIXTURE_FORMS, MixtureAttention
from tts_align.attention.normalizers import Inference
from tts_align.attention.parts import (
    AdditiveSettings,
    ConcatSettings,
    ContentSettings,
    DotSettings,
    DynamicConvolutionSettings,
    ForwardSettings,
    ForwardWithAgentSettings,
    GeneralSettings,
    HybridSettings,
    LocationSensitiveSettings,
    LocationSettings,
    MonotonicSettings,
    NormalizerSettings,
    NormalizerTable,
    ScoreSettings,
    ScoreTable,
    SoftmaxSettings,
    StepwiseSettings,
    StoppingSettings,
    WindowingSettings,
)
from tts_align.attention.scored import ScoredAttention
from tts_align.attention.scores import AdditiveScore, OffsetScore
from tts_align.attention.settings import Filters, HiddenSize, Kernel, Settings, does_not_fit

_OWN_PARTS = 'This kind has its own; take kind = "scored" to put a score and a normalizer together.'
_NO_WINDOW = "There are no energies to compute fewer of: each row comes from a few numbers, and costs little."
_SoftOrHard = Annotated[
    Inference, Field(description="while speaking: rows as in training, or one-hot at their highest symbol")
]


class Mechanism(Settings):
    """A table `[attention]`."""

    kind: str

    def check_sizes(self, value_size: int, query_size: int) -> None:
        """Raises a complaint if the mechanism cannot be built for symbols and queries of these sizes."""

    def build(self, value_size: int, query_size: int) -> Attention:
        """The mechanism with fresh weights."""
        raise NotImplementedError


class Pair(Mechanism):
    """A score times a normalizer."""

    window: int = Field(0, ge=0, description="while speaking: symbols looked at on each side of the last; 0: all")

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """What it is made of."""
        raise NotImplementedError

    def check_sizes(self, value_size: int, query_size: int) -> None:
        """A dot product needs equal sizes."""
        if isinstance(self.parts()[0], DotSettings) and value_size != query_size:
            raise does_not_fit(
                "encoder.output_size = decoder.attention_lstm_size, for a dot product of the two",
                f"{value_size} and {query_size}",
                "Make them equal, or take the score `general`.",
            )

    def build(self, value_size: int, query_size: int) -> Attention:
        """The pair; a normalizer that takes energies for probabilities gets them with an offset."""
        score_settings, normalizer_settings = self.parts()
        score = score_settings.build(value_size, query_size)
        if isinstance(normalizer_settings, StoppingSettings):
            if isinstance(score, AdditiveScore):  # it has an offset of its own
                nn.init.constant_(score.vector.bias, normalizer_settings.offset)
            else:
                score = OffsetScore(score, normalizer_settings.offset)
        return ScoredAttention(score, normalizer_settings.build(value_size, query_size), self.window)


class ScoredConfig(Pair):
    """Any score with any normalizer."""

    kind: Literal["scored"] = "scored"
    score: ScoreTable = ContentSettings()
    normalizer: NormalizerTable = SoftmaxSettings()
    refused: ClassVar[dict[str, str]] = {
        "inference": "It belongs into the table `normalizer`.",
        "noise": "It belongs into the table `normalizer`.",
        "offset": "It belongs into the table `normalizer`.",
        "hidden_size": "It belongs into the table `score`.",
    }

    @model_validator(mode="after")
    def _fits(self) -> "ScoredConfig":
        score, normalizer = self.score.kind, self.normalizer.kind
        if score == "dynamic_convolution" and normalizer in ("smoothing", "monotonic", "stepwise_monotonic"):
            raise does_not_fit(
                "a normalizer of the softmax family with the score dynamic_convolution",
                repr(normalizer),
                "Its energies hold the logarithm of a prior, which is no logit: their sigmoid would hardly pass 0.5.",
            )
        if isinstance(self.normalizer, WindowingSettings) and 0 < self.window < self.normalizer.width:
            raise does_not_fit(
                f"a window of at least normalizer.width = {self.normalizer.width} symbols",
                f"window = {self.window}",
                "Speaking would look at less than training does; widen the window or leave it out.",
            )
        return self

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """The two tables."""
        return self.score, self.normalizer


class NamedPair(Pair):
    """A pair that the literature has a name for."""

    refused: ClassVar[dict[str, str]] = {"score": _OWN_PARTS, "normalizer": _OWN_PARTS}


class DotConfig(NamedPair):
    """Settings of dot-product attention (Luong, Pham, Manning 2015)."""

    kind: Literal["dot"] = "dot"
    inference: _SoftOrHard = "soft"

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """Dot and softmax."""
        return DotSettings(), SoftmaxSettings(inference=self.inference)


class GeneralConfig(NamedPair):
    """Settings of general attention (Luong, Pham, Manning 2015)."""

    kind: Literal["general"] = "general"
    inference: _SoftOrHard = "soft"

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """General and softmax."""
        return GeneralSettings(), SoftmaxSettings(inference=self.inference)


class ConcatConfig(NamedPair):
    """Settings of concat attention (Luong, Pham, Manning 2015)."""

    kind: Literal["concat"] = "concat"
    hidden_size: HiddenSize = 128
    inference: _SoftOrHard = "soft"

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """Concat and softmax."""
        return ConcatSettings(hidden_size=self.hidden_size), SoftmaxSettings(inference=self.inference)


class AdditiveConfig(NamedPair):
    """Settings of additive, content-based attention (Bahdanau, Cho, Bengio 2015): it does not know where it was."""

    kind: Literal["additive"] = "additive"
    hidden_size: HiddenSize = 128
    inference: _SoftOrHard = "soft"

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """Additive and softmax."""
        return AdditiveSettings(hidden_size=self.hidden_size), SoftmaxSettings(inference=self.inference)


class ContentConfig(NamedPair):
    """Settings of content-based attention (Chorowski et al. 2015)."""

    kind: Literal["content"] = "content"
    hidden_size: HiddenSize = 128
    inference: _SoftOrHard = "soft"

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """Content and softmax."""
        return ContentSettings(hidden_size=self.hidden_size), SoftmaxSettings(inference=self.inference)


class _FilteredPair(NamedPair):
    hidden_size: HiddenSize = 128
    n_filters: Filters = 32
    kernel_size: Kernel = 31
    inference: _SoftOrHard = "soft"


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
    inference: _SoftOrHard = "soft"

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
    inference: _SoftOrHard = "soft"

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """Content and forward."""
        return ContentSettings(hidden_size=self.hidden_size), ForwardSettings(inference=self.inference)


class ForwardWithAgentConfig(NamedPair):
    """Settings of forward attention with a transition agent (Zhang, Ling, Dai 2018)."""

    kind: Literal["forward_with_agent"] = "forward_with_agent"
    hidden_size: HiddenSize = 128
    inference: _SoftOrHard = "soft"

    def parts(self) -> tuple[ScoreSettings, NormalizerSettings]:
        """Content and forward with an agent."""
        return ContentSettings(hidden_size=self.hidden_size), ForwardWithAgentSettings(inference=self.inference)


class _MixtureConfig(Mechanism):
    hidden_size: HiddenSize = 128
    n_components: int = Field(5, ge=1, description="G, bells in the mixture")
    initial_advance: float = Field(0.4, gt=0, description="symbols per decoder step where training begins")
    initial_width: float = Field(10.0, gt=0, description="standard deviation of a bell, in symbols, at the beginning")
    inference: _SoftOrHard = "soft"
    form: ClassVar[str]
    refused: ClassVar[dict[str, str]] = {
        "window": _NO_WINDOW,
        "score": "A mixture has no energies: its bells are placed by the query alone.",
        "normalizer": "A mixture has no energies to normalize.",
    }

    def build(self, value_size: int, query_size: int) -> Attention:
        """The mixture."""
        return MixtureAttention(
            query_size,
            self.hidden_size,
            self.n_components,
            MIXTURE_FORMS[self.form],
            self.initial_advance,
            self.initial_width,
            self.inference,
        )


class GmmV0Config(_MixtureConfig):
    """Settings of mixture attention (Graves 2013)."""

    kind: Literal["gmm_v0"] = "gmm_v0"
    form: ClassVar[str] = "v0"


class GmmV1Config(_MixtureConfig):
    """Settings of normalized mixture attention (Battenberg et al. 2020, v1)."""

    kind: Literal["gmm_v1"] = "gmm_v1"
    form: ClassVar[str] = "v1"


class GmmV2Config(_MixtureConfig):
    """Settings of mixture attention with softplus steps and widths (Battenberg et al. 2020, v2)."""

    kind: Literal["gmm_v2"] = "gmm_v2"
    form: ClassVar[str] = "v2"


class FixedContextConfig(Mechanism):
    """Settings of the sequence-to-sequence model without attention."""

    kind: Literal["fixed_context"] = "fixed_context"
    weights: Literal["mean", "last"] = Field("mean", description="the mean of all symbols, or the last one alone")
    refused: ClassVar[dict[str, str]] = {
        "window": _NO_WINDOW,
        "score": "Its rows are always the same.",
        "normalizer": "Its rows are always the same.",
        "inference": "Its rows are always the same.",
    }

    def build(self, value_size: int, query_size: int) -> Attention:
        """The baseline."""
        return FixedContext(self.weights)


class OracleConfig(Mechanism):
    """Settings of the rows that follow true durations."""

    kind: Literal["oracle"] = "oracle"
    inference: _SoftOrHard = "soft"
    refused: ClassVar[dict[str, str]] = {
        "window": _NO_WINDOW,
        "score": "Its rows come from the true durations.",
        "normalizer": "Its rows come from the true durations.",
    }

    def build(self, value_size: int, query_size: int) -> Attention:
        """The oracle."""
        return Oracle(self.inference)
