"""The model: one loop, two policies, and utterances that do not know of each other."""

import pytest
import torch

from tts_align.attention import LocationSensitiveConfig, StepwiseMonotonicConfig
from tts_align.attention.baselines import FixedContext
from tts_align.model import Tacotron, small_config, speak
from tts_align.model.unroll import FreeRunning, TeacherForcing, unroll
from tts_align.noise import Noise

N_SYMBOLS, N_MELS = 17, 5
KINDS = {
    "stepwise_monotonic": StepwiseMonotonicConfig(hidden_size=7, offset=0.0, inference="soft"),
    "location_sensitive": LocationSensitiveConfig(hidden_size=7, n_filters=2, kernel_size=3),
}


@pytest.fixture(params=sorted(KINDS))
def kind(request):
    return KINDS[request.param]


def build(kind, frames_per_step=2):
    torch.manual_seed(3)
    return Tacotron(N_SYMBOLS, N_MELS, small_config(kind, frames_per_step)).eval()


def batch(lengths=(7, 3, 11), n_frames=(22, 10, 14)):
    torch.manual_seed(4)
    mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    symbols = torch.randint(1, N_SYMBOLS, mask.shape) * mask
    mel = torch.randn(len(lengths), max(n_frames), N_MELS)
    return symbols, mask, mel, torch.tensor(n_frames)


@pytest.mark.parametrize("training", [True, False])
def test_an_utterance_alone_is_predicted_as_in_a_batch(kind, training):
    model = build(kind).train(training)
    symbols, mask, mel, n_frames = batch()
    together = model(symbols, mask, mel, n_frames, Noise(torch.arange(3)))
    for i in range(3):
        n, frames = int(mask[i].sum()), int(n_frames[i])
        alone = model(
            symbols[i : i + 1, :n],
            mask[i : i + 1, :n],
            mel[i : i + 1, :frames],
            n_frames[i : i + 1],
            Noise(torch.tensor([i])),
        )
        torch.testing.assert_close(alone.refined_mel[0], together.refined_mel[i, :frames], atol=1e-5, rtol=1e-4)
        torch.testing.assert_close(alone.weights[0], together.weights[i, : frames // 2, :n], atol=1e-6, rtol=1e-4)


def test_speaking_alone_equals_speaking_in_a_batch(kind):
    model = build(kind)
    symbols, mask, _, _ = batch()
    limit = torch.tensor([31, 9, 17])
    together = speak(model, symbols, mask, Noise(torch.arange(3)), limit_steps=limit, rest_steps=3)
    for i in range(3):
        n = int(mask[i].sum())
        alone = speak(
            model,
            symbols[i : i + 1, :n],
            mask[i : i + 1, :n],
            Noise(torch.tensor([i])),
            limit_steps=limit[i : i + 1],
            rest_steps=3,
        )
        steps = int(alone.n_steps[0])
        assert steps == int(together.n_steps[i])
        assert alone.stopped_by[0] == together.stopped_by[i]
        torch.testing.assert_close(alone.refined_mel[0], together.refined_mel[i, : 2 * steps], atol=1e-5, rtol=1e-4)
        assert (together.weights[i, steps:] == 0).all()


@pytest.mark.parametrize("frames_per_step", [1, 2, 5])
def test_teacher_forcing_on_what_was_spoken_says_it_again(kind, frames_per_step):
    """The two policies are one loop: hearing one's own frames as the truth gives the same frames."""
    model = build(kind, frames_per_step)
    symbols, mask, _, _ = batch(lengths=(7,), n_frames=(10,))
    noise = Noise(torch.tensor([5]))
    spoken = speak(model, symbols, mask, noise, limit_steps=torch.tensor([8]), rest_steps=99)
    n_frames = spoken.n_steps * frames_per_step
    forced = model(symbols, mask, spoken.mel, n_frames, noise)
    torch.testing.assert_close(forced.mel, spoken.mel, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(forced.weights, spoken.weights, atol=1e-5, rtol=1e-4)


def test_the_mel_scale_brings_predictions_into_the_units_of_the_features(kind):
    model = build(kind)
    symbols, mask, mel, n_frames = batch()
    before = model(symbols, mask, mel, n_frames, Noise(torch.arange(3)))
    model.mel_mean.fill_(-4.0)
    model.mel_scale.fill_(3.0)
    after = model(symbols, mask, mel * 3 - 4, n_frames, Noise(torch.arange(3)))
    torch.testing.assert_close(after.refined_mel, before.refined_mel * 3 - 4, atol=1e-5, rtol=1e-4)


def speak_with(weights_by_step, gate_by_step, rest_steps, limit=20, n_symbols=6, attention=None):
    """Runs the stopping rule alone, on drawn attention and gate."""
    model = build(KINDS["stepwise_monotonic"])
    if attention is not None:
        model.decoder.cell.attention = attention
    mask = torch.ones(1, n_symbols, dtype=torch.bool)
    memory = model.decoder.cell.attention.prepare(torch.zeros(1, n_symbols, 10), mask)
    policy = FreeRunning(model.decoder, memory, Noise(torch.tensor([0])), torch.tensor([limit]), rest_steps)
    for at, gate in zip(weights_by_step, gate_by_step, strict=True):
        if policy.next_input() is None:
            break
        model.decoder.readout.stop.weight.data.zero_()
        model.decoder.readout.stop.bias.data.fill_(1.0 if gate else -1.0)
        policy.take(torch.zeros(1, 21), torch.nn.functional.one_hot(torch.tensor([at]), n_symbols).float())
    return policy


def test_a_gate_in_mid_text_does_not_cut_it_off():
    policy = speak_with([0, 1, 2, 3], [True, True, True, True], rest_steps=9)
    assert policy.stopped_by == ["gate"]
    assert int(policy.n_steps[0]) == 4  # symbol 3 of 6 is the first of the end zone


def test_attention_that_rests_on_the_end_stops_without_a_gate():
    policy = speak_with([3, 5, 4, 5, 5, 5, 5, 5], [False] * 8, rest_steps=3)
    assert policy.stopped_by == ["attention"]
    assert int(policy.n_steps[0]) == 6  # the visit of step 2 did not count: it left again


def test_where_attention_has_no_place_the_gate_alone_decides():
    """A fixed context is always on the last symbol, and the mean of all never is: neither says what was spoken."""
    for weights in ("last", "mean"):
        gated = speak_with([5, 5, 0, 0, 0], [False, False, False, True, True], 2, attention=FixedContext(weights))
        assert (gated.stopped_by, int(gated.n_steps[0])) == (["gate"], 4)
    never = speak_with([5] * 9, [False] * 9, rest_steps=2, limit=8, attention=FixedContext("last"))
    assert (never.stopped_by, int(never.n_steps[0])) == (["limit"], 8)


def test_a_run_that_never_ends_is_stopped_by_the_limit():
    policy = speak_with([0] * 9, [True] * 9, rest_steps=3, limit=7)
    assert policy.stopped_by == ["limit"]
    assert int(policy.n_steps[0]) == 7


def test_teacher_forcing_feeds_the_frames_of_the_step_before():
    model = build(KINDS["stepwise_monotonic"], frames_per_step=3)
    model.decoder.prenet.dropout = 0.0
    frames = torch.randn(1, 9, N_MELS)
    policy = TeacherForcing(model.decoder, frames, Noise(torch.tensor([0])))
    inputs = torch.stack([policy.next_input() for _ in range(3)], dim=1)
    assert policy.next_input() is None
    seen = torch.stack([torch.zeros(1, 3 * N_MELS), frames[:, :3].flatten(1), frames[:, 3:6].flatten(1)], dim=1)
    torch.testing.assert_close(inputs, model.decoder.prenet(seen, Noise(torch.tensor([0]))))


def test_every_weight_learns_under_bfloat16_autocast(kind):
    model = build(kind).train()
    symbols, mask, mel, n_frames = batch()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        prediction = model(symbols, mask, mel, n_frames, Noise(torch.arange(3)))
    assert prediction.weights.dtype == torch.float32
    assert prediction.mel.dtype == torch.float32
    (prediction.refined_mel.square().mean() + prediction.stop_logits.square().mean()).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None and torch.isfinite(parameter.grad).all(), name
        assert parameter.grad.abs().sum() > 0, name


def test_the_loop_keeps_the_rows_in_order():
    model = build(KINDS["stepwise_monotonic"])
    symbols, mask, mel, _ = batch(lengths=(7,), n_frames=(22,))
    noise = Noise(torch.tensor([0]))
    memory = model.decoder.cell.attention.prepare(model.encoder(symbols, mask), mask)
    _, weights = unroll(model.decoder, memory, TeacherForcing(model.decoder, mel, noise))
    path = weights[0].argmax(-1)
    assert len(path) == 11
    assert (path.diff() >= 0).all() and int(path[0]) <= 1
