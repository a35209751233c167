"""Pairs of a score and a normalizer: what they have in common, and the one that is put together freely."""

from typing import ClassVar, Literal

from pydantic import Field, model_validator
from torch import nn

from tts_align.attention.contract import Attention
from tts_align.attention.scored import ScoredAttention
from tts_align.attention.scores import AdditiveScore, OffsetScore
from tts_align.attention.settings.base import Mechanism, does_not_fit
from tts_align.attention.settings.normalizers import (
    NORMALIZERS,
    NormalizerSettings,
    NormalizerTable,
    SoftmaxSettings,
    StoppingSettings,
    WindowingSettings,
)
from tts_align.attention.settings.scores import SCORES, ContentSettings, DotSettings, ScoreSettings, ScoreTable


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


PARTS: dict[str, dict[str, type[ScoreSettings]] | dict[str, type[NormalizerSettings]]] = {
    "score": SCORES,
    "normalizer": NORMALIZERS,
}
"""Name of a part of `kind = "scored"` to what can stand there."""
