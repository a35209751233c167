"""The one loop over decoder steps, and the ways to choose the next frame: the true one, the spoken one, or by lot."""

from typing import Literal, Protocol, runtime_checkable

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from tts_align.attention import Attention, Memory
from tts_align.model.decoder import Decoder
from tts_align.noise import Noise

StoppedBy = Literal["gate", "attention", "limit"]
END_ZONE = 3
"""The gate counts only when attention is on one of the last so many symbols: it must not cut a text off."""


@runtime_checkable
class NextFrame(Protocol):
    """Where the decoder's next input comes from."""

    def next_input(self) -> Tensor | None:
        """Prenet output (B, P) for this step, or None when it is over."""

    def take(self, outputs: Tensor, weights: Tensor) -> None:
        """Hears what this step made: outputs (B, Q + E) and weights (B, N)."""


def unroll(decoder: Decoder, memory: Memory, policy: NextFrame) -> tuple[Tensor, Tensor]:
    """Runs the decoder's cell until the policy has no next frame.

    Args:
        decoder: whose cell is run.
        memory: the prepared batch.
        policy: gives each step's input and hears its result.

    Returns:
        Outputs (B, T, Q + E) and weights (B, T, N).
    """
    state = decoder.cell.start(memory)
    all_outputs, all_weights = [], []
    while (frame_input := policy.next_input()) is not None:
        outputs, weights, state = decoder.cell(frame_input, memory, state)
        policy.take(outputs, weights)
        all_outputs.append(outputs)
        all_weights.append(weights)
    return torch.stack(all_outputs, dim=1), torch.stack(all_weights, dim=1)


class TeacherForcing:
    """The next input is the true frames of the step before; all of them go through the prenet at once.

    Args:
        decoder: whose prenet is used.
        frames: (B, L, M) true frames, L a multiple of R.
        noise: for the prenet's dropout.
    """

    def __init__(self, decoder: Decoder, frames: Float[Tensor, "B L M"], noise: Noise):
        self.inputs = decoder.prenet(_seen(frames, decoder.frames_per_step), noise)  # (B, T, P)
        self._rows = self.inputs.unbind(dim=1)
        self._step = 0

    def next_input(self) -> Tensor | None:
        """The true frames of the step before."""
        if self._step == len(self._rows):
            return None
        self._step += 1
        return self._rows[self._step - 1]

    def take(self, outputs: Tensor, weights: Tensor) -> None:
        """What was made changes nothing."""


class ScheduledSampling:
    """The next input is the frames just made with probability `share`, else the true ones, drawn for every step.

    The model learns to go on from its own mistakes, which under teacher forcing it never meets. Which steps hear what
    is a function of the utterance's seed and the step. No gradient flows through the frames that are fed back: they
    are data, as the true ones are. The readout runs in the loop, with the gradient and dropout that it would have at
    once, so that `frames` and `stop_logits` are the prediction.

    Args:
        decoder: whose prenet and readout are used.
        frames: (B, L, M) true frames, L a multiple of R.
        noise: for the prenet's dropout and for the lots.
        share: probability in [0, 1] that a step hears the model's own frames.
        training_noise: for the readout's dropout; None switches it off.

    Reference:
        Bengio, Vinyals, Jaitly, Shazeer 2015, "Scheduled sampling for sequence prediction with recurrent neural
        networks", section 2.4; there epsilon = 1 - share.
    """

    def __init__(
        self,
        decoder: Decoder,
        frames: Float[Tensor, "B L M"],
        noise: Noise,
        share: float,
        training_noise: Noise | None = None,
    ):
        self._decoder, self._noise, self._training_noise = decoder, noise, training_noise
        self._truth = _seen(frames, decoder.frames_per_step)
        self._hears_itself = noise.uniform("scheduled sampling", (self._truth.shape[1], 1)) < share  # (B, T, 1)
        self._own = torch.zeros_like(self._truth[:, 0])
        self._readout_state: tuple[Tensor, Tensor] | None = None
        self.frames: list[Tensor] = []
        self.stop_logits: list[Tensor] = []

    def next_input(self) -> Tensor | None:
        """The last frames made, or the true ones, as the lot says."""
        step = len(self.frames)
        if step == self._truth.shape[1]:
            return None
        heard = torch.where(self._hears_itself[:, step], self._own, self._truth[:, step])
        return self._decoder.prenet(heard.unsqueeze(1), self._noise, step)[:, 0]

    def take(self, outputs: Tensor, weights: Tensor) -> None:
        """Makes this step's frames."""
        frames, stop_logit, self._readout_state = self._decoder.readout(
            outputs[:, None], self._readout_state, self._training_noise, len(self.frames)
        )
        self._own = frames.detach().flatten(1)
        self.frames.append(frames)
        self.stop_logits.append(stop_logit)


class FreeRunning:
    """The next input is the frames just spoken; each utterance stops by itself.

    An utterance is over when its stop gate fires while attention is among the last `END_ZONE` symbols, or when
    attention has rested on the last symbol for `rest_steps` steps, or at `limit_steps`. Where attention has no place
    (`has_place`) the gate alone decides, wherever it fires.

    Args:
        decoder: whose prenet and readout are used.
        memory: the prepared batch.
        noise: for the prenet's dropout.
        limit_steps: (B,) most steps for each utterance.
        rest_steps: steps on the last symbol after which an utterance is over, >= 1.
    """

    def __init__(self, decoder: Decoder, memory: Memory, noise: Noise, limit_steps: Tensor, rest_steps: int):
        self._decoder, self._noise = decoder, noise
        self._limit, self._rest_steps = limit_steps, rest_steps
        n_utterances = len(memory.mask)
        device = memory.mask.device
        self._frames = memory.values.new_zeros(n_utterances, 1, decoder.frames_per_step * decoder.frame_size)
        self._readout_state: tuple[Tensor, Tensor] | None = None
        self._step = 0
        self._rested = torch.zeros(n_utterances, dtype=torch.long, device=device)
        self.frames: list[Tensor] = []
        self.stop_logits: list[Tensor] = []
        self.n_steps = torch.zeros(n_utterances, dtype=torch.long, device=device)
        self.stopped_by: list[StoppedBy | None] = [None] * n_utterances
        self._zones = ending_zones(decoder.cell.attention, memory)

    def next_input(self) -> Tensor | None:
        """The last spoken frames, or None when every utterance is over."""
        if all(self.stopped_by):
            return None
        return self._decoder.prenet(self._frames, self._noise, self._step)[:, 0]

    def take(self, outputs: Tensor, weights: Tensor) -> None:
        """Makes this step's frames and looks who is done."""
        frames, stop_logit, self._readout_state = self._decoder.readout(outputs[:, None], self._readout_state)
        self._frames = frames.flatten(1).unsqueeze(1)
        self.frames.append(frames)
        self.stop_logits.append(stop_logit)
        self._step += 1
        at_end, rests = torch.where(self._zones, weights, 0).sum(dim=2) > 0.5
        self._rested = torch.where(rests, self._rested + 1, 0)
        self._note("gate", (stop_logit[:, 0] > 0) & at_end)
        self._note("attention", self._rested >= self._rest_steps)
        self._note("limit", self._limit <= self._step)

    def _note(self, reason: StoppedBy, over: Tensor) -> None:
        for i in over.nonzero()[:, 0].tolist():
            if self.stopped_by[i] is None:
                self.stopped_by[i] = reason
                self.n_steps[i] = self._step


def ending_zones(attention: Attention, memory: Memory) -> Bool[Tensor, "2 B N"]:
    """The symbols where the stop gate counts, and those where attention rests when all is said.

    Example:
        >>> from tts_align.attention import StepwiseMonotonicConfig, build_attention
        >>> attention = build_attention(StepwiseMonotonicConfig(), value_size=2, query_size=2)
        >>> memory = attention.prepare(torch.zeros(1, 5, 2), torch.tensor([[True, True, True, True, False]]))
        >>> ending_zones(attention, memory).int().tolist()
        [[[0, 1, 1, 1, 0]], [[0, 0, 0, 1, 0]]]
    """
    if not attention.has_place:
        return torch.stack([memory.mask, torch.zeros_like(memory.mask)])
    if attention.has_pace and memory.durations is not None:  # no symbol may lose its steps to the gate
        return torch.stack([memory.last, memory.last])
    symbols_left = memory.mask.flip(1).cumsum(1).flip(1)  # 1 on the last real symbol, 2 on the one before, ...
    return torch.stack([memory.mask & (symbols_left <= END_ZONE), memory.last])


def _seen(frames: Tensor, frames_per_step: int) -> Tensor:
    """(B, T, R * M): for each step the frames of the step before, zeros for the first."""
    steps = frames.unflatten(1, (-1, frames_per_step)).flatten(2)
    return torch.nn.functional.pad(steps[:, :-1], (0, 0, 1, 0))
