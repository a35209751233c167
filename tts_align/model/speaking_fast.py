"""The fast loop of free running: the same maths as the plain one, with little between the matrix products."""

import torch
from torch import Tensor

from tts_align.model.decoder import Decoder
from tts_align.model.speaking_focus import Focus
from tts_align.model.speaking_weights import SpeakingWeights
from tts_align.model.unroll import StoppedBy
from tts_align.noise import Noise

_BLOCK = 64  # steps whose dropout masks are made at once
_FIRST_ROOM = 256  # steps that there is room for at first


class FastLoop:
    """Steps written into buffers that are made before; who has stopped is no longer computed.

    Args:
        decoder: whose prenet dropout is applied.
        weights: of that decoder.
        focus: attention, prepared.
        noise: for the prenet's dropout.
        limit_steps: (B,) most steps for each utterance.
        rest_steps: steps on the last symbol after which an utterance is over, >= 1.
    """

    def __init__(
        self,
        decoder: Decoder,
        weights: SpeakingWeights,
        focus: Focus,
        noise: Noise,
        limit_steps: Tensor,
        rest_steps: int,
    ):
        self._decoder, self._focus, self._noise, self._rest_steps = decoder, focus, noise, rest_steps
        n_utterances = len(noise.seeds)
        self._limits = limit_steps.tolist()
        self._prenet = weights.prenet
        self._matrices = [focus.matrix(product) for product in weights.products]
        frame_size = len(weights.frames.bias) - 1
        prenet_size, query_size, size = len(weights.prenet[-1][1]), weights.query_size, weights.hidden_size
        hidden_start = prenet_size + query_size + focus.context_size
        self._starts = prenet_size, prenet_size + query_size, hidden_start  # of query, context and hidden in the buffer
        zeros = weights.query.bias.new_zeros
        self._buffer = zeros(n_utterances, hidden_start + size)
        self._query_memory, self._memory = zeros(n_utterances, query_size), zeros(n_utterances, size)
        self._spoken = zeros(n_utterances, frame_size + 1)
        self._outputs = zeros(_FIRST_ROOM, n_utterances, frame_size + 1)  # grows by doubling
        self._rows = zeros(_FIRST_ROOM, n_utterances, focus.width)
        self._who = list(range(n_utterances))  # those who still speak
        self._speaking = torch.arange(n_utterances, device=self._buffer.device)
        self._rested = [0] * n_utterances
        self._steps = [0] * n_utterances
        self._masks: list[Tensor] = []
        self._stopped_by: list[StoppedBy | None] = [None] * n_utterances
        self._n_made = 0

    @property
    def stopped_by(self) -> list[StoppedBy | None]:
        """Why each utterance ended; None for those that still speak."""
        return self._stopped_by

    @property
    def n_made(self) -> int:
        """Steps made so far."""
        return self._n_made

    @property
    def is_over(self) -> bool:
        """Whether every utterance has stopped."""
        return not self._who

    @property
    def n_steps(self) -> Tensor:
        """(B,) steps of each utterance so far."""
        return torch.tensor(self._steps, device=self._buffer.device)

    def step(self) -> None:
        """Makes one step."""
        self._make_room()
        prenet_size, context_start, hidden_start = self._starts
        buffer, focus = self._buffer, self._focus
        x = self._spoken[:, :-1]
        for (weight, bias), mask in zip(self._prenet, self._masks, strict=True):
            x = torch.addmm(bias, x, weight).relu_().mul_(mask[:, self._n_made % _BLOCK])
        buffer[:, :prenet_size] = x
        query, hidden = buffer[:, prenet_size:context_start], buffer[:, hidden_start:]
        gates = torch.addmm(focus.addend(0), buffer[:, :hidden_start], self._matrices[0])
        _lstm(gates, self._query_memory, query)
        focus.look(query, buffer[:, context_start:hidden_start])
        gates = torch.addmm(focus.addend(1), buffer[:, prenet_size:], self._matrices[1])
        _lstm(gates, self._memory, hidden)
        self._spoken = torch.addmm(focus.addend(2), buffer[:, context_start:], self._matrices[2])
        self._outputs[self._n_made].index_copy_(0, self._speaking, self._spoken)
        focus.store(self._rows[self._n_made], self._speaking)
        self._n_made += 1
        self._look_who_is_done()

    def frames(self, start_step: int) -> Tensor:
        """(B, (n_made - start_step) * R, M) standardized frames."""
        made = self._outputs[start_step : self._n_made, :, :-1].transpose(0, 1)
        return made.unflatten(2, (-1, self._decoder.frame_size)).flatten(1, 2)

    def weights(self, start_step: int) -> Tensor:
        """(B, n_made - start_step, N)."""
        return self._focus.rows(self._rows[start_step : self._n_made])

    def stop_logits(self) -> Tensor:
        """(B, n_made)."""
        return self._outputs[: self._n_made, :, -1].T

    def _make_room(self) -> None:
        if self._n_made == len(self._outputs):
            self._outputs = torch.cat([self._outputs, torch.zeros_like(self._outputs)])
            self._rows = torch.cat([self._rows, torch.zeros_like(self._rows)])
        if self._n_made % _BLOCK == 0:
            rate, noise = self._decoder.prenet.dropout, Noise(self._noise.seeds[self._speaking])
            ones = [self._buffer.new_ones(len(self._who), _BLOCK, bias.numel()) for _, bias in self._prenet]
            self._masks = [noise.dropout(one, rate, f"prenet {i}", self._n_made) for i, one in enumerate(ones)]

    def _look_who_is_done(self) -> None:
        at_end, on_last = self._focus.endings()
        gate = (self._spoken[:, -1] > 0) & at_end
        gates, rests = torch.stack([gate, on_last]).tolist()
        kept = []
        for place, (who, by_gate, rests_here) in enumerate(zip(self._who, gates, rests, strict=True)):
            self._rested[who] = self._rested[who] + 1 if rests_here else 0
            self._steps[who] = self._n_made
            if by_gate:
                self._stopped_by[who] = "gate"
            elif self._rested[who] >= self._rest_steps:
                self._stopped_by[who] = "attention"
            elif self._n_made >= self._limits[who]:
                self._stopped_by[who] = "limit"
            else:
                kept.append(place)
        if len(kept) < len(self._who):
            self._keep(kept)

    def _keep(self, places: list[int]) -> None:
        """Goes on with the utterances at these places only."""
        self._who = [self._who[place] for place in places]
        kept = torch.tensor(places, dtype=torch.long, device=self._buffer.device)
        self._speaking = self._speaking[kept]
        self._buffer, self._spoken = self._buffer[kept], self._spoken[kept]
        self._query_memory, self._memory = self._query_memory[kept], self._memory[kept]
        self._masks = [mask[kept] for mask in self._masks]
        self._focus.keep(kept)


def _lstm(gates: Tensor, memory: Tensor, hidden: Tensor) -> None:
    """One step of an LSTM from its gates (k, 4 H), which are used up; `memory` and `hidden` (k, H) are replaced."""
    size = memory.shape[1]
    into, forget, out = gates[:, : 3 * size].sigmoid_().chunk(3, dim=1)
    memory.mul_(forget).addcmul_(into, gates[:, 3 * size :].tanh_())
    torch.mul(out, memory.tanh(), out=hidden)
