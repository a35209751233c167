"""The fast loop says what the plain loop says."""

import pytest
import torch

from tts_align.attention import MECHANISMS, LocationSensitiveConfig, StepwiseMonotonicConfig
from tts_align.model import DecoderConfig, Tacotron, small_config
from tts_align.model.speaking import Speaking
from tts_align.model.speaking_choice import speaking_loop
from tts_align.model.speaking_fast import FastLoop
from tts_align.model.speaking_focus import Blend, OneSymbol
from tts_align.model.speaking_plain import PlainLoop
from tts_align.noise import Noise

N_SYMBOLS, N_MELS = 17, 5
KINDS = {
    "hard": StepwiseMonotonicConfig(hidden_size=7, offset=0.3),
    "short stays": StepwiseMonotonicConfig(hidden_size=7, offset=2.0, longest_stay=4),
    "soft": StepwiseMonotonicConfig(hidden_size=7, offset=0.3, inference="soft"),
    "location_sensitive": LocationSensitiveConfig(hidden_size=7, n_filters=2, kernel_size=3),
    "additive": MECHANISMS["additive"](hidden_size=7),
}
LENGTHS, LIMITS = (7, 3, 23, 11, 5), (301, 9, 280, 2, 31)


@pytest.fixture(params=sorted(KINDS))
def model(request):
    return build(KINDS[request.param])


def build(kind, frames_per_step=2):
    torch.manual_seed(3)
    model = Tacotron(N_SYMBOLS, N_MELS, small_config(kind, frames_per_step)).eval()
    for parameter in model.decoder.parameters():  # so that its own frames matter to it
        parameter.data.mul_(2.0)
    model.decoder.readout.stop.bias.data.fill_(-3.0)
    return model


def batch(lengths=LENGTHS):
    torch.manual_seed(4)
    mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    return torch.randint(1, N_SYMBOLS, mask.shape) * mask, mask


def prepared(model, symbols, mask, durations=None):
    attention = model.decoder.cell.attention
    return attention.prepare(model.encoder(symbols, mask), mask, decide=True, durations=durations)


@torch.no_grad()
def spoken_by(make, model, durations=None, lengths=LENGTHS, limits=LIMITS, rest_steps=40):
    """The loop, after it has spoken."""
    symbols, mask = batch(lengths)
    seeds = torch.arange(len(lengths))
    memory = prepared(model, symbols, mask, durations)
    loop = make(model.decoder, memory, Noise(seeds), torch.tensor(limits), rest_steps)
    while not loop.is_over:
        loop.step()
    return loop


def assert_same(fast, plain):
    assert fast.stopped_by == plain.stopped_by
    assert fast.n_steps.tolist() == plain.n_steps.tolist()
    for i, n in enumerate(plain.n_steps.tolist()):
        frames = n * 2
        torch.testing.assert_close(fast.frames(0)[i, :frames], plain.frames(0)[i, :frames], atol=1e-5, rtol=0)
        torch.testing.assert_close(fast.weights(0)[i, :n], plain.weights(0)[i, :n], atol=1e-6, rtol=0)
        torch.testing.assert_close(fast.stop_logits()[i, :n], plain.stop_logits()[i, :n], atol=1e-5, rtol=1e-5)


def test_the_fast_loop_equals_the_plain_loop_over_hundreds_of_steps_while_others_stop(model):
    fast, plain = spoken_by(speaking_loop, model), spoken_by(PlainLoop, model)
    assert isinstance(fast, FastLoop)
    assert_same(fast, plain)
    assert len(set(plain.n_steps.tolist())) >= 4 and fast.n_made >= 40


@pytest.mark.parametrize("make", [speaking_loop, PlainLoop])
def test_no_symbol_but_the_last_is_stayed_on_for_longer_than_allowed(make):
    never_goes_on = StepwiseMonotonicConfig(hidden_size=7, offset=50.0, longest_stay=3)
    spoken = spoken_by(make, build(never_goes_on), lengths=(4,), limits=(15,))
    assert spoken.weights(0)[0].argmax(dim=1).tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3]


def test_more_steps_than_there_was_room_for_at_first():
    model = build(KINDS["soft"])
    model.decoder.cell.attention.score.vector.bias.data.fill_(9.0)  # never leaves the first symbol
    fast, plain = spoken_by(speaking_loop, model), spoken_by(PlainLoop, model)
    assert fast.n_made == 301
    assert_same(fast, plain)


def test_hard_rows_are_equal_to_the_last_bit():
    model = build(KINDS["hard"])
    fast, plain = spoken_by(speaking_loop, model), spoken_by(PlainLoop, model)
    for i, n in enumerate(plain.n_steps.tolist()):
        assert torch.equal(fast.weights(0)[i, :n], plain.weights(0)[i, :n])
    assert (plain.weights(0)[2].argmax(1).diff() == 1).sum() >= 5  # and they go somewhere


def test_an_utterance_in_a_batch_that_shrinks_is_what_it_is_alone(model):
    together = spoken_by(speaking_loop, model)
    for i, (length, limit) in enumerate(zip(LENGTHS, LIMITS, strict=True)):
        symbols, mask = batch()
        memory = prepared(model, symbols[i : i + 1, :length], mask[i : i + 1, :length])
        alone = speaking_loop(model.decoder, memory, Noise(torch.tensor([i])), torch.tensor([limit]), 40)
        with torch.no_grad():
            while not alone.is_over:
                alone.step()
        assert alone.stopped_by[0] == together.stopped_by[i]
        n = alone.n_made
        torch.testing.assert_close(alone.frames(0)[0], together.frames(0)[i, : 2 * n], atol=1e-5, rtol=0)
        torch.testing.assert_close(alone.weights(0)[0], together.weights(0)[i, :n, :length], atol=1e-6, rtol=0)


def test_durations_are_followed_as_in_the_plain_loop():
    model = build(KINDS["hard"])
    _, mask = batch()
    durations = torch.randint(1, 5, mask.shape).float() * 0.7 * mask
    fast, plain = spoken_by(speaking_loop, model, durations), spoken_by(PlainLoop, model, durations)
    assert_same(fast, plain)
    assert (plain.weights(0)[2, : plain.n_steps[2]].argmax(1).diff() == 1).sum() == 22


def focus_of(config, decide=True):
    model = Tacotron(N_SYMBOLS, N_MELS, config).eval()
    symbols, mask = batch()
    memory = model.decoder.cell.attention.prepare(model.encoder(symbols, mask), mask, decide=decide)
    return speaking_loop(model.decoder, memory, Noise(torch.arange(5)), torch.tensor(LIMITS), 3)


def test_the_choice_of_the_loop():
    assert isinstance(focus_of(small_config(KINDS["hard"]))._focus, OneSymbol)
    assert isinstance(focus_of(small_config(KINDS["hard"]), decide=False)._focus, Blend)
    assert isinstance(focus_of(small_config(KINDS["soft"]))._focus, Blend)
    assert isinstance(focus_of(small_config(KINDS["location_sensitive"]))._focus, Blend)
    gru = small_config().model_copy(
        update={"decoder": DecoderConfig(cell="gru", attention_lstm_size=11, output_lstm_size=13, prenet_size=9)}
    )
    assert isinstance(focus_of(gru), PlainLoop)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert isinstance(focus_of(small_config()), PlainLoop)


@pytest.mark.parametrize("name", sorted(MECHANISMS))
def test_every_mechanism_speaks_the_same_through_whichever_loop_is_chosen(name):
    sizes = {"attention_lstm_size": 10, "output_lstm_size": 13, "prenet_size": 9, "frames_per_step": 2}
    config = small_config(MECHANISMS[name]()).model_copy(update={"decoder": DecoderConfig(**sizes)})
    torch.manual_seed(3)
    model = Tacotron(N_SYMBOLS, N_MELS, config).eval()
    symbols, mask = batch()
    durations, draws = mask * 2.5, Noise(torch.arange(5))
    memory = model.decoder.cell.attention.prepare(
        model.encoder(symbols, mask), mask, decide=True, durations=durations, draws=draws
    )
    loops = [
        make(model.decoder, memory, Noise(torch.arange(5)), torch.tensor([31, 9, 17, 2, 5]), 5)
        for make in (speaking_loop, PlainLoop)
    ]
    with torch.no_grad():
        for loop in loops:
            while not loop.is_over:
                loop.step()
    assert_same(*loops)


def test_the_memory_of_attention_shrinks_with_the_batch():
    model = build(KINDS["location_sensitive"])
    symbols, mask = batch()
    limits = torch.tensor([9, 2, 9, 9, 9])
    speaking = Speaking(model, symbols, mask, Noise(torch.arange(5)), limits, rest_steps=99)
    speaking.advance(2)
    assert len(speaking._loop._focus._memory.values) == len(speaking._loop._who) < 5
