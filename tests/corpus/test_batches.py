"""Batches are a pure function of seed and update, and waste little."""

import itertools
from dataclasses import replace

import numpy as np
import torch

from tts_align.corpus.batches import BatchPlan, Example, collate


def example(n_symbols, n_frames, n_mels=3):
    symbols = ["x"] * n_symbols
    return Example("id", "x", symbols, np.arange(2, 2 + n_symbols), np.full((n_frames, n_mels), 1.5, np.float32))


def test_padding_is_zero_and_frames_are_rounded_up_to_whole_steps():
    batch = collate([example(2, 5), example(7, 11)], frames_per_step=4)
    assert batch.mel.shape == (2, 12, 3)
    assert batch.n_frames.tolist() == [5, 11]
    assert batch.mask.sum(1).tolist() == [2, 7]
    assert (batch.symbols[0, 2:] == 0).all()
    assert (batch.mel[0, 5:] == 0).all() and (batch.mel[0, :5] == 1.5).all()


def test_every_epoch_has_every_utterance_once_in_another_order():
    plan = BatchPlan(list(range(1, 72)), batch_size=5, max_frames=10_000, seed=3)
    epochs = [plan.epoch(i) for i in range(2)]
    for batches in epochs:
        assert sorted(i for batch in batches for i in batch) == list(range(71))
    assert epochs[0] != epochs[1]


def test_no_batch_has_more_utterances_or_padded_frames_than_allowed():
    lengths = [7, 300, 41, 53, 500, 90, 11] * 13
    for batch in BatchPlan(lengths, batch_size=4, max_frames=400, seed=0).epoch(0):
        assert len(batch) <= 4
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= 400


def test_sorting_by_length_saves_most_of_the_padding():
    lengths = np.random.default_rng(0).integers(50, 800, 512)
    padded = [len(b) * lengths[b].max() for b in BatchPlan(lengths, 16, 10**9, seed=0).epoch(0)]
    assert sum(padded) < 1.1 * lengths.sum()


def test_starting_anywhere_gives_the_same_batches():
    plan = BatchPlan([5] * 23, batch_size=4, max_frames=1000, seed=1)
    whole = list(itertools.islice(plan.since(0), 40))
    assert [update for update, _ in whole] == list(range(40))
    for start in (1, 5, 6, 7, 17, 30):
        assert list(itertools.islice(plan.since(start), 40 - start)) == whole[start:]


def test_another_seed_gives_another_order():
    lengths = [5] * 23
    assert BatchPlan(lengths, 4, 1000, seed=1).epoch(0) != BatchPlan(lengths, 4, 1000, seed=2).epoch(0)


def test_a_batch_moves_to_a_device_as_a_whole():
    timed = replace(example(2, 5), durations=np.array([1.5, 3.5]))
    batch = collate([timed], 1).to(torch.device("meta"))
    names = ("symbols", "mask", "mel", "n_frames", "counts", "durations")
    assert {getattr(batch, name).device.type for name in names} == {"meta"}
