"""The lean LSTM against torch's own, and against finite differences."""

import pytest
import torch

from tests.test_compiled_product import wide_vectors
from tts_align.compiled_product import PANEL
from tts_align.model import fast_lstm
from tts_align.model.cells import LstmLayer
from tts_align.model.fast_lstm import run_lstm


def test_a_layer_equals_torchs_in_values_and_gradients(monkeypatch):
    monkeypatch.setattr("tts_align.model.cells._LEAN_FROM", 1)
    torch.manual_seed(0)
    layer = LstmLayer(3, 5, batch_first=True)
    inputs = torch.randn(2, 70, 3, requires_grad=True)
    (ours, our_state), (theirs, their_state) = layer(inputs), torch.nn.LSTM.forward(layer, inputs)
    assert torch.allclose(ours, theirs, atol=1e-6)
    for one, other in zip(our_state, their_state, strict=True):
        torch.testing.assert_close(one, other, atol=1e-6, rtol=0)
    directions, last = torch.randn(ours.shape), torch.randn(our_state[1].shape)
    losses = [(ours * directions).sum() + (our_state[1] * last).sum()]
    losses.append((theirs * directions).sum() + (their_state[1] * last).sum())
    targets = [inputs, *layer.parameters()]
    for one, other in zip(*(torch.autograd.grad(loss, targets) for loss in losses), strict=True):
        assert torch.allclose(one, other, atol=1e-5 * float(other.abs().max()))


def test_the_gradients_of_a_layer_are_those_of_finite_differences():
    torch.manual_seed(0)
    gates = torch.randn(5, 8, 3, dtype=torch.float64, requires_grad=True)
    recurrent = torch.randn(8, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(run_lstm, (gates, recurrent))


@wide_vectors
@pytest.mark.parametrize("case", ["another order", "gates float64", "gates bfloat16", "nobody"])
def test_gates_of_any_order_and_type_are_multiplied_as_torch_does(case, monkeypatch):
    monkeypatch.setattr(fast_lstm, "is_worthwhile", lambda m: m.dtype == torch.float32 and len(m) >= PANEL)
    torch.manual_seed(0)
    gates, recurrent, atol = torch.randn(4, 4 * PANEL, 3), torch.randn(4 * PANEL, PANEL) / 5, 1e-5
    if case == "another order":
        gates = gates.permute(2, 1, 0).contiguous().permute(2, 1, 0)
    elif case == "nobody":
        gates = gates[..., :0]
    else:
        gates, atol = gates.to(getattr(torch, case.split()[1])), 2e-2 if "bfloat16" in case else 1e-5
    gates.requires_grad_()
    found, wanted = run_lstm(gates, recurrent, torch.float32), run_lstm(gates.double(), recurrent.double())
    for one, other in zip(found, wanted, strict=True):
        assert one.dtype == gates.dtype
        torch.testing.assert_close(one.double(), other, atol=atol, rtol=0)
    one, other = (torch.autograd.grad(hiddens.double().square().sum(), gates)[0] for hiddens, _ in (found, wanted))
    torch.testing.assert_close(one, other, atol=4 * atol, rtol=atol)
