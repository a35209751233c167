"""Settings of a training run."""

from pydantic import BaseModel, ConfigDict, Field


class TrainingConfig(BaseModel):
    """How long, how fast and on what a model is trained."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    seed: int = Field(1, ge=0, description="of the first weights, the order of the batches, dropout and noise")
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

    stop_weight: float = Field(0.5, ge=0, description="weight of the stop gate's loss")
    guided_weight: float = Field(1.0, ge=0, description="weight of the guided attention loss; 0 leaves it out")
    guided_width: float = Field(0.3, gt=0, description="g, width of the band along the diagonal")

    validate_every: int = Field(250, ge=1, description="updates between validations")
    n_spoken: int = Field(24, ge=1, description="validation utterances that are spoken each time")
    checkpoint_every: int = Field(100, ge=1, description="updates between checkpoints")
    expect_alignment_by: int = Field(1_000, ge=0, description="update after which a missing alignment is warned of")

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
