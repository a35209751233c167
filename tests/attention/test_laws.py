"""The laws of the attention contract, over every mechanism of the registry."""

import pytest
import torch

from tts_align.attention import MECHANISMS, Attention, build_attention
from tts_align.noise import Noise

E_SIZE, Q_SIZE = 5, 3
LENGTHS = (7, 1, 2, 11)  # one-symbol utterances beside long ones
N_STEPS = 29  # much more than symbols


def build(kind: str, seed: int = 0) -> Attention:
    torch.manual_seed(seed)
    return build_attention(MECHANISMS[kind][0](), E_SIZE, Q_SIZE)


def mask_of(lengths):
    return torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]


def run(attention, values, mask, queries, noise=None, decide=None):
    """All rows; a mechanism in evaluation mode decides unless told otherwise."""
    memory = attention.prepare(values, mask, noise, decide=not attention.training if decide is None else decide)
    state, rows = attention.start(memory), []
    for query in queries.unbind(1):
        weights, state = attention(query, memory, state)
        rows.append(weights)
    return torch.stack(rows, dim=1)


def inputs(seed=1, scale=1.0):
    torch.manual_seed(seed)
    values = torch.randn(len(LENGTHS), max(LENGTHS), E_SIZE) * scale
    return values, mask_of(LENGTHS), torch.randn(len(LENGTHS), N_STEPS, Q_SIZE) * scale


@pytest.fixture(params=sorted(MECHANISMS))
def kind(request):
    return request.param


@pytest.fixture(params=[True, False], ids=["training", "inference"])
def attention(request, kind):
    return build(kind).train(request.param)


@pytest.mark.parametrize("scale", [1.0, 1e4])
def test_weights_are_finite_not_negative_and_zero_on_padding(attention, scale):
    values, mask, queries = inputs(scale=scale)
    weights = run(attention, values, mask, queries, Noise(torch.arange(4)))
    assert torch.isfinite(weights).all()
    assert (weights >= 0).all()
    assert (weights.masked_select(~mask[:, None].expand_as(weights)) == 0).all()


def test_rows_have_the_mass_that_the_mechanism_declares(attention):
    mass = run(attention, *inputs(), Noise(torch.arange(4))).sum(-1)
    if attention.row_mass == "one":
        torch.testing.assert_close(mass, torch.ones_like(mass), atol=1e-5, rtol=0)
    else:
        assert (mass <= 1 + 1e-5).all()


def test_the_same_call_twice_gives_the_same_answer(attention):
    first, second = (run(attention, *inputs(), Noise(torch.arange(4))) for _ in range(2))
    torch.testing.assert_close(first, second, rtol=0, atol=0)


def test_an_utterance_alone_equals_itself_in_a_batch(attention):
    values, mask, queries = inputs()
    together = run(attention, values, mask, queries, Noise(torch.arange(4)))
    for i, length in enumerate(LENGTHS):
        alone = run(
            attention,
            values[i : i + 1, :length],
            mask[i : i + 1, :length],
            queries[i : i + 1],
            Noise(torch.tensor([i])),
        )
        torch.testing.assert_close(alone[0], together[i, :, :length], atol=1e-6, rtol=1e-5)


def test_what_stands_in_the_padding_does_not_matter(attention):
    values, mask, queries = inputs()
    weights = run(attention, values, mask, queries)
    values = torch.where(mask.unsqueeze(-1), values, 99.0)
    torch.testing.assert_close(run(attention, values, mask, queries), weights, rtol=0, atol=0)


def test_every_parameter_gets_a_finite_gradient(kind):
    attention = build(kind).train()
    values, mask, queries = inputs()
    weights = run(attention, values, mask, queries, Noise(torch.arange(4)))
    (weights * torch.randn_like(weights)).sum().backward()
    for name, parameter in attention.named_parameters():
        assert parameter.grad is not None, name
        assert torch.isfinite(parameter.grad).all(), name
        assert parameter.grad.abs().sum() > 0, name


def test_autocast_changes_nothing(attention):
    values, mask, queries = inputs()
    plain = run(attention, values, mask, queries, Noise(torch.arange(4)))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        cast = run(attention, values, mask, queries, Noise(torch.arange(4)))
    assert cast.dtype == torch.float32
    torch.testing.assert_close(cast, plain, rtol=0, atol=0)


def test_one_symbol_keeps_all_the_weight_that_there_is(attention):
    weights = run(attention, *inputs(), Noise(torch.arange(4)))[1]
    assert (weights[:, 1:] == 0).all()
    if attention.row_mass == "one":
        torch.testing.assert_close(weights[:, 0], torch.ones(N_STEPS))
