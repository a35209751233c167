import dataclasses

import pytest
import torch

from tests.test_compiled_product import wide_vectors
from tts_align.attention import StepwiseMonotonicConfig, build_attention
from tts_align.attention.registry import AdditiveConfig, LocationSensitiveConfig
from tts_align.compiled_product import PANEL, PackedMatrix
from tts_align.model import fast_decoder, fast_linear, fast_lstm
from tts_align.model.fast_recurrence import Dropout, LstmInputs, run_recurrence
from tts_align.model.fast_rows import AttentionInputs, Places, SoftmaxRows, StepwiseRows
from tts_align.model.fast_rows_cpu import SoftmaxCpuRows, StepwiseCpuRows
from tts_align.model.fast_rows_located import LocatedCpuRows
from tts_align.model.tacotron import Tacotron, small_config
from tts_align.noise import Noise

KINDS = [
    AdditiveConfig(hidden_size=7),
    LocationSensitiveConfig(hidden_size=7, n_filters=3, kernel_size=5),
    StepwiseMonotonicConfig(hidden_size=7, offset=0.5),
]
RAGGED = ([22, 3, 10, 4, 15], [7, 1, 5, 2, 6])
ONE_OF_ALL = ([1], [1])


@pytest.fixture
def torch_rows(monkeypatch):
    """Makes the fast path use its rows for other devices."""
    anywhere = {kind: (rows, rows) for kind, (_, rows) in fast_decoder._ROWS.items()}
    monkeypatch.setattr(fast_decoder, "_ROWS", anywhere)


@pytest.fixture(params=[False, pytest.param(True, marks=wide_vectors)], ids=["torch's products", "compiled products"])
def products(request, monkeypatch):
    """Both ways to multiply, whatever the number of threads."""
    packed = []
    for user in (fast_lstm, fast_linear):
        monkeypatch.setattr(user, "is_worthwhile", lambda matrix: request.param and len(matrix) >= PANEL)
        monkeypatch.setattr(user, "PackedMatrix", lambda matrix: packed.append(1) or PackedMatrix(matrix))
    yield
    assert bool(packed) == request.param


def test_the_mechanisms_of_the_recipes_have_a_fast_path():
    assert all(fast_decoder.has_fast_path(build_attention(kind, 8, 4)) for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("sizes", [RAGGED, ONE_OF_ALL], ids=["ragged", "one of all"])
def test_the_fast_path_gives_what_the_plain_loop_gives_in_values_and_every_gradient(
    kind, training, sizes, products, monkeypatch
):
    fast, fast_gradients = _predict(kind, training, sizes)
    monkeypatch.setattr(fast_decoder, "_fast_attention", lambda cell: None)
    plain, plain_gradients = _predict(kind, training, sizes)
    for name in ("mel", "refined_mel", "stop_logits", "weights"):
        assert torch.allclose(getattr(fast, name), getattr(plain, name), atol=1e-6, rtol=1e-6), name
    assert fast_gradients.keys() == plain_gradients.keys()
    for name, gradient in plain_gradients.items():
        atol = 1e-5 * float(gradient.abs().max()) + 2e-7  # some are zero in theory: sums of rounding in either path
        assert torch.allclose(fast_gradients[name], gradient, atol=atol, rtol=0), name


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_the_rows_for_other_devices_give_the_same(kind, torch_rows, monkeypatch):
    fast, fast_gradients = _predict(kind, True, RAGGED)
    monkeypatch.setattr(fast_decoder, "_fast_attention", lambda cell: None)
    plain, plain_gradients = _predict(kind, True, RAGGED)
    assert torch.allclose(fast.weights, plain.weights, atol=1e-6)
    for name, gradient in plain_gradients.items():
        atol = 1e-5 * float(gradient.abs().max()) + 2e-7
        assert torch.allclose(fast_gradients[name], gradient, atol=atol, rtol=0), name


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_under_autocast_the_fast_path_stays_within_the_rounding_of_bfloat16(kind):
    exact, _ = _predict(kind, True, RAGGED)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rounded, gradients = _predict(kind, True, RAGGED)
    assert rounded.weights.dtype == torch.float32
    assert torch.allclose(rounded.weights, exact.weights, atol=0.02)
    assert torch.allclose(rounded.mel, exact.mel, atol=0.03)
    assert all(torch.isfinite(gradient).all() for gradient in gradients.values())


def test_an_utterance_alone_equals_itself_in_a_batch():
    together, _ = _predict(KINDS[2], True, RAGGED)
    model, batch = _model_and_batch(KINDS[2], True, RAGGED)
    symbols, mel, n_frames = batch
    noise = Noise(torch.tensor([2]))
    alone = model(symbols[2:3, :5], symbols[2:3, :5] != 0, mel[2:3, :10], n_frames[2:3], noise)
    assert torch.allclose(alone.weights[0], together.weights[2, :5, :5], atol=1e-6)


@pytest.mark.parametrize("rows", [SoftmaxRows, StepwiseRows])
@pytest.mark.parametrize("located", [True, False])
def test_the_gradients_are_those_of_finite_differences(rows, located):
    if located and rows is StepwiseRows:
        pytest.skip("location-sensitive energies have no stepwise fast path")
    lstm, attention, places, dropout = _inputs(torch.float64, located, n_steps=4, n_utterances=2, n_symbols=3)
    given = [tensor for tensor in (*lstm, *attention) if tensor is not None]

    def run(*tensors):
        filled = AttentionInputs(*tensors[2:], *([] if located else [None]))
        return run_recurrence(LstmInputs(*tensors[:2]), filled, places, rows, dropout=dropout)

    assert torch.autograd.gradcheck(run, given, atol=1e-6)


@pytest.mark.parametrize(
    ("compiled", "plain"),
    [(SoftmaxCpuRows, SoftmaxRows), (LocatedCpuRows, SoftmaxRows), (StepwiseCpuRows, StepwiseRows)],
)
def test_compiled_rows_agree_with_torch_rows_on_long_texts(compiled, plain):
    lstm, attention, places, dropout = _inputs(
        torch.float32, compiled is LocatedCpuRows, n_steps=61, n_utterances=3, n_symbols=83, hidden_size=37
    )
    results = []
    for rows in (compiled, plain):
        outputs, weights = run_recurrence(lstm, attention, places, rows, dropout=dropout)
        directions = torch.linspace(-1, 1, weights.numel()).view_as(weights)
        loss = outputs.square().sum() + (weights * directions).sum()
        given = [tensor for tensor in (*lstm, *attention) if tensor is not None]
        results.append((outputs, weights, *torch.autograd.grad(loss, given)))
    for one, other in zip(*results, strict=True):
        assert torch.allclose(one, other, atol=1e-4 * max(1.0, float(other.detach().abs().max())), rtol=0)


@pytest.mark.parametrize("rows", [SoftmaxCpuRows, LocatedCpuRows, StepwiseCpuRows, SoftmaxRows, StepwiseRows])
@pytest.mark.parametrize("spoilt", ["gates", "keys", "vector", "offset"])
def test_a_nan_comes_out_as_a_nan_and_spoils_no_other_utterance(rows, spoilt):
    lstm, attention, places, dropout = _inputs(
        torch.float32, rows is LocatedCpuRows, n_steps=5, n_utterances=2, n_symbols=6
    )
    with torch.no_grad():
        (lstm if spoilt == "gates" else attention)._asdict()[spoilt][0 if spoilt != "offset" else ()] = torch.nan
    outputs, weights = run_recurrence(lstm, attention, places, rows, dropout=dropout)
    given = [tensor for tensor in (*lstm, *attention) if tensor is not None]
    gradients = torch.autograd.grad(outputs.sum() + weights.sum(), given)
    spoilt_utterances = slice(0, 1) if spoilt == "keys" else slice(0, 2)
    assert weights[:, spoilt_utterances].isnan().any(2).all()
    assert outputs[:, -3:, spoilt_utterances].isnan().any(1).all()  # contexts
    assert torch.isfinite(outputs[:, :, spoilt_utterances.stop :]).all()
    assert all(gradient.isnan().any() for gradient in gradients)


def test_a_second_backward_pass_is_refused_and_not_wrong():
    prediction, _ = _predict(KINDS[2], True, RAGGED)
    with pytest.raises(RuntimeError, match="second time"):
        prediction.weights.sum().backward()


def _predict(kind, training, sizes):
    model, (symbols, mel, n_frames) = _model_and_batch(kind, training, sizes)
    prediction = model(symbols, symbols != 0, mel, n_frames, Noise(torch.arange(len(symbols))))
    random = torch.Generator().manual_seed(3)
    loss = torch.zeros(())
    for field in dataclasses.fields(prediction)[:4]:
        values = getattr(prediction, field.name)
        loss = loss + (values * torch.randn(values.shape, generator=random)).mean()
    loss.backward()
    return prediction, {n: p.grad for n, p in model.named_parameters() if p.grad is not None}


def _model_and_batch(kind, training, sizes):
    torch.manual_seed(0)
    model = Tacotron(9, 4, small_config(kind)).train(training)
    n_frames, n_symbols = (torch.tensor(each) for each in sizes)
    symbols = torch.randint(2, 9, (len(n_symbols), int(n_symbols.max())))
    symbols[torch.arange(symbols.shape[1]) >= n_symbols[:, None]] = 0
    mel = torch.randn(len(n_frames), -(-int(n_frames.max()) // 2) * 2, 4)
    return model, (symbols, mel, n_frames)


def _inputs(dtype, located, n_steps, n_utterances, n_symbols, hidden_size=3):
    random = torch.Generator().manual_seed(5)

    def draw(*shape):
        return torch.randn(shape, generator=random, dtype=dtype).requires_grad_()

    size, value_size = 2, 3
    lstm = LstmInputs(draw(n_steps, 4 * size, n_utterances), draw(4 * size, value_size + size))
    attention = AttentionInputs(
        draw(n_utterances, n_symbols, value_size),
        draw(n_utterances, n_symbols, hidden_size),
        draw(hidden_size, size),
        draw(hidden_size),
        draw(hidden_size),
        draw(),
        draw(6, hidden_size) if located else None,
    )
    last = torch.tensor([n_symbols - 1, *[n_symbols // 2] * (n_utterances - 1)])
    noise = draw(n_steps, n_utterances, n_symbols).detach()
    dropout = Dropout(draw(n_steps, size, n_utterances).detach() > -0.5, 2.0)
    return lstm, attention, Places(last, noise, n_steps), dropout
