"""The prediction record that everything after the model reads."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from tts_align.model.unroll import StoppedBy


@dataclass(frozen=True)
class Prediction:
    """What the model says, in the units of the features (natural log mel).

    Attributes:
        mel: (B, L, M) before the postnet.
        refined_mel: (B, L, M) after it.
        stop_logits: (B, T); positive means stop.
        weights: (B, T, N) attention.
        n_steps: (B,) real decoder steps of each utterance.
        stopped_by: why each utterance ended; None under teacher forcing, or where it has not ended yet.
    """

    mel: Tensor
    refined_mel: Tensor
    stop_logits: Tensor
    weights: Tensor
    n_steps: Tensor
    stopped_by: Sequence[StoppedBy | None]
