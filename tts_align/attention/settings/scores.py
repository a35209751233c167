"""The table `score` of a recipe's `[attention]`, and how each score is built."""

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field

from tts_align.attention.dynamic_convolution import DynamicConvolutionScore
from tts_align.attention.location import HybridScore, LocationScore, LocationSensitiveScore
from tts_align.attention.multiplicative import DotScore, GeneralScore
from tts_align.attention.scores import AdditiveScore, ConcatScore, ContentScore, Score
from tts_align.attention.settings.base import DynamicSizes, FilterSizes, HiddenSizes, Settings, as_table


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


class ConcatSettings(HiddenSizes, ScoreSettings):
    """One hidden layer over query and symbol, without biases."""

    kind: Literal["concat"] = "concat"

    def build(self, value_size: int, query_size: int) -> Score:
        """The score."""
        return ConcatScore(value_size, query_size, self.hidden_size)


class AdditiveSettings(HiddenSizes, ScoreSettings):
    """Additive energies with an offset."""

    kind: Literal["additive"] = "additive"

    def build(self, value_size: int, query_size: int) -> Score:
        """The score."""
        return AdditiveScore(value_size, query_size, self.hidden_size)


class ContentSettings(HiddenSizes, ScoreSettings):
    """Content-based energies of Chorowski et al. 2015."""

    kind: Literal["content"] = "content"

    def build(self, value_size: int, query_size: int) -> Score:
        """The score."""
        return ContentScore(value_size, query_size, self.hidden_size)


class LocationSettings(FilterSizes, ScoreSettings):
    """Location-based energies of Chorowski et al. 2015."""

    kind: Literal["location"] = "location"

    def build(self, value_size: int, query_size: int) -> Score:
        """The score."""
        return LocationScore(query_size, self.hidden_size, self.n_filters, self.kernel_size)


class HybridSettings(FilterSizes, ScoreSettings):
    """Hybrid energies of Chorowski et al. 2015."""

    kind: Literal["hybrid"] = "hybrid"

    def build(self, value_size: int, query_size: int) -> Score:
        """The score."""
        return HybridScore(value_size, query_size, self.hidden_size, self.n_filters, self.kernel_size)


class LocationSensitiveSettings(FilterSizes, ScoreSettings):
    """Hybrid energies with cumulative weights; the defaults are those of Shen et al. 2018."""

    kind: Literal["location_sensitive"] = "location_sensitive"

    def build(self, value_size: int, query_size: int) -> Score:
        """The score."""
        return LocationSensitiveScore(value_size, query_size, self.hidden_size, self.n_filters, self.kernel_size)


class DynamicConvolutionSettings(DynamicSizes, ScoreSettings):
    """Dynamic convolution."""

    kind: Literal["dynamic_convolution"] = "dynamic_convolution"

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
    BeforeValidator(as_table),
]
SCORES: dict[str, type[ScoreSettings]] = {
    settings.model_fields["kind"].default: settings for settings in ScoreSettings.__subclasses__()
}
"""Name of a score to its settings."""
