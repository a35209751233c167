"""Predictions become alignments and mels of each utterance's own length, with its own values."""

import numpy as np
import pytest
import torch

from tts_align.evaluate import alignments_of, limit_steps, mels_of
from tts_align.model import Prediction

N_STEPS, SYMBOLS, TEXTS = [3, 5], (("a", "b", "<end>"), ("c", "<end>")), ("Ab", "C")


@pytest.fixture
def prediction():
    """Two utterances, T = 5, R = 2, M = 3, N = 3; beyond an utterance's own steps stands nonsense."""
    weights = torch.rand(2, 5, 3, generator=torch.Generator().manual_seed(0))
    weights[1, :, 2] = 0.0
    weights = weights / weights.sum(2, keepdim=True)
    weights[0, 3:] = 7.0
    stop_logits = torch.tensor([[-2.0, 0.0, 2.0, 9.0, 9.0], [-1.0, -1.0, -1.0, -1.0, 1.0]])
    mel = torch.arange(2 * 10 * 3.0).reshape(2, 10, 3)
    return Prediction(mel, mel + 0.5, stop_logits, weights.requires_grad_(), torch.tensor(N_STEPS), ("gate", "limit"))


def test_alignments_have_the_weights_of_their_own_steps_and_symbols(prediction):
    first, second = alignments_of(prediction, SYMBOLS, 0.25, TEXTS)
    np.testing.assert_array_equal(first.weights, prediction.weights[0, :3].detach().numpy())
    np.testing.assert_array_equal(second.weights, prediction.weights[1, :, :2].detach().numpy())
    assert (first.symbols, second.symbols) == SYMBOLS
    assert (first.text, second.text) == TEXTS
    assert (first.seconds, second.seconds) == (0.75, 1.25)
    assert (first.stopped_by, second.stopped_by) == ("gate", "limit")


def test_stop_probabilities_are_the_sigmoids_of_their_own_steps(prediction):
    first, second = alignments_of(prediction, SYMBOLS, 0.25, TEXTS)
    np.testing.assert_allclose(first.stop, [0.1192029, 0.5, 0.8807971], rtol=1e-6)
    np.testing.assert_allclose(second.stop, [0.2689414] * 4 + [0.7310586], rtol=1e-6)


def test_half_precision_weights_become_float32(prediction):
    half = Prediction(**(vars(prediction) | {"weights": prediction.weights.bfloat16() * 0.99}))
    assert alignments_of(half, SYMBOLS, 0.25, TEXTS)[0].weights.dtype == np.float32


def test_mels_are_the_refined_ones_cut_to_whole_steps(prediction):
    first, second = mels_of(prediction, frames_per_step=2)
    assert torch.equal(first, prediction.refined_mel[0, :6])
    assert torch.equal(second, prediction.refined_mel[1])


@pytest.mark.parametrize(
    ("seconds_per_step", "steps"),
    [(0.4, [9, 12, 83]), (0.7, [5, 7, 48])],  # (0.3 N + 3) / seconds, rounded up
)
def test_the_limit_is_0_3_seconds_a_symbol_and_3_seconds(seconds_per_step, steps):
    assert limit_steps(torch.tensor([1, 5, 100]), seconds_per_step).tolist() == steps
