"""Settings of the mechanisms that are no pair of a score and a normalizer: mixtures and baselines."""

from typing import ClassVar, Literal

from pydantic import Field

from tts_align.attention.baselines import FixedContext, Oracle
from tts_align.attention.contract import Attention
from tts_align.attention.mixture import MIXTURE_FORMS, MixtureAttention
from tts_align.attention.settings.base import HiddenSizes, Mechanism, SoftOrHard

_NO_WINDOW = "There are no energies to compute fewer of: each row comes from a few numbers, and costs little."


class _MixtureConfig(HiddenSizes, Mechanism):
    n_components: int = Field(5, ge=1, description="G, bells in the mixture")
    initial_advance: float = Field(0.4, gt=0, description="symbols per decoder step where training begins")
    initial_width: float = Field(10.0, gt=0, description="standard deviation of a bell, in symbols, at the beginning")
    inference: SoftOrHard = "soft"
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
    needs_durations: ClassVar[bool] = True
    inference: SoftOrHard = "soft"
    refused: ClassVar[dict[str, str]] = {
        "window": _NO_WINDOW,
        "score": "Its rows come from the true durations.",
        "normalizer": "Its rows come from the true durations.",
    }

    def build(self, value_size: int, query_size: int) -> Attention:
        """The oracle."""
        return Oracle(self.inference)
