"""The door from tensors to alignments: what a model predicted, as records that can be judged."""

from collections.abc import Sequence

import numpy as np
from torch import Tensor

from tts_align.alignment.matrix import Alignment
from tts_align.model import Prediction

LIMIT_SECONDS_PER_SYMBOL, LIMIT_SECONDS, REST_SECONDS = 0.3, 3.0, 0.3


def alignments_of(
    prediction: Prediction, symbols: Sequence[Sequence[str]], seconds_per_step: float, texts: Sequence[str]
) -> list[Alignment]:
    """The alignments of a batch, each cut to its own length.

    Args:
        prediction: what the model said of B utterances.
        symbols: their symbols, without padding.
        seconds_per_step: duration of a decoder step.
        texts: what they should say.

    Returns:
        B alignments; their weights are float32 arrays of shape (T, N) of their own.
    """
    weights = prediction.weights.detach().float().cpu().numpy()
    stops = prediction.stop_logits.detach().float().sigmoid().cpu().numpy()
    found = []
    for i, n_steps in enumerate(prediction.n_steps.tolist()):
        found.append(
            Alignment(
                weights=np.ascontiguousarray(weights[i, :n_steps, : len(symbols[i])]),
                symbols=tuple(symbols[i]),
                seconds_per_step=seconds_per_step,
                text=texts[i],
                stop=stops[i, :n_steps].copy(),
                stopped_by=prediction.stopped_by[i],
            )
        )
    return found


def limit_steps(n_symbols: Tensor, seconds_per_step: float) -> Tensor:
    """(B,) most decoder steps that texts of so many symbols may take: 0.3 s a symbol and 3 s.

    Example:
        >>> import torch
        >>> limit_steps(torch.tensor([10]), seconds_per_step=0.5).tolist()
        [12]
    """
    return ((n_symbols * LIMIT_SECONDS_PER_SYMBOL + LIMIT_SECONDS) / seconds_per_step).ceil().long()


def rest_steps(seconds_per_step: float) -> int:
    """Steps on the last symbol after which an utterance is over: 0.3 s of them, at least one.

    Example:
        >>> rest_steps(seconds_per_step=0.1)
        3
    """
    return max(1, round(REST_SECONDS / seconds_per_step))


def mels_of(spoken: Prediction, frames_per_step: int) -> list[Tensor]:
    """The refined mel of each utterance, cut to its own length (L, M)."""
    lengths = (spoken.n_steps * frames_per_step).tolist()
    return [mel[:length] for mel, length in zip(spoken.refined_mel, lengths, strict=True)]
