"""Scheduled sampling: between teacher forcing and free running, and what it says is a matter of seed and step."""

import pytest
import torch

from tests.model.test_cells import build as build_with
from tests.model.test_tacotron import KINDS, N_MELS, batch, build
from tts_align.model import speak
from tts_align.model.unroll import ScheduledSampling, TeacherForcing, unroll
from tts_align.noise import Noise

SEEDS = torch.arange(3)


@pytest.fixture(params=sorted(KINDS))
def kind(request):
    return KINDS[request.param]


def decoded(model, share, training):
    """Frames, stop logits and weights of a batch by the policy itself, whatever the share."""
    symbols, mask, mel, _ = batch()
    noise = Noise(SEEDS)
    training_noise = noise if training else None
    memory = model.decoder.cell.attention.prepare(model.encoder(symbols, mask, training_noise), mask, training_noise)
    policy = ScheduledSampling(model.decoder, mel, noise, share, training_noise)
    _, weights = unroll(model.decoder, memory, policy)
    return torch.cat(policy.frames, dim=1), torch.cat(policy.stop_logits, dim=1), weights


@pytest.mark.parametrize("training", [True, False])
def test_with_a_share_of_zero_it_is_teacher_forcing(kind, training):
    model = build(kind).train(training)
    symbols, mask, mel, _ = batch()
    noise = Noise(SEEDS)
    training_noise = noise if training else None
    memory = model.decoder.cell.attention.prepare(model.encoder(symbols, mask, training_noise), mask, training_noise)
    outputs, weights = unroll(model.decoder, memory, TeacherForcing(model.decoder, mel, noise))
    frames, stop_logits, _ = model.decoder.readout(outputs, noise=training_noise)
    sampled = decoded(model, 0.0, training)
    for one, other in zip(sampled, (frames, stop_logits, weights), strict=True):
        torch.testing.assert_close(one, other, atol=1e-6, rtol=1e-5)


def test_with_a_share_of_one_it_is_free_running(kind):
    """As many steps as free running makes; the true frames are not looked at."""
    model = build(kind, frames_per_step=3)
    symbols, mask, _, _ = batch(lengths=(7,), n_frames=(10,))
    noise = Noise(torch.tensor([5]))
    spoken = speak(model, symbols, mask, noise, limit_steps=torch.tensor([8]), rest_steps=99)
    n_frames = spoken.n_steps * 3
    anything = torch.full((1, int(n_frames[0]), N_MELS), 77.0)
    sampled = model(symbols, mask, anything, n_frames, noise, sampled_share=1.0)
    torch.testing.assert_close(sampled.mel, spoken.mel, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(sampled.weights, spoken.weights, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(sampled.stop_logits, spoken.stop_logits, atol=1e-5, rtol=1e-4)


def test_each_step_hears_its_own_frames_or_the_true_ones_as_its_lot_says():
    model = build(KINDS["stepwise_monotonic"], frames_per_step=2)
    model.decoder.prenet.dropout = 0.0
    noise = Noise(torch.tensor([3, 8]))
    truth = torch.randn(2, 40, N_MELS)
    policy = ScheduledSampling(model.decoder, truth, noise, share=0.5)
    lots = noise.uniform("scheduled sampling", (20,)) < 0.5
    assert 0.2 < float(lots.float().mean()) < 0.8
    before = torch.zeros(2, 2 * N_MELS), torch.zeros(2, 2 * N_MELS)  # what it made, and the truth
    for step in range(20):
        heard = policy.next_input()
        wanted = torch.stack([before[0][i] if lots[i, step] else before[1][i] for i in range(2)])
        torch.testing.assert_close(heard, model.decoder.prenet(wanted.unsqueeze(1), noise)[:, 0])
        policy.take(torch.randn(2, 21), torch.zeros(2, 6))
        before = policy.frames[-1].flatten(1), truth[:, 2 * step : 2 * step + 2].flatten(1)
    assert policy.next_input() is None


@pytest.mark.parametrize("training", [True, False])
def test_an_utterance_alone_is_predicted_as_in_a_batch(kind, training):
    model = build(kind).train(training)
    symbols, mask, mel, n_frames = batch()
    together = model(symbols, mask, mel, n_frames, Noise(SEEDS), sampled_share=0.5)
    for i in range(3):
        one, n, frames = slice(i, i + 1), int(mask[i].sum()), int(n_frames[i])
        alone = model(symbols[one, :n], mask[one, :n], mel[one, :frames], n_frames[one], Noise(SEEDS[one]), 0.5)
        torch.testing.assert_close(alone.refined_mel[0], together.refined_mel[i, :frames], atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(alone.weights[0], together.weights[i, : frames // 2, :n], atol=1e-6, rtol=1e-4)


def test_the_same_seed_says_the_same_and_another_share_does_not():
    model = build(KINDS["stepwise_monotonic"])
    symbols, mask, mel, n_frames = batch()
    said = [model(symbols, mask, mel, n_frames, Noise(SEEDS), share).mel for share in (0.5, 0.5, 0.0, 1.0)]
    assert torch.equal(said[0], said[1])
    assert not torch.allclose(said[0], said[2], atol=1e-4) and not torch.allclose(said[0], said[3], atol=1e-4)


def test_the_share_of_steps_that_hear_themselves_is_the_one_asked_for():
    model = build(KINDS["stepwise_monotonic"], frames_per_step=1)
    policy = ScheduledSampling(model.decoder, torch.zeros(50, 200, N_MELS), Noise(torch.arange(50)), share=0.3)
    assert float(policy._hears_itself.float().mean()) == pytest.approx(0.3, abs=0.015)  # three standard deviations


@pytest.mark.parametrize("autocast", [False, True])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_every_weight_learns(cell, autocast):
    model = build_with(cell).train()
    symbols, mask, mel, n_frames = batch()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
        prediction = model(symbols, mask, mel, n_frames, Noise(SEEDS), sampled_share=0.7)
    assert prediction.mel.dtype == prediction.stop_logits.dtype == torch.float32
    (prediction.refined_mel.square().mean() + prediction.stop_logits.square().mean()).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None and torch.isfinite(parameter.grad).all(), name
        assert parameter.grad.abs().sum() > 0, name


def test_no_gradient_flows_through_what_is_fed_back():
    """The second step hears the first: its error reaches what made the first step's frames by no way."""
    model = build(KINDS["stepwise_monotonic"])
    policy = ScheduledSampling(model.decoder, torch.randn(1, 4, N_MELS), Noise(SEEDS[:1]), share=1.0)
    policy.next_input()
    outputs = torch.randn(1, 21, requires_grad=True)
    policy.take(outputs, torch.zeros(1, 11))
    assert policy.frames[0].requires_grad  # the prediction itself is learned from
    policy.next_input().sum().backward()  # what the second step hears is not
    assert outputs.grad is None
    assert model.decoder.prenet.layers[0].weight.grad.abs().sum() > 0


def test_gradients_are_those_of_the_same_frames_given_as_the_truth():
    """With a share of one the model hears its own frames; hearing the same as true frames gives the same gradients."""
    model = build(KINDS["location_sensitive"])
    symbols, mask, mel, n_frames = batch(lengths=(7,), n_frames=(12,))
    noise = Noise(torch.tensor([5]))
    sampled = model(symbols, mask, mel, n_frames, noise, sampled_share=1.0)
    forced = model(symbols, mask, sampled.mel.detach(), n_frames, noise)
    gradients = []
    for prediction in (sampled, forced):
        model.zero_grad()
        (prediction.refined_mel - mel).square().mean().backward()
        gradients.append(
            {name: parameter.grad.clone() for name, parameter in model.named_parameters() if parameter.grad is not None}
        )
    assert gradients[0].keys() == gradients[1].keys()
    for name, gradient in gradients[0].items():
        torch.testing.assert_close(gradient, gradients[1][name], atol=1e-6, rtol=1e-4, msg=name)
