"""The recurrence by recorded pieces against step after step: with a strict stand-in for graphs, and on a GPU."""

import warnings
import weakref

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from tests.model import test_fast_decoder
from tests.model.recording import OperationRecorder
from tests.model.test_fast_decoder import KINDS, ONE_OF_ALL, RAGGED, torch_rows  # noqa: F401
from tts_align.model import fast_decoder, fast_graphs, fast_lstm
from tts_align.model.fast_graphs import CudaRecorder, Graphs, graphs_for, lengthened, without_graphs
from tts_align.model.fast_recurrence import Dropout, Forward, LstmInputs, run_plainly, run_recurrence
from tts_align.model.fast_rows import AttentionInputs, Places, SoftmaxRows, StepwiseRows

CASES = {
    "additive": (SoftmaxRows, False),
    "location-sensitive": (SoftmaxRows, True),
    "stepwise": (StepwiseRows, False),
}
SIZES = {"n_utterances": 3, "n_symbols": 7, "hidden_size": 5, "size": 2, "value_size": 4}
needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")


@pytest.fixture(autouse=True)
def products_of_torch(monkeypatch):
    """As on a GPU; compiled loops are not seen by what records operations."""
    monkeypatch.setattr(fast_lstm, "is_worthwhile", lambda matrix: False)


def made_up(case, n_steps, seed=0, random=True, dtype=torch.float64, device="cpu", **sizes):
    """Keywords of `run_recurrence`."""
    rows, located = CASES[case]
    n_utterances, n_symbols, hidden_size, size, value_size = (SIZES | sizes).values()
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape):
        return torch.randn(shape, generator=generator, dtype=dtype).to(device)

    places = Places(
        torch.tensor([n_symbols - 1, *((seed + 3 * i) % n_symbols for i in range(1, n_utterances))], device=device),
        draw(n_steps, n_utterances, n_symbols) if random else None,
        n_steps,
    )
    kept = draw(n_steps, size, n_utterances) > -0.5
    keys = draw(n_utterances, n_symbols, value_size), draw(n_utterances, n_symbols, hidden_size)
    others = draw(hidden_size, size), draw(hidden_size), draw(hidden_size), draw()
    return {
        "lstm": LstmInputs(draw(n_steps, 4 * size, n_utterances), draw(4 * size, value_size + size)),
        "attention": AttentionInputs(*keys, *others, draw(6, hidden_size) if located else None),
        "places": places,
        "rows": rows,
        "dropout": Dropout(kept, 1.25) if random else None,
    }


def given(inputs):
    return [each.requires_grad_() for each in (*inputs["lstm"], *inputs["attention"]) if each is not None]


def results(inputs, **options):
    """Outputs, weights and every gradient."""
    tensors = given(inputs)
    outputs, weights = run_recurrence(**inputs, **options)
    directions = torch.linspace(-1, 1, weights.numel(), dtype=weights.dtype, device=weights.device).view_as(weights)
    loss = outputs.square().sum() + (weights * directions).sum()
    return outputs, weights, *torch.autograd.grad(loss, tensors)


def assert_same(found, wanted, tolerance=1e-12):
    for one, other in zip(found, wanted, strict=True):
        atol = tolerance * max(1.0, float(other.detach().abs().max()))
        torch.testing.assert_close(one, other, atol=atol, rtol=0, equal_nan=True)


def new_graphs(**options):
    return Graphs(OperationRecorder(), **({"n_steps": 4} | options))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("random", [True, False], ids=["dropout and noise", "neither"])
def test_pieces_give_what_steps_one_by_one_give_whatever_the_length_weights_and_batch(case, random):
    graphs, calls = new_graphs(), list(enumerate([6, 1, 4, 11, 8]))
    batches = [made_up(case, n_steps, seed, random) for seed, n_steps in calls]
    for inputs in batches:
        assert_same(results(inputs, runner=graphs), results(inputs))
    for inputs, (seed, n_steps) in zip(batches, calls, strict=True):  # and nothing was written into what is not its own
        assert_same(given(inputs), given(made_up(case, n_steps, seed, random)), 0)
    assert graphs.n_replayed == 2 * 4  # the first call is run step by step, and compared
    assert graphs._recorder.n_recorded == 2


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("dtypes", [(torch.float32, None), (torch.float32, torch.bfloat16)], ids=["float32", "mixed"])
def test_in_less_precise_types_pieces_give_the_same_too(case, dtypes):
    graphs = new_graphs()
    for seed in (0, 1):
        inputs = made_up(case, 9, seed, dtype=dtypes[0])
        assert_same(results(inputs, dtype=dtypes[1], runner=graphs), results(inputs, dtype=dtypes[1]), 1e-6)
    assert graphs.n_replayed == 2


@pytest.fixture
def on_graphs(torch_rows, monkeypatch):  # noqa: F811
    """Makes the fast path use recorded pieces."""
    graphs = new_graphs()
    monkeypatch.setattr(fast_decoder, "graphs_for", lambda device: graphs)
    return graphs


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("sizes", [RAGGED, ONE_OF_ALL], ids=["ragged", "one of all"])
def test_a_model_gives_the_same_with_and_without_graphs(kind, training, sizes, on_graphs, monkeypatch):
    test_fast_decoder._predict(kind, training, sizes)
    found, gradients = test_fast_decoder._predict(kind, training, sizes)
    assert on_graphs.n_replayed == 2
    monkeypatch.setattr(fast_decoder, "graphs_for", lambda device: None)
    wanted, others = test_fast_decoder._predict(kind, training, sizes)
    assert found.weights.shape == wanted.weights.shape
    for name in ("mel", "refined_mel", "stop_logits", "weights"):
        assert torch.allclose(getattr(found, name), getattr(wanted, name), atol=1e-6), name
    assert gradients.keys() == others.keys()
    for name, gradient in others.items():
        atol = 1e-5 * float(gradient.abs().max()) + 2e-7
        assert torch.allclose(gradients[name], gradient, atol=atol, rtol=0), name


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_under_autocast_a_model_gives_the_same_with_and_without_graphs(kind, on_graphs, monkeypatch):
    with torch.autocast("cpu", dtype=torch.bfloat16):
        test_fast_decoder._predict(kind, True, RAGGED)
        found, gradients = test_fast_decoder._predict(kind, True, RAGGED)
        monkeypatch.setattr(fast_decoder, "graphs_for", lambda device: None)
        wanted, others = test_fast_decoder._predict(kind, True, RAGGED)
    assert on_graphs.n_replayed == 2
    assert torch.allclose(found.weights, wanted.weights, atol=1e-5)
    for name, gradient in others.items():
        assert torch.allclose(gradients[name], gradient, atol=0.02 * float(gradient.abs().max()) + 1e-6), name


@pytest.mark.parametrize("case", CASES)
def test_padding_to_a_common_size_changes_nothing_and_weighs_nothing(case):
    inputs = made_up(case, 5)
    wanted = results(inputs)
    attention, places = lengthened(inputs["attention"], inputs["places"])
    assert attention.keys.shape[1] == 32
    outputs, weights = run_recurrence(**inputs | {"attention": attention, "places": places})
    assert not weights[..., 7:].any()
    directions = torch.linspace(-1, 1, wanted[1].numel(), dtype=torch.float64).view_as(wanted[1])
    loss = outputs.square().sum() + (weights[..., :7] * directions).sum()
    assert_same((outputs, weights[..., :7], *torch.autograd.grad(loss, given(inputs))), wanted)


def test_a_size_that_fits_is_not_padded():
    inputs = made_up("stepwise", 2, n_symbols=64)
    attention, places = lengthened(inputs["attention"], inputs["places"])
    assert (attention.values.shape[1], attention.keys.shape[1], places.noise.shape[2]) == (64, 64, 64)


@pytest.mark.parametrize("mode", [torch.inference_mode, torch.no_grad])
def test_without_gradients_no_way_back_is_recorded_until_there_is_one(mode):
    graphs, inputs = new_graphs(), made_up("location-sensitive", 6)
    given(inputs)
    with mode():
        wanted = run_recurrence(**inputs)
        for _ in range(2):
            assert_same(run_recurrence(**inputs, runner=graphs), wanted)
    assert graphs._recorder.n_recorded == graphs.n_replayed == 1
    for _ in range(2):
        assert_same(results(inputs, runner=graphs), results(inputs))
    assert graphs._recorder.n_recorded == 2
    assert graphs.n_replayed == 1 + 2 + 1


@pytest.mark.parametrize("case", CASES)
def test_two_ways_forward_before_either_way_back_do_not_mix(case):
    graphs, both = new_graphs(), [made_up(case, n_steps, seed) for n_steps, seed in ((6, 1), (9, 2))]
    for each in both:
        results(each, runner=graphs)
    tensors = [given(each) for each in both]
    forward = [run_recurrence(**each, runner=graphs) for each in both]
    losses = [(outputs.square().sum() + weights.square().sum()) for outputs, weights in forward]
    found = [torch.autograd.grad(loss, each) for loss, each in zip(losses, tensors, strict=True)]
    for each, gradients in zip(both, found, strict=True):
        outputs, weights = run_recurrence(**each)
        assert_same(gradients, torch.autograd.grad(outputs.square().sum() + weights.square().sum(), given(each)))


def test_other_sizes_and_settings_get_graphs_of_their_own():
    graphs = new_graphs()
    calls = [{}, {"n_utterances": 2}, {"n_symbols": 5}, {"random": False}, {"dtype": torch.float32}]
    for options in calls * 2:
        inputs = made_up("stepwise", 6, **options)
        assert_same(results(inputs, runner=graphs), results(inputs), 1e-6)
    inputs = made_up("stepwise", 6)
    inputs["dropout"] = inputs["dropout"]._replace(scale=2.0)  # a number that is written into the graph
    assert_same(results(inputs, runner=graphs), results(inputs))
    assert graphs._recorder.n_recorded == 2 * 6


def test_the_graphs_that_were_not_used_for_the_longest_time_leave():
    graphs = new_graphs(n_sizes=2, patience=0)
    batches = {n: made_up("additive", 6, n_utterances=n) for n in (1, 2, 3)}
    for n_utterances, n_recorded in [(1, 2), (2, 4), (1, 4), (3, 6), (1, 6), (2, 8), (1, 8)]:
        inputs = batches[n_utterances]
        assert_same(results(inputs, runner=graphs), results(inputs))
        assert graphs._recorder.n_recorded == n_recorded
        assert len(graphs._pairs) <= 2


def test_sizes_do_not_drive_each_other_out_again_and_again():
    graphs = new_graphs(n_sizes=2, patience=5)
    batches = {n: made_up("additive", 6, n_utterances=n) for n in (1, 2, 3, 4)}
    for n_utterances in [1, 2, 3, 4] * 3:
        inputs = batches[n_utterances]
        assert_same(results(inputs, runner=graphs), results(inputs))
    assert (graphs._recorder.n_recorded, graphs.n_replayed) == (4, 2 * 2 * 2)
    for _ in range(5):  # size 1 was asked for in the ninth call, so that the fifteenth is the first to take its place
        assert_same(results(batches[4], runner=graphs), results(batches[4]))
    assert (graphs._recorder.n_recorded, graphs.n_replayed) == (6, 2 * 2 * 2 + 2 * 2)


def test_a_way_back_is_right_although_its_graphs_have_left_meanwhile_and_frees_them():
    graphs, (first, other) = new_graphs(n_sizes=1, patience=0), [made_up("additive", 6, n_utterances=n) for n in (3, 2)]
    wanted = results(first)
    results(first, runner=graphs)
    (pair,) = graphs._pairs.values()
    kept = weakref.ref(pair.backward.pieces)
    del pair
    outputs, weights = run_recurrence(**first, runner=graphs)
    results(other, runner=graphs)
    directions = torch.linspace(-1, 1, weights.numel(), dtype=torch.float64).view_as(weights)
    loss = outputs.square().sum() + (weights * directions).sum()
    gradients = torch.autograd.grad(loss, given(first))
    assert graphs.n_replayed == 2
    assert_same((outputs, weights, *gradients), wanted)
    del outputs, weights, loss
    assert kept() is None  # at once, not whenever garbage is collected: that could be during a recording


class Broken(OperationRecorder):
    """Fails, or does something wrong, at the `n`-th recording."""

    def __init__(self, n, how):
        super().__init__()
        self.n, self.how = n, how

    def record(self, function, device):
        if self.n_recorded + 1 == self.n and self.how == "recording":
            raise RuntimeError("operation not permitted when stream is capturing")
        replay = super().record(function, device)
        wrong = {"replaying": self.fail, "nothing": lambda: None}
        return wrong[self.how] if self.n_recorded == self.n else replay

    def fail(self):
        raise RuntimeError("illegal memory access")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("direction", [1, 2], ids=["forward", "backward"])
@pytest.mark.parametrize(
    ("how", "found"),
    [
        ("recording", "recording failed with RuntimeError: operation not permitted"),
        ("replaying", "replaying failed with RuntimeError: illegal memory"),
        ("nothing", "results differ from those of single steps, .* times"),
    ],
)
def test_graphs_that_fail_step_aside_with_one_warning_and_right_results(case, direction, how, found):
    graphs, inputs = Graphs(Broken(direction, how), n_steps=4), made_up(case, 6)
    wanted = results(inputs)
    assert graphs.is_ready(torch.device("cpu"))
    with pytest.warns(RuntimeWarning, match=f"CUDA graphs are not used.*{found}") as caught:
        assert_same(results(inputs, runner=graphs), wanted)
    assert len(caught) == 1
    assert not graphs.is_ready(torch.device("cpu"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert_same(results(inputs, runner=graphs), wanted)
    assert graphs.n_replayed == 0


def test_a_graph_that_reads_old_weights_is_found_out():
    class Stale(OperationRecorder):
        def record(self, function, device):
            self.loop = function.__self__
            replay = super().record(function, device)
            weights = self.loop.buffers().fixed[0]
            kept = weights.clone() * 0.9

            def stale():
                weights.copy_(kept)
                replay()

            return stale

    graphs, inputs = Graphs(Stale(), n_steps=4), made_up("stepwise", 6, dtype=torch.float32)
    with pytest.warns(RuntimeWarning, match="results differ"):
        assert_same(results(inputs, runner=graphs), results(inputs))


@pytest.mark.parametrize(
    ("dtype", "products", "largest"),
    [
        (torch.float64, None, 1.5e-8),
        (torch.float32, None, 3.5e-4),
        (torch.float32, torch.bfloat16, 0.088),
    ],
)
def test_a_difference_is_measured_by_half_the_digits_of_the_products(dtype, products, largest):
    inputs = made_up("additive", 6, dtype=dtype)
    rows = inputs["rows"](inputs["attention"], inputs["places"])
    recurrent = inputs["lstm"].recurrent.to(products or dtype)
    loop = Forward(inputs["lstm"].gates, recurrent, rows, inputs["dropout"])
    found = torch.tensor([[0, 1], [3 * largest, 3], [0, 300]], dtype=torch.float64)
    assert fast_graphs._share_of_tolerance(found, loop) == pytest.approx(1, rel=0.03)
    back = loop.way_back()
    written, running = (torch.ones(n, 2, dtype=torch.float64) for n in (3, len(back.buffers().running)))
    running[:] = torch.tensor([torch.finfo(dtype).eps, torch.finfo(dtype).eps])  # noise
    running[0] = torch.tensor([0, 10])
    written[:, 0] = 0
    assert fast_graphs._share_of_tolerance(torch.cat([written, running]), back) < 0.01
    written[1] = torch.tensor([1e-9, 1e-9])  # small, and not a sum
    assert fast_graphs._share_of_tolerance(torch.cat([written, running]), back) > 1
    assert fast_graphs._share_of_tolerance(torch.full((1, 2), torch.inf), loop) is None
    assert fast_graphs._share_of_tolerance(torch.tensor([[torch.nan, 1.0]]), loop) == torch.inf


@pytest.mark.parametrize("case", CASES)
def test_what_overflowed_is_neither_trusted_nor_the_end_of_graphs(case):
    graphs = new_graphs()
    inputs = made_up(case, 6)
    inputs["attention"].values[0, 0, 0] = torch.inf
    results(inputs, runner=graphs)
    results(inputs, runner=graphs)
    assert graphs.n_replayed == 0
    for _ in range(2):
        inputs = made_up(case, 6)
        assert_same(results(inputs, runner=graphs), results(inputs))
    assert graphs.n_replayed == 2
    assert graphs._recorder.n_recorded == 2


@pytest.mark.parametrize("case", CASES)
def test_a_nan_goes_through_graphs_as_through_steps_and_does_not_stay(case):
    graphs = new_graphs()
    results(made_up(case, 6), runner=graphs)
    for spoilt in ("keys", "values", "vector"):
        inputs = made_up(case, 11)
        getattr(inputs["attention"], spoilt)[0] = torch.nan
        assert_same(results(inputs, runner=graphs), results(inputs))
        clean = made_up(case, 5, seed=1)
        found = results(clean, runner=graphs)
        assert all(each.isfinite().all() for each in found)
        assert_same(found, results(clean))
    assert graphs.n_replayed == 2 * 6


def test_a_loss_that_asks_nothing_gives_zeros_from_which_nothing_is_concluded():
    graphs, inputs = new_graphs(), made_up("additive", 6)
    for _ in range(2):
        tensors = given(inputs)
        outputs, _ = run_recurrence(**inputs, runner=graphs)
        gradients = torch.autograd.grad(outputs.sum() * 0, tensors)
        assert not any(each.any() for each in gradients)
    assert graphs.n_replayed == 1
    for n_replayed in (1 + 1, 2 + 2):
        assert_same(results(inputs, runner=graphs), results(inputs))
        assert graphs.n_replayed == n_replayed


@pytest.mark.parametrize("sizes", [{"n_steps": 0}, {"n_steps": 5, "n_utterances": 0}])
def test_where_there_is_nothing_to_do_nothing_is_recorded(sizes):
    graphs = new_graphs()
    inputs = made_up("additive", **{"n_utterances": 2} | sizes) if sizes["n_steps"] == 0 else _of_nobody()
    outputs, _ = run_recurrence(**inputs, runner=graphs)
    assert outputs.numel() == graphs._recorder.n_recorded == 0


def _of_nobody():
    inputs = made_up("additive", 5, random=False)
    lstm, attention = inputs["lstm"], inputs["attention"]
    attention = attention._replace(values=attention.values[:0], keys=attention.keys[:0])
    places = Places(inputs["places"].last[:0], None, 5)
    return inputs | {"lstm": lstm._replace(gates=lstm.gates[..., :0]), "attention": attention, "places": places}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("dtype", [None, torch.bfloat16], ids=["float32", "mixed"])
def test_what_is_recorded_stays_on_the_device_and_never_waits_for_it(case, dtype):
    with FakeTensorMode(), torch.no_grad():
        inputs = made_up(case, 3, dtype=torch.float32, device="cuda")
        (gates, recurrent), attention = inputs["lstm"], inputs["attention"]
        rows = inputs["rows"](attention, inputs["places"])
        forward = Forward(gates, recurrent.to(dtype or gates.dtype), rows, inputs["dropout"]).piece(3)
        for loop in (forward, forward.way_back()):
            with _OnlyOn("cuda") as seen:
                loop.run()
            assert seen.n_calls > 3 * 20
            assert {each.device.type for buffers in loop.buffers() for each in buffers} == {"cuda"}


class _OnlyOn(torch.utils._python_dispatch.TorchDispatchMode):
    """Refuses operations with or between other devices."""

    def __init__(self, device):
        super().__init__()
        self.device, self.n_calls = device, 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        self.n_calls += 1
        for each in torch.utils._pytree.tree_leaves((args, kwargs, result)):
            assert not isinstance(each, torch.Tensor) or each.device.type == self.device, function
        return result


def test_there_are_no_graphs_on_a_cpu_nor_where_they_are_switched_off(monkeypatch):
    graphs = new_graphs()
    monkeypatch.setattr(fast_graphs, "_GRAPHS", graphs)
    assert graphs_for(torch.device("cpu")) is None
    assert graphs_for(torch.device("cuda")) is graphs
    with without_graphs():
        assert graphs_for(torch.device("cuda")) is None
    assert graphs_for(torch.device("cuda")) is graphs


@needs_gpu
@pytest.mark.parametrize("case", CASES)
def test_on_a_gpu_graphs_give_what_steps_one_by_one_give(case):
    graphs = Graphs(CudaRecorder())
    for seed, n_steps in enumerate([37, 16, 5]):
        inputs = made_up(case, n_steps, seed, dtype=torch.float32, device="cuda")
        assert_same(results(inputs, runner=graphs), results(inputs, runner=run_plainly), 1e-4)
    assert graphs.n_replayed == 2 * 2
