"""The one loop over decoder steps, and the two ways to choose the next frame: the true one or the spoken one."""

from typing import Literal, Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor

from tts_align.attention import Memory
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
        steps = frames.unflatten(1, (-1, decoder.frames_per_step)).flatten(2)  # (B, T, R * M)
        seen = torch.nn.functional.pad(steps[:, :-1], (0, 0, 1, 0))  # zeros before the first step
        self._inputs = decoder.prenet(seen, noise).unbind(dim=1)
        self._step = 0

    def next_input(self) -> Tensor | None:
        """The true frames of the step before."""
        if self._step == len(self._inputs):
            return None
        self._step += 1
        return self._inputs[self._step - 1]

    def take(self, outputs: Tensor, weights: Tensor) -> None:
        """What was made changes nothing."""


class FreeRunning:
    """The next input is the frames just spoken; each utterance stops by itself.

    An utterance is over when its stop gate fires while attention is among the last `END_ZONE` symbols, or when
    attention has rested on the last symbol for `rest_steps` steps, or at `limit_steps`.

    Args:
        decoder: whose prenet and readout are used.
        memory: the prepared batch.
        noise: for the prenet's dropout.
        limit_steps: (B,) most steps for each utterance.
        rest_steps: steps on the last symbol after which an utterance is over, >= 1.
    """

    def __init__(self, decoder: Decoder, memory: Memory, noise: Noise, limit_steps: Tensor, rest_steps: int):
        self._decoder, self._memory, self._noise = decoder, memory, noise
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
        symbols_left = memory.mask.flip(1).cumsum(1).flip(1)  # 1 on the last real symbol, 2 on the one before, ...
        self._end_zone = memory.mask & (symbols_left <= END_ZONE)

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
        self._rested = torch.where((weights * self._memory.last).sum(1) > 0.5, self._rested + 1, 0)
        at_end = torch.where(self._end_zone, weights, 0).sum(1) > 0.5
        self._note("gate", (stop_logit[:, 0] > 0) & at_end)
        self._note("attention", self._rested >= self._rest_steps)
        self._note("limit", self._limit <= self._step)

    def _note(self, reason: StoppedBy, over: Tensor) -> None:
        for i in over.nonzero()[:, 0].tolist():
            if self.stopped_by[i] is None:
                self.stopped_by[i] = reason
                self.n_steps[i] = self._step
