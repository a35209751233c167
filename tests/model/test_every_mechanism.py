"""Every mechanism in the whole model: cells and regimes are free to combine with any of them."""

import pytest
import torch

from tests.model.test_tacotron import N_MELS, N_SYMBOLS, batch
from tts_align.attention import MECHANISMS
from tts_align.model import Tacotron, small_config
from tts_align.noise import Noise

SEEDS = torch.arange(3)


def build(kind, cell="lstm"):
    torch.manual_seed(3)
    config = small_config(MECHANISMS[kind]())
    decoder = config.decoder.model_copy(update={"cell": cell, "attention_lstm_size": 10})  # a dot product needs E = Q
    return Tacotron(N_SYMBOLS, N_MELS, config.model_copy(update={"decoder": decoder})), config.needs_durations


def durations_of(mask, n_frames):
    """The steps of each utterance (R = 2), in rising parts."""
    parts = torch.arange(1.0, mask.shape[1] + 1) * mask
    return parts / parts.sum(1, keepdim=True) * (n_frames[:, None] / 2)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("share", [0.0, 0.5])
@pytest.mark.parametrize("kind", sorted(MECHANISMS))
def test_an_utterance_alone_is_predicted_as_in_a_batch_and_learns(kind, share, cell):
    model, needs_durations = build(kind, cell)
    symbols, mask, mel, n_frames = batch()
    durations = durations_of(mask, n_frames) if needs_durations else None
    together = model(symbols, mask, mel, n_frames, Noise(SEEDS), share, durations)
    n, frames, one = int(mask[1].sum()), int(n_frames[1]), slice(1, 2)
    given = durations[one, :n] if needs_durations else None
    alone = model(symbols[one, :n], mask[one, :n], mel[one, :frames], n_frames[one], Noise(SEEDS[one]), share, given)
    torch.testing.assert_close(alone.refined_mel[0], together.refined_mel[1, :frames], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(alone.weights[0], together.weights[1, : frames // 2, :n], atol=1e-6, rtol=1e-4)
    (together.refined_mel.square().mean() + together.stop_logits.square().mean()).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None and torch.isfinite(parameter.grad).all(), name


@pytest.mark.parametrize("kind", sorted(MECHANISMS))
def test_what_it_says_hearing_only_itself_it_says_again_when_that_is_the_truth(kind):
    model, needs_durations = build(kind)
    model.eval()
    symbols, mask, mel, n_frames = batch(lengths=(7,), n_frames=(22,))
    durations = durations_of(mask, n_frames) if needs_durations else None
    noise = Noise(torch.tensor([5]))
    sampled = [model(symbols, mask, mel, n_frames, noise, 1.0, durations) for _ in range(2)]
    assert torch.equal(sampled[0].mel, sampled[1].mel)
    forced = model(symbols, mask, sampled[0].mel, n_frames, noise, 0.0, durations)
    torch.testing.assert_close(forced.mel, sampled[0].mel, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(forced.weights, sampled[0].weights, atol=1e-5, rtol=1e-4)
