"""Which loop speaks: the one place where the choice is made."""

import torch
from torch import Tensor, nn

from tts_align.attention import Memory, State
from tts_align.attention.normalizers import StepwiseMonotonic
from tts_align.attention.scored import ScoredAttention
from tts_align.attention.scores import AdditiveScore
from tts_align.model.decoder import Decoder
from tts_align.model.speaking_fast import FastLoop
from tts_align.model.speaking_focus import Blend, Focus, OneSymbol
from tts_align.model.speaking_plain import PlainLoop, SpeakingLoop
from tts_align.model.speaking_weights import SpeakingWeights, speaking_weights
from tts_align.noise import Noise


@torch.no_grad()
def speaking_loop(decoder: Decoder, memory: Memory, noise: Noise, limit_steps: Tensor, rest_steps: int) -> SpeakingLoop:
    """The fastest loop that speaks this model; all of them say the same.

    - hard stepwise monotonic attention: `FastLoop` with context tables;
    - any mechanism that remembers no more than `State`: `FastLoop` with a context for every step;
    - GRU cells, mechanisms with memories of their own, and autocast: `PlainLoop`.

    Args:
        decoder: the decoder.
        memory: the prepared batch.
        noise: for the prenet's dropout.
        limit_steps: (B,) most steps for each utterance.
        rest_steps: steps on the last symbol after which an utterance is over, >= 1.

    Example:
        >>> from tts_align.model import Tacotron, small_config
        >>> model, mask = Tacotron(7, 5, small_config()), torch.ones(1, 3, dtype=torch.bool)
        >>> memory = model.decoder.cell.attention.prepare(torch.zeros(1, 3, 10), mask, decide=True)
        >>> type(speaking_loop(model.decoder, memory, Noise(torch.tensor([0])), torch.tensor([9]), 3)).__name__
        'FastLoop'
    """
    has_lstms = isinstance(decoder.cell.recurrent, nn.LSTMCell) and isinstance(decoder.readout.recurrent, nn.LSTM)
    state = decoder.cell.attention.start(memory)
    if not has_lstms or type(state) is not State or torch.is_autocast_enabled(memory.values.device.type):
        return PlainLoop(decoder, memory, noise, limit_steps, rest_steps)
    weights = speaking_weights(decoder)
    return FastLoop(decoder, weights, _focus(decoder, memory, state, weights), noise, limit_steps, rest_steps)


def _focus(decoder: Decoder, memory: Memory, state: State, weights: SpeakingWeights) -> Focus:
    attention = decoder.cell.attention
    if (
        isinstance(attention, ScoredAttention)
        and type(attention.score) is AdditiveScore
        and type(attention.normalizer) is StepwiseMonotonic
        and attention.normalizer.inference == "hard"
        and memory.decide
        and not attention.window
    ):
        return OneSymbol(attention, memory, weights)
    return Blend(attention, memory, state, weights)
