"""LSTM and GRU cells: the equations, one way to call both, and the names that voices on disk have."""

import pytest
import torch

from tests.model.test_tacotron import KINDS, N_MELS, N_SYMBOLS, batch
from tts_align.errors import RecipeError
from tts_align.model import DecoderConfig, Tacotron, small_config, speak
from tts_align.model.cells import GruCell, GruLayer, recurrent_cell, recurrent_layer, start_recurrent
from tts_align.noise import Noise
from tts_align.recipe import load_recipe


def build(cell, frames_per_step=2):
    torch.manual_seed(3)
    config = small_config(KINDS["stepwise_monotonic"], frames_per_step)
    decoder = config.decoder.model_copy(update={"cell": cell})
    return Tacotron(N_SYMBOLS, N_MELS, config.model_copy(update={"decoder": decoder})).eval()


def gru_by_hand(inputs, hidden, weights):
    """Cho et al. 2014, eq. 5-8, unit by unit; U_n's bias stands inside the reset gate's product."""
    w, u, b, c = ([row.tolist() for row in part] for part in weights)
    x, h = inputs.tolist(), hidden.tolist()
    q = len(h)

    def dot(row, values):
        return sum(a * value for a, value in zip(row, values, strict=True))

    def sigmoid(a):
        return 1 / (1 + torch.tensor(-a, dtype=torch.float64).exp().item())

    new = []
    for j in range(q):
        r = sigmoid(dot(w[j], x) + b[j] + dot(u[j], h) + c[j])
        z = sigmoid(dot(w[q + j], x) + b[q + j] + dot(u[q + j], h) + c[q + j])
        n = torch.tensor(dot(w[2 * q + j], x) + b[2 * q + j] + r * (dot(u[2 * q + j], h) + c[2 * q + j])).tanh().item()
        new.append((1 - z) * n + z * h[j])
    return torch.tensor(new)


def test_a_gru_cell_follows_its_equations_over_several_steps():
    torch.manual_seed(0)
    cell = GruCell(3, 5)
    weights = (cell.weight_ih.detach(), cell.weight_hh.detach(), cell.bias_ih.detach(), cell.bias_hh.detach())
    inputs = torch.randn(4, 2, 3)
    state = start_recurrent(cell, inputs[0])
    by_hand = [torch.zeros(5), torch.zeros(5)]
    for step in inputs:
        state = cell(step, state)
        by_hand = [gru_by_hand(step[i], by_hand[i], weights) for i in range(2)]
        torch.testing.assert_close(state[0], torch.stack(by_hand), atol=1e-6, rtol=1e-5)
        assert state[1].shape == (2, 0)


def test_a_gru_layer_is_its_cell_step_by_step():
    torch.manual_seed(0)
    layer, cell = GruLayer(3, 5, batch_first=True), GruCell(3, 5)
    cell.load_state_dict({name.removesuffix("_l0"): tensor for name, tensor in layer.state_dict().items()})
    inputs = torch.randn(2, 7, 3)
    outputs, (last, nothing) = layer(inputs)
    state = start_recurrent(cell, inputs)
    for step in range(7):
        state = cell(inputs[:, step], state)
        torch.testing.assert_close(outputs[:, step], state[0], atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(last[0], state[0], atol=1e-6, rtol=1e-5)
    assert nothing.shape == (1, 2, 0)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_a_layer_goes_on_from_the_state_it_gave(kind):
    torch.manual_seed(0)
    layer = recurrent_layer(kind, 3, 5)
    inputs = torch.randn(2, 7, 3)
    whole, end = layer(inputs, None)
    first, state = layer(inputs[:, :4], None)
    second, after = layer(inputs[:, 4:], state)
    torch.testing.assert_close(torch.cat([first, second], dim=1), whole)
    torch.testing.assert_close(after[0], end[0])
    steps, state = [first], layer(inputs[:, :4], None)[1]
    for step in range(4, 7):
        output, state = layer(inputs[:, step : step + 1], state)
        steps.append(output)
    torch.testing.assert_close(torch.cat(steps, dim=1), whole, atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(state, end, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_gradients_step_by_step_are_those_of_all_steps_at_once(kind):
    torch.manual_seed(0)
    layer = recurrent_layer(kind, 3, 5).double()
    inputs, toward = torch.randn(2, 7, 3, dtype=torch.float64), torch.randn(2, 7, 5, dtype=torch.float64)
    gradients = []
    for portions in ([7], [1] * 7, [3, 1, 1, 2]):
        layer.zero_grad()
        outputs, state = [], None
        for part in inputs.split(portions, dim=1):
            output, state = layer(part, state)
            outputs.append(output)
        (torch.cat(outputs, dim=1) * toward).sum().backward()
        gradients.append({name: parameter.grad.clone() for name, parameter in layer.named_parameters()})
    assert len(gradients[0]) == 4
    torch.testing.assert_close(gradients[1], gradients[0])
    torch.testing.assert_close(gradients[2], gradients[0])


@pytest.mark.parametrize(("kind", "memory"), [("lstm", 5), ("gru", 0)])
def test_both_kinds_start_from_zeros_and_keep_the_same_kind_of_state(kind, memory):
    cell = recurrent_cell(kind, 3, 5)
    start = start_recurrent(cell, torch.ones(2, 3))
    after = cell(torch.ones(2, 3), start)
    for state in (start, after):
        assert (state[0].shape, state[1].shape) == ((2, 5), (2, memory))
    assert not start[0].any() and not start[1].any() and after[0].any()


@pytest.mark.parametrize(("kind", "gates"), [("lstm", 4), ("gru", 3)])
def test_the_names_of_the_weights_are_those_of_voices_on_disk(kind, gates):
    shapes = {name: tuple(tensor.shape) for name, tensor in build(kind).state_dict().items()}
    found = {name: shape for name, shape in shapes.items() if f".{kind}." in name and name.startswith("decoder.")}
    assert found == {
        f"decoder.cell.{kind}.weight_ih": (gates * 11, 9 + 10),
        f"decoder.cell.{kind}.weight_hh": (gates * 11, 11),
        f"decoder.cell.{kind}.bias_ih": (gates * 11,),
        f"decoder.cell.{kind}.bias_hh": (gates * 11,),
        f"decoder.readout.{kind}.weight_ih_l0": (gates * 13, 11 + 10),
        f"decoder.readout.{kind}.weight_hh_l0": (gates * 13, 13),
        f"decoder.readout.{kind}.bias_ih_l0": (gates * 13,),
        f"decoder.readout.{kind}.bias_hh_l0": (gates * 13,),
    }
    other = {"lstm": "gru", "gru": "lstm"}[kind]
    assert not any(name.startswith("decoder.") and f".{other}." in name for name in shapes)


def test_a_recipe_names_its_cell_and_gets_an_lstm_when_it_does_not_ask(tmp_path):
    (tmp_path / "r.toml").write_text("")
    assert load_recipe(tmp_path / "r.toml").decoder.cell == DecoderConfig().cell == "lstm"
    assert load_recipe(tmp_path / "r.toml", ["decoder.cell=gru"]).model.decoder.cell == "gru"
    with pytest.raises(RecipeError, match=r"key decoder\.cell: expected 'lstm' or 'gru', found 'rnn'"):
        load_recipe(tmp_path / "r.toml", ["decoder.cell=rnn"])


@pytest.mark.parametrize("training", [True, False])
def test_with_a_gru_an_utterance_alone_is_predicted_as_in_a_batch(training):
    model = build("gru").train(training)
    symbols, mask, mel, n_frames = batch()
    together = model(symbols, mask, mel, n_frames, Noise(torch.arange(3)))
    n, frames = int(mask[1].sum()), int(n_frames[1])
    one = slice(1, 2)
    alone = model(symbols[one, :n], mask[one, :n], mel[one, :frames], n_frames[one], Noise(torch.tensor([1])))
    torch.testing.assert_close(alone.refined_mel[0], together.refined_mel[1, :frames], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(alone.weights[0], together.weights[1, : frames // 2, :n], atol=1e-6, rtol=1e-4)


def test_with_a_gru_teacher_forcing_on_what_was_spoken_says_it_again():
    model = build("gru")
    symbols, mask, _, _ = batch(lengths=(7,), n_frames=(10,))
    noise = Noise(torch.tensor([5]))
    spoken = speak(model, symbols, mask, noise, limit_steps=torch.tensor([8]), rest_steps=99)
    forced = model(symbols, mask, spoken.mel, spoken.n_steps * 2, noise)
    torch.testing.assert_close(forced.mel, spoken.mel, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(forced.weights, spoken.weights, atol=1e-5, rtol=1e-4)


def test_with_a_gru_every_weight_learns_under_bfloat16_autocast():
    model = build("gru").train()
    symbols, mask, mel, n_frames = batch()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        prediction = model(symbols, mask, mel, n_frames, Noise(torch.arange(3)))
    (prediction.refined_mel.square().mean() + prediction.stop_logits.square().mean()).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None and torch.isfinite(parameter.grad).all(), name
        assert parameter.grad.abs().sum() > 0, name
