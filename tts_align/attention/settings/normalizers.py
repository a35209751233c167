"""The table `normalizer` of a recipe's `[attention]`, and how each normalizer is built."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from tts_align.attention.forward import Forward, ForwardWithAgent
from tts_align.attention.monotonic import Monotonic
from tts_align.attention.normalizers import Inference, Normalizer, Softmax, StepwiseMonotonic
from tts_align.attention.settings.base import Settings, as_table
from tts_align.attention.soft import Sharpening, Smoothing, TopK, Windowing


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
    longest_stay: int = Field(0, ge=0, description="most steps on a symbol while deciding hard; 0: no limit")

    def build(self, value_size: int, query_size: int) -> Normalizer:
        """The normalizer."""
        return StepwiseMonotonic(self.noise, self.inference, self.longest_stay)


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
    BeforeValidator(as_table),
]
NORMALIZERS: dict[str, type[NormalizerSettings]] = {
    settings.model_fields["kind"].default: settings
    for settings in (*NormalizerSettings.__subclasses__(), *StoppingSettings.__subclasses__())
    if settings is not StoppingSettings
}
"""Name of a normalizer to its settings."""
