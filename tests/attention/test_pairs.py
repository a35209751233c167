"""The laws of the attention contract over every score with every normalizer."""

import pytest
import torch
from pydantic import ValidationError

from tests.attention.running import build_pair, inputs, query_size, run
from tts_align.attention import NORMALIZERS, SCORES
from tts_align.noise import Noise

REFUSED = {("dynamic_convolution", name) for name in ("smoothing", "monotonic", "stepwise_monotonic")}
PAIRS = [(score, name) for score in SCORES for name in NORMALIZERS if (score, name) not in REFUSED]
LENGTHS = (4, 1, 2, 5)


@pytest.fixture(params=PAIRS, ids=" x ".join)
def pair(request):
    return request.param


@pytest.fixture(params=["soft", "hard"])
def attention(request, pair):
    """In training with soft rows, or speaking with hard ones."""
    return build_pair(*pair, inference=request.param).train(request.param == "soft")


def batch(pair, n_steps=7, **changes):
    return inputs(q_size=query_size(pair[0]), n_steps=n_steps, lengths=LENGTHS, **changes)


def noise():
    return Noise(torch.arange(4))


def assert_lawful(attention, mask, weights):
    assert attention.row_mass == "one"
    torch.testing.assert_close(weights.sum(-1), torch.ones(weights.shape[:2]), atol=1e-5, rtol=0)
    assert (weights >= 0).all()
    assert (weights.masked_select(~mask[:, None].expand_as(weights)) == 0).all()


@torch.no_grad()
def test_huge_numbers_and_numbers_in_the_padding_break_no_law(attention, pair):
    values, mask, queries = batch(pair, n_steps=11, scale=1e4)
    values = torch.where(mask.unsqueeze(-1), values, 99.0)
    assert_lawful(attention, mask, run(attention, values, mask, queries, noise()))


@torch.no_grad()
def test_rows_are_lawful_and_an_utterance_alone_or_under_autocast_equals_itself_in_a_batch(attention, pair):
    values, mask, queries = batch(pair)
    together = run(attention, values, mask, queries, noise())
    assert_lawful(attention, mask, together)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        torch.testing.assert_close(run(attention, values, mask, queries, noise()), together, rtol=0, atol=0)
    for i, length in enumerate(LENGTHS[:2]):
        one, seeds = slice(i, i + 1), torch.tensor([i])
        alone = run(attention, values[one, :length], mask[one, :length], queries[one], Noise(seeds), seeds=seeds)
        torch.testing.assert_close(alone[0], together[i, :, :length], atol=1e-6, rtol=1e-5)


def test_every_parameter_gets_a_finite_gradient(pair):
    attention = build_pair(*pair).train()
    weights = run(attention, *batch(pair, n_steps=5), noise())
    if not list(attention.parameters()):
        assert pair[0] == "dot"
        return
    (weights * torch.randn_like(weights)).sum().backward()
    for name, parameter in attention.named_parameters():
        assert parameter.grad is not None, name
        assert torch.isfinite(parameter.grad).all(), name
        if name != "score.vector.bias":  # an offset of all energies changes no softmax
            assert parameter.grad.abs().sum() > 0, name


def test_all_pairs_but_those_without_a_meaning_are_built():
    assert len(PAIRS) == 9 * 9 - 3


@pytest.mark.parametrize("pair", sorted(REFUSED), ids=" x ".join)
def test_a_log_prior_is_no_probability_to_stop(pair):
    with pytest.raises(ValidationError, match="softmax family"):
        build_pair(*pair)
