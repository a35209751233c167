"""The laws of the attention contract, over every mechanism of the registry."""

import pytest
import torch

from tests.attention.running import LENGTHS, N_STEPS, build, inputs, query_size, run
from tts_align.attention import MECHANISMS
from tts_align.noise import Noise

MOVED_ENERGIES = ("additive",)  # an offset of all energies changes no softmax: its gradient is zero


@pytest.fixture(params=sorted(MECHANISMS))
def kind(request):
    return request.param


@pytest.fixture(params=["training", "speaking"])
def attention(request, kind):
    """In training, or speaking with hard rows where the kind has the choice."""
    if request.param == "training":
        return build(kind).train()
    has_choice = "inference" in MECHANISMS[kind].model_fields
    return build(kind, **({"inference": "hard"} if has_choice else {})).eval()


def inputs_of(kind, **changes):
    return inputs(q_size=query_size(kind), **changes)


def noise():
    return Noise(torch.arange(4))


@pytest.mark.parametrize("scale", [1.0, 1e4])
@torch.no_grad()
def test_weights_are_finite_not_negative_and_zero_on_padding(attention, kind, scale):
    values, mask, queries = inputs_of(kind, scale=scale)
    weights = run(attention, values, mask, queries, noise())
    assert torch.isfinite(weights).all()
    assert (weights >= 0).all()
    assert (weights.masked_select(~mask[:, None].expand_as(weights)) == 0).all()


@torch.no_grad()
def test_rows_have_the_mass_that_the_mechanism_declares(attention, kind):
    mass = run(attention, *inputs_of(kind), noise()).sum(-1)
    if attention.row_mass == "one":
        torch.testing.assert_close(mass, torch.ones_like(mass), atol=1e-5, rtol=0)
    else:
        assert (mass <= 1 + 1e-5).all()


@torch.no_grad()
def test_the_same_call_twice_gives_the_same_answer(attention, kind):
    first, second = (run(attention, *inputs_of(kind), noise()) for _ in range(2))
    torch.testing.assert_close(first, second, rtol=0, atol=0)


@torch.no_grad()
def test_an_utterance_alone_equals_itself_in_a_batch(attention, kind):
    values, mask, queries = inputs_of(kind)
    together = run(attention, values, mask, queries, noise())
    for i, length in enumerate(LENGTHS):
        alone = run(
            attention,
            values[i : i + 1, :length],
            mask[i : i + 1, :length],
            queries[i : i + 1],
            Noise(torch.tensor([i])),
            seeds=torch.tensor([i]),
        )
        torch.testing.assert_close(alone[0], together[i, :, :length], atol=1e-6, rtol=1e-5)


@torch.no_grad()
def test_what_stands_in_the_padding_does_not_matter(attention, kind):
    values, mask, queries = inputs_of(kind)
    weights = run(attention, values, mask, queries)
    values = torch.where(mask.unsqueeze(-1), values, 99.0)
    torch.testing.assert_close(run(attention, values, mask, queries), weights, rtol=0, atol=0)


def test_every_parameter_gets_a_finite_gradient(kind):
    attention = build(kind).train()
    if not list(attention.parameters()):
        pytest.skip("nothing to learn")
    weights = run(attention, *inputs_of(kind), noise())
    (weights * torch.randn_like(weights)).sum().backward()
    for name, parameter in attention.named_parameters():
        assert parameter.grad is not None, name
        assert torch.isfinite(parameter.grad).all(), name
        if not (kind in MOVED_ENERGIES and name == "score.vector.bias"):
            assert parameter.grad.abs().sum() > 0, name


@torch.no_grad()
def test_autocast_changes_nothing(attention, kind):
    values, mask, queries = inputs_of(kind)
    plain = run(attention, values, mask, queries, noise())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        cast = run(attention, values, mask, queries, noise())
    assert cast.dtype == torch.float32
    torch.testing.assert_close(cast, plain, rtol=0, atol=0)


@torch.no_grad()
def test_one_symbol_keeps_all_the_weight_that_there_is(attention, kind):
    weights = run(attention, *inputs_of(kind), noise())[1]
    assert (weights[:, 1:] == 0).all()
    if attention.row_mass == "one":
        torch.testing.assert_close(weights[:, 0], torch.ones(N_STEPS))
