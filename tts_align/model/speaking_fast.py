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
        self._decoder, self._weights, self._focus = decoder, weights, focus
        self._seeds, self._limits, self._rest_steps = noise.seeds, limit_steps.tolist(), rest_steps
        n_utterances, n_outputs = len(noise.seeds), len(weights.frames.bias)
        self._matrices = [product.matrix(focus.context_size > 0) for product in weights.products]
        prenet_size = len(weights.prenet[-1][1])
        self._sizes = [prenet_size, weights.query_size, focus.context_size, weights.hidden_size]
        zeros = weights.query.bias.new_zeros
        self._buffer, self._spoken = zeros(n_utterances, sum(self._sizes)), zeros(n_utterances, n_outputs)
        self._memories = [zeros(n_utterances, size) for size in (weights.query_size, weights.hidden_size)]
        self._made = zeros(_FIRST_ROOM, n_utterances, n_outputs)  # grows by doubling
        self._who = list(range(n_utterances))  # those who still speak
        self._rested, self._steps = [0] * n_utterances, [0] * n_utterances
        self._stopped_by: list[StoppedBy | None] = [None] * n_utterances
        self._masks: list[Tensor] = []
        self._n_made = 0
        self._make_views()

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
        x, at = self._frames, self._n_made % _BLOCK
        for (weight, bias), masks, out in zip(self._weights.prenet, self._mask_rows, self._layers, strict=True):
            x = torch.mul(torch.addmm(bias, x, weight).relu_(), masks[at], out=out)
        focus, (query, hidden) = self._focus, self._states
        for i, state in enumerate((query, hidden)):
            torch.addmm(focus.addends[i], self._inputs[i], self._matrices[i], out=self._gates[i])
            _lstm(self._parts[i], self._memories[i], state)
            if state is query:
                focus.look(query, self._context)
        torch.addmm(focus.addends[2], self._inputs[2], self._matrices[2], out=self._spoken)
        self._made[self._n_made].index_copy_(0, self._speaking, self._spoken)
        focus.store(self._who)
        self._n_made += 1
        self._look_who_is_done()

    def frames(self, start_step: int) -> Tensor:
        """(B, (n_made - start_step) * R, M) standardized frames."""
        made = self._made[start_step : self._n_made, :, :-1].transpose(0, 1)
        return made.unflatten(2, (-1, self._decoder.frame_size)).flatten(1, 2)

    def weights(self, start_step: int) -> Tensor:
        """(B, n_made - start_step, N)."""
        return self._focus.rows(start_step)

    def stop_logits(self) -> Tensor:
        """(B, n_made)."""
        return self._made[: self._n_made, :, -1].T

    def _make_views(self) -> None:
        """What a step reads and writes, for as many utterances as still speak."""
        buffer, n_speaking = self._buffer, len(self._who)
        self._speaking = torch.tensor(self._who, dtype=torch.long, device=buffer.device)
        prenet_size, _, context_size, size = self._sizes
        prenet, query, self._context, hidden = buffer.split(self._sizes, dim=1)
        self._states = query, hidden
        self._inputs = buffer[:, : buffer.shape[1] - size], buffer[:, prenet_size:], buffer[:, -context_size - size :]
        self._frames, self._stops = self._spoken[:, :-1], self._spoken[:, -1]
        self._layers = [buffer.new_empty(n_speaking, len(bias)) for _, bias in self._weights.prenet[:-1]] + [prenet]
        self._gates = [buffer.new_empty(n_speaking, 4 * memory.shape[1]) for memory in self._memories]
        self._parts = [gates.chunk(4, dim=1) for gates in self._gates]
        self._mask_rows = [mask.unbind(dim=1) for mask in self._masks]

    def _make_room(self) -> None:
        if self._n_made == len(self._made):
            self._made = torch.cat([self._made, torch.zeros_like(self._made)])
        if self._n_made % _BLOCK == 0:
            rate, noise = self._decoder.prenet.dropout, Noise(self._seeds[self._speaking])
            ones = [self._buffer.new_ones(len(self._who), _BLOCK, len(bias)) for _, bias in self._weights.prenet]
            self._masks = [noise.dropout(one, rate, f"prenet {i}", self._n_made) for i, one in enumerate(ones)]
            self._mask_rows = [mask.unbind(dim=1) for mask in self._masks]

    def _look_who_is_done(self) -> None:
        kept = []
        endings = zip(self._who, self._stops.tolist(), *self._focus.endings(), strict=True)
        for place, (who, stop_logit, at_end, rests) in enumerate(endings):
            self._rested[who] = self._rested[who] + 1 if rests else 0
            self._steps[who] = self._n_made
            if stop_logit > 0 and at_end:
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
        self._buffer, self._spoken = self._buffer[kept], self._spoken[kept]
        self._memories = [memory[kept] for memory in self._memories]
        self._masks = [mask[kept] for mask in self._masks]
        self._focus.keep(places)
        self._make_views()


def _lstm(parts: tuple[Tensor, ...], memory: Tensor, hidden: Tensor) -> None:
    """One step of an LSTM from its gates, which are used up; `memory` and `hidden` (k, H) are replaced."""
    into, forget, candidate, out = parts
    memory.mul_(forget.sigmoid_()).addcmul_(into.sigmoid_(), candidate.tanh_())
    torch.mul(out.sigmoid_(), memory.tanh(), out=hidden)
