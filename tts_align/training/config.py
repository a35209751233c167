"""Settings of a training run."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator


class TrainingConfig(BaseModel):
    """How long, how fast and on what a model is trained."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    seed: int = Field(
        1, ge=0, lt=2**63, description="of the first weights, the order of the batches, dropout and noise"
    )
    updates: int = Field(50_000, ge=1, description="updates in all")
    batch_size: int = Field(32, ge=1, description="most utterances in a batch, over all processes")
    max_frames: int = Field(30_000, ge=1, description="most padded frames in a batch, over all processes")

    learning_rate: float = Field(1e-3, gt=0, description="highest learning rate of Adam")
    warmup_updates: int = Field(100, ge=0, description="updates over which the learning rate rises from zero")
    decay_after: int = Field(10_000, ge=0, description="update after which the learning rate falls")
    halve_every: int = Field(10_000, ge=1, description="updates in which it then halves")
    min_learning_rate: float = Field(1e-5, ge=0, description="where it stops falling")
    clip_norm: float = Field(1.0, gt=0, description="largest norm of the gradient")
    weight_decay: float = Field(1e-6, ge=0, description="L2 penalty of Adam")

    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="of products in the forward and backward pass; auto: bfloat16 on a GPU, float32 elsewhere"
    )
    stop_weight: float = Field(0.5, ge=0, description="weight of the stop gate's loss")
    guided_weight: float = Field(1.0, ge=0, description="weight of the guided attention loss; 0 leaves it out")
    guided_width: float = Field(0.3, gt=0, description="g, width of the band along the diagonal")

    sampled_share: float = Field(0.0, ge=0, le=1, description="share of steps that hear the model's own frames")
    sampled_from: int = Field(0, ge=0, description="update from which that share rises from zero")
    sampled_until: int = Field(0, ge=0, validate_default=True, description="update by which it has risen, evenly")

    validate_every: int = Field(250, ge=1, description="updates between validations")
    n_spoken: int = Field(24, ge=1, description="validation utterances that are spoken each time")
    checkpoint_every: int = Field(100, ge=1, description="updates between checkpoints")
    expect_alignment_by: int = Field(1_000, ge=0, description="update after which a missing alignment is warned of")

    @field_validator("sampled_until")
    @classmethod
    def _must_not_end_before_it_begins(cls, until: int, info: ValidationInfo) -> int:
        if until < info.data.get("sampled_from", 0):
            raise ValueError(f"an update not before training.sampled_from = {info.data['sampled_from']}")
        return until

    def sampled_share_at(self, update: int) -> float:
        """The share of steps that hear the model's own frames at an update, counted from 0: scheduled sampling.

        Reference:
            Bengio et al. 2015, section 2.4: linear decay of the share of true inputs, here with a beginning and an end.

        Example:
            >>> config = TrainingConfig(sampled_share=0.4, sampled_from=100, sampled_until=300)
            >>> config.sampled_share_at(100), config.sampled_share_at(200), config.sampled_share_at(999)
            (0.0, 0.2, 0.4)
            >>> TrainingConfig(sampled_share=0.4).sampled_share_at(0)
            0.4
        """
        if update >= self.sampled_until:
            return self.sampled_share
        if update <= self.sampled_from:
            return 0.0
        return self.sampled_share * (update - self.sampled_from) / (self.sampled_until - self.sampled_from)

    def learning_rate_at(self, update: int) -> float:
        """The learning rate of an update, counted from 0.

        Example:
            >>> config = TrainingConfig(learning_rate=1e-3, warmup_updates=10, decay_after=100, halve_every=50)
            >>> config.learning_rate_at(4), config.learning_rate_at(50), config.learning_rate_at(150)
            (0.0005, 0.001, 0.0005)
        """
        if update < self.warmup_updates:
            return self.learning_rate * (update + 1) / self.warmup_updates
        halvings = max(0, update - self.decay_after) / self.halve_every
        return max(min(self.min_learning_rate, self.learning_rate), self.learning_rate * 0.5**halvings)
