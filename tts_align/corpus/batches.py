"""Batches: which utterances go together at which update, and their padded tensors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from tts_align.corpus.mel_file import MelFile
from tts_align.noise import mix

_POOL = 16
"""Batches whose utterances are sorted by length together: more pads less, fewer mixes better."""


@dataclass(frozen=True)
class Example:
    """One utterance ready for a model.

    Attributes:
        id: its id.
        text: what is said.
        symbols: N symbols.
        symbol_ids: (N,) int64.
        mel: (L, M) float32, in memory or on disk.
        durations: (N,) true frames of each symbol, fractions allowed, sum L; None where nobody asked for them.
    """

    id: str
    text: str
    symbols: Sequence[str]
    symbol_ids: np.ndarray
    mel: np.ndarray | MelFile
    durations: np.ndarray | None = None


@dataclass(frozen=True)
class Batch:
    """Padded examples.

    Attributes:
        examples: B examples.
        symbols: (B, N) ids, 0 on padding.
        mask: (B, N), True on real symbols.
        mel: (B, L, M), L a multiple of R, zero on padding.
        n_frames: (B,) real frames.
        counts: (B,) 1.0, or 0.0 for a stand-in that fills up a process which has no utterance of its own.
        durations: (B, N) true decoder steps of each symbol, fractions allowed, 0 on padding; None unless every example
            has them.
    """

    examples: Sequence[Example]
    symbols: Tensor
    mask: Tensor
    mel: Tensor
    n_frames: Tensor
    counts: Tensor
    durations: Tensor | None = None

    def to(self, device: torch.device) -> "Batch":
        """The same batch on a device."""
        moved: dict[str, Any] = {
            name: value.to(device) for name, value in vars(self).items() if isinstance(value, Tensor)
        }
        return replace(self, **moved)


def collate(examples: Sequence[Example], frames_per_step: int) -> Batch:
    """Pads examples to common sizes.

    Args:
        examples: B examples, at least one.
        frames_per_step: R; the padded number of frames is a multiple of it.

    Returns:
        The batch, on the CPU.

    Example:
        >>> one = Example("a", "hi", ["h", "i"], np.array([2, 3]), np.zeros((5, 4), np.float32))
        >>> tuple(collate([one], frames_per_step=3).mel.shape)
        (1, 6, 4)
    """
    n_frames = [len(example.mel) for example in examples]
    n_symbols = [len(example.symbol_ids) for example in examples]
    padded = -(-max(n_frames) // frames_per_step) * frames_per_step
    mel = torch.zeros(len(examples), padded, examples[0].mel.shape[1])
    symbols = torch.zeros(len(examples), max(n_symbols), dtype=torch.long)
    for i, example in enumerate(examples):
        mel[i, : n_frames[i]] = torch.from_numpy(np.array(example.mel, dtype=np.float32))
        symbols[i, : n_symbols[i]] = torch.from_numpy(example.symbol_ids)
    mask = torch.arange(symbols.shape[1]) < torch.tensor(n_symbols)[:, None]
    durations = _durations(examples, symbols.shape[1], frames_per_step)
    return Batch(examples, symbols, mask, mel, torch.tensor(n_frames), torch.ones(len(examples)), durations)


def _durations(examples: Sequence[Example], n_symbols: int, frames_per_step: int) -> Tensor | None:
    steps = torch.zeros(len(examples), n_symbols)
    for i, example in enumerate(examples):
        if example.durations is None:
            return None
        steps[i, : len(example.durations)] = torch.from_numpy(example.durations / frames_per_step)
    return steps


class BatchPlan:
    """Which utterances form which batch: a pure function of seed and update, so a resumed run needs no state.

    Every epoch shuffles the corpus, sorts pools of a few batches by length, cuts them into batches of at most
    `batch_size` utterances and at most `max_frames` padded frames, and shuffles the batches.

    Args:
        n_frames: frames of each utterance.
        batch_size: most utterances in a batch.
        max_frames: most padded frames in a batch; an utterance longer than this makes a batch by itself.
        seed: of the shuffling.

    Example:
        >>> plan = BatchPlan([5, 9, 5, 8], batch_size=2, max_frames=100, seed=0)
        >>> sorted(i for batch in plan.epoch(0) for i in batch)
        [0, 1, 2, 3]
    """

    def __init__(self, n_frames: Sequence[int], batch_size: int, max_frames: int, seed: int):
        self._n_frames = np.asarray(n_frames)
        self._batch_size, self._max_frames, self._seed = batch_size, max_frames, seed

    def epoch(self, number: int) -> list[list[int]]:
        """The batches of an epoch, as indices of utterances."""
        random = np.random.default_rng(mix(self._seed, number))
        order = random.permutation(len(self._n_frames))
        size = self._batch_size * _POOL
        batches = []
        for start in range(0, len(order), size):
            pool = order[start : start + size]
            batches.extend(self._cut(pool[np.argsort(self._n_frames[pool], kind="stable")]))
        return [batches[i] for i in random.permutation(len(batches))]

    def since(self, update: int) -> Iterator[tuple[int, list[int]]]:
        """Update number and batch, for every update after the first `update` ones, without end."""
        number, passed = 0, 0
        while True:
            batches = self.epoch(number)
            for batch in batches[max(0, update - passed) :]:
                yield max(update, passed), batch
                update = max(update, passed) + 1
            passed += len(batches)
            number += 1

    def _cut(self, pool: np.ndarray) -> list[list[int]]:
        batches: list[list[int]] = [[]]
        for i in pool.tolist():  # from short to long: the last one decides the padded length
            full = len(batches[-1]) == self._batch_size
            too_many_frames = (len(batches[-1]) + 1) * self._n_frames[i] > self._max_frames
            if batches[-1] and (full or too_many_frames):
                batches.append([])
            batches[-1].append(i)
        return batches
