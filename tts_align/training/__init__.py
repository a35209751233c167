"""Training: losses, updates, validation by alignment, exact resume, several processes."""

from tts_align.training.config import TrainingConfig
