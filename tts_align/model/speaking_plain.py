"""The plain loop of free running, a step at a time: works with every mechanism, and is what faster ones must equal."""

from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from tts_align.attention import Memory
from tts_align.model.decoder import Decoder
from tts_align.model.unroll import FreeRunning, StoppedBy
from tts_align.noise import Noise


@runtime_checkable
class SpeakingLoop(Protocol):
    """What makes the steps of a batch that is being spoken, and keeps what they gave."""

    @property
    def stopped_by(self) -> list[StoppedBy | None]:
        """Why each utterance ended; None for those that still speak."""

    @property
    def is_over(self) -> bool:
        """Whether every utterance has stopped."""

    @property
    def n_made(self) -> int:
        """Steps made so far."""

    @property
    def n_steps(self) -> Tensor:
        """(B,) steps of each utterance so far."""

    def step(self) -> None:
        """Makes one step; called only while it is not over."""

    def frames(self, start_step: int) -> Tensor:
        """(B, (n_made - start_step) * R, M) standardized frames."""

    def weights(self, start_step: int) -> Tensor:
        """(B, n_made - start_step, N); any number beyond the end of an utterance."""

    def stop_logits(self) -> Tensor:
        """(B, n_made)."""


class PlainLoop:
    """The decoder's own cell and readout, whatever the mechanism.

    Args:
        decoder: whose cell is run.
        memory: the prepared batch.
        noise: for the prenet's dropout.
        limit_steps: (B,) most steps for each utterance.
        rest_steps: steps on the last symbol after which an utterance is over, >= 1.
    """

    def __init__(self, decoder: Decoder, memory: Memory, noise: Noise, limit_steps: Tensor, rest_steps: int):
        self._decoder, self._memory = decoder, memory
        self._policy = FreeRunning(decoder, memory, noise, limit_steps, rest_steps)
        self._state = decoder.cell.start(memory)
        self._weights: list[Tensor] = []

    @property
    def stopped_by(self) -> list[StoppedBy | None]:
        """Why each utterance ended; None for those that still speak."""
        return self._policy.stopped_by

    @property
    def is_over(self) -> bool:
        """Whether every utterance has stopped."""
        return all(self.stopped_by)

    @property
    def n_made(self) -> int:
        """Steps made so far."""
        return len(self._weights)

    @property
    def n_steps(self) -> Tensor:
        """(B,) steps of each utterance so far."""
        speaking = torch.tensor([reason is None for reason in self.stopped_by], device=self._policy.n_steps.device)
        return torch.where(speaking, self.n_made, self._policy.n_steps)

    def step(self) -> None:
        """Makes one step."""
        frame_input = self._policy.next_input()
        assert frame_input is not None, "it is over"
        outputs, weights, self._state = self._decoder.cell(frame_input, self._memory, self._state)
        self._policy.take(outputs, weights)
        self._weights.append(weights)

    def frames(self, start_step: int) -> Tensor:
        """(B, (n_made - start_step) * R, M) standardized frames."""
        none = self._memory.values.new_zeros(len(self._memory.mask), 0, self._decoder.frame_size)
        return torch.cat([none, *self._policy.frames[start_step:]], dim=1)

    def weights(self, start_step: int) -> Tensor:
        """(B, n_made - start_step, N)."""
        none = self._memory.values.new_zeros(len(self._memory.mask), 0, self._memory.mask.shape[1])
        return torch.cat([none, *(row.unsqueeze(1) for row in self._weights[start_step:])], dim=1)

    def stop_logits(self) -> Tensor:
        """(B, n_made)."""
        return torch.cat(self._policy.stop_logits, dim=1)
