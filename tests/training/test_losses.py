"""Losses count real positions only, and are what the formulas say."""

import math

import numpy as np
import pytest
import torch

from tts_align.corpus.batches import Example, collate
from tts_align.model import Prediction
from tts_align.training.losses import loss_terms, off_diagonal


def prediction(batch, error=0.0, logits=0.0, weights=None):
    n_utterances, n_frames, _ = batch.mel.shape
    shape = (n_utterances, n_frames // 2, batch.symbols.shape[1])
    mel = batch.mel + error
    n_steps = (batch.n_frames + 1) // 2
    w = torch.zeros(shape) if weights is None else weights
    return Prediction(mel, mel, torch.full(shape[:2], float(logits)), w, n_steps, [None] * n_utterances)


def make_batch(n_frames=(6, 10), n_symbols=(2, 5)):
    examples = [
        Example("x", "x", ["x"] * n, np.full(n, 2), np.ones((frames, 3), np.float32))
        for frames, n in zip(n_frames, n_symbols, strict=True)
    ]
    return collate(examples, 2)


def test_the_mel_error_is_absolute_plus_squared_in_standard_deviations():
    batch = make_batch()
    terms = loss_terms(prediction(batch, error=0.6), batch, torch.full((3,), 2.0), 0.2)
    assert float(terms.sums[0] / terms.counts[0]) == pytest.approx(0.3 + 0.09, rel=1e-5)
    assert float(terms.counts[0]) == (6 + 10) * 3


def test_what_is_predicted_for_padding_costs_nothing():
    batch = make_batch()
    one, other = prediction(batch, 0.1), prediction(batch, 0.1)
    other.mel[0, 6:] = 99.0
    other.refined_mel[0, 6:] = -99.0
    other.stop_logits[0, 3:] = 50.0
    other.weights[0, 3:] = 0.7
    assert loss_terms(one, batch, torch.ones(3), 0.2).sums.tolist() == pytest.approx(
        loss_terms(other, batch, torch.ones(3), 0.2).sums.tolist()
    )


def test_a_stand_in_utterance_counts_for_nothing():
    batch = make_batch()
    batch.counts[1] = 0
    terms = loss_terms(prediction(batch, 0.6, logits=1.0), batch, torch.ones(3), 0.2)
    alone = make_batch((6,), (2,))
    expected = loss_terms(prediction(alone, 0.6, logits=1.0), alone, torch.ones(3), 0.2)
    assert terms.sums.tolist() == pytest.approx(expected.sums.tolist())
    assert terms.counts.tolist() == expected.counts.tolist()


def test_the_stop_target_is_the_last_real_step():
    batch = make_batch((6,), (2,))
    guess = prediction(batch)
    guess.stop_logits[:] = torch.tensor([-30.0, -30.0, 30.0])
    assert float(loss_terms(guess, batch, torch.ones(3), 0.2).sums[1]) == pytest.approx(0, abs=1e-6)
    guess.stop_logits[:] = torch.tensor([-30.0, 30.0, -30.0])
    assert float(loss_terms(guess, batch, torch.ones(3), 0.2).sums[1]) == pytest.approx(30 + 10 * 30)


def test_guided_attention_is_the_formula_of_the_paper():
    """Tachibana et al. 2018, eq. 6: W[n, t] = 1 - exp(-(n/N - t/T)^2 / (2 g^2)), by loops."""
    w = off_diagonal(torch.tensor([3, 7]), torch.tensor([5, 2]), torch.Size([7, 5]), 0.2)
    for b, (n_steps, n_symbols) in enumerate([(3, 5), (7, 2)]):
        for t in range(n_steps):
            for n in range(n_symbols):
                expected = 1 - math.exp(-((n / n_symbols - t / n_steps) ** 2) / (2 * 0.2**2))
                assert float(w[b, t, n]) == pytest.approx(expected, abs=1e-6)


def test_attention_on_the_diagonal_is_cheaper_than_off_it():
    batch = make_batch((10,), (5,))
    on, off = torch.eye(5)[None], torch.eye(5).flip(0)[None]
    cost = [float(loss_terms(prediction(batch, weights=w), batch, torch.ones(3), 0.2).sums[2]) for w in (on, off)]
    assert cost[0] == pytest.approx(0, abs=1e-6)
    assert cost[1] > 2
