"""The loop over decoder steps of an exported voice."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from tts_align.deploy.card import DeployCard
from tts_align.deploy.noise import dropout_mask

_BLOCK = 64  # steps whose dropout masks are made at once
_TABLES = ("keys", "query_table", "hidden_table", "frames_table")


class StepLoop:
    """A batch that is being spoken; who has stopped is no longer computed.

    Args:
        session: of the decoder step.
        card: of the voice.
        tables: the encoder's outputs.
        lengths: (B,) symbols of each utterance.
        seeds: (B,) of the prenet's dropout.
        limit_steps: B times the most steps.
        rest_steps: steps on the last symbol after which an utterance is over, >= 1.
    """

    def __init__(
        self,
        session: Any,
        card: DeployCard,
        tables: dict[str, np.ndarray],
        lengths: np.ndarray,
        seeds: np.ndarray,
        limit_steps: Sequence[int],
        rest_steps: int,
    ):
        self._session, self._card = session, card
        self._limits, self._rest_steps = list(limit_steps), rest_steps
        n_utterances, n_frames = len(lengths), len(card.mel_mean) * card.frames_per_step
        self._outputs = [output.name for output in session.get_outputs()]
        self._fixed = {name: tables[name] for name in _TABLES}
        first = np.arange(n_utterances, dtype=np.int64) * (int(lengths.max()) + 1)
        sizes = {"query": card.query_size, "query_memory": card.query_size}
        sizes |= {"hidden": card.hidden_size, "hidden_memory": card.hidden_size}
        self._state: dict[str, np.ndarray] = {
            name: np.zeros((n_utterances, size), dtype=np.float32) for name, size in sizes.items()
        }
        self._state["spoken"] = np.zeros((n_utterances, n_frames), dtype=np.float32)
        self._state["row"] = first
        if card.longest_stay > 0:
            self._state["stayed"] = np.zeros_like(first)
        self._places = {"first": first, "last": first + lengths}
        self._seeds = np.asarray(seeds, dtype=np.int64)
        self._masks: list[np.ndarray] = []
        self._who = list(range(n_utterances))
        self._rested = [0] * n_utterances
        self._made: list[list[tuple[np.ndarray, float, int]]] = [[] for _ in range(n_utterances)]
        self._n_made = 0
        self.stopped_by: list[Literal["gate", "attention", "limit"]] = ["limit"] * n_utterances

    @property
    def is_speaking(self) -> bool:
        """Whether someone still speaks."""
        return bool(self._who)

    def step(self) -> None:
        """Makes one step."""
        card, at = self._card, self._n_made % _BLOCK
        if at == 0:
            self._masks = [
                dropout_mask(self._seeds, card.prenet_dropout, f"prenet {i}", self._n_made, (_BLOCK, size))
                for i, size in enumerate(card.prenet_sizes)
            ]
        masks = {f"mask_{i}": mask[:, at] for i, mask in enumerate(self._masks)}
        found = self._session.run(None, {**self._fixed, **self._state, **self._places, **masks})
        made = dict(zip(self._outputs, found, strict=True))
        self._state = {name: made[f"next_{name}"] for name in self._state if name != "spoken"}
        self._state["spoken"] = made["frames"]
        self._n_made += 1
        self._look_who_is_done(made["frames"], made["stop"][:, 0].tolist(), made["next_row"])

    def of_utterance(self, i: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Frames (L, M), stop logits (T,) and path (T,) of an utterance."""
        frames, stops, path = zip(*self._made[i], strict=True)
        by_frame = np.stack(frames).reshape(-1, len(self._card.mel_mean))
        return by_frame, np.array(stops, dtype=np.float32), np.array(path)

    def _look_who_is_done(self, frames: np.ndarray, stops: list[float], rows: np.ndarray) -> None:
        symbols_left = (self._places["last"] - rows).tolist()
        paths = (rows - self._places["first"] - 1).tolist()
        kept = []
        for place, who in enumerate(self._who):
            self._made[who].append((frames[place], stops[place], paths[place]))
            self._rested[who] = self._rested[who] + 1 if symbols_left[place] == 0 else 0
            if stops[place] > 0 and symbols_left[place] < self._card.end_zone:
                self.stopped_by[who] = "gate"
            elif self._rested[who] >= self._rest_steps:
                self.stopped_by[who] = "attention"
            elif self._n_made >= self._limits[who]:
                self.stopped_by[who] = "limit"
            else:
                kept.append(place)
        if len(kept) < len(self._who):
            self._keep(kept)

    def _keep(self, places: list[int]) -> None:
        """Goes on with the utterances at these places only."""
        self._who = [self._who[place] for place in places]
        self._state = {name: value[places] for name, value in self._state.items()}
        self._places = {name: value[places] for name, value in self._places.items()}
        self._masks = [mask[places] for mask in self._masks]
        self._seeds = self._seeds[places]
