"""What no input can do, drawn over the whole registry and all pairs."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.attention.running import build, build_pair, inputs, query_size, run
from tests.attention.test_pairs import PAIRS
from tts_align.attention import MECHANISMS
from tts_align.noise import Noise

SEEDS = st.integers(0, 2**20)
LENGTHS = st.lists(st.integers(1, 9), min_size=1, max_size=4)


@settings(max_examples=80, deadline=None)
@given(
    seed=SEEDS,
    scale=st.sampled_from([0.0, 1.0, 30.0, 1e5]),
    which=st.sampled_from([*sorted(set(MECHANISMS) - {"scored"}), *PAIRS]),
    window=st.sampled_from([0, 0, 2, 5]),
    decide=st.booleans(),
    lengths=LENGTHS,
)
def test_no_input_makes_a_nan_or_a_negative_weight_or_an_infinite_gradient(seed, scale, which, window, decide, lengths):
    named = isinstance(which, str)
    attention = build(which, seed) if named else build_pair(*which, seed, window=window)
    size = query_size(which if named else which[0])
    values, mask, queries = inputs(seed, scale, q_size=size, n_steps=7, lengths=lengths)
    noise = None if decide else Noise(torch.arange(len(lengths)))
    weights = run(attention, values, mask, queries, noise, decide=decide)
    assert torch.isfinite(weights).all()
    assert (weights >= 0).all()
    assert (weights.sum(-1) <= 1 + 1e-5).all()
    assert (weights.masked_select(~mask[:, None].expand_as(weights)) == 0).all()
    if weights.requires_grad and not decide:
        weights.square().sum().backward()
        assert all(torch.isfinite(parameter.grad).all() for parameter in attention.parameters())


@settings(max_examples=30, deadline=None)
@given(
    seed=SEEDS,
    scale=st.sampled_from([0.0, 1.0, 30.0, 1e5]),
    offset=st.floats(-20, 20),
    score=st.sampled_from(sorted({score for score, name in PAIRS if name == "stepwise_monotonic"})),
    window=st.sampled_from([0, 1, 4]),
    lengths=LENGTHS,
)
@torch.no_grad()
def test_hard_stepwise_attention_never_jumps_a_symbol_whatever_its_score(seed, scale, offset, score, window, lengths):
    attention = build_pair(score, "stepwise_monotonic", seed, window, offset=offset).eval()
    values, mask, queries = inputs(seed, scale, q_size=query_size(score), n_steps=11, lengths=lengths)
    weights = run(attention, values, mask, queries)
    assert set(weights.unique().tolist()) <= {0.0, 1.0}
    path = torch.cat([torch.zeros(len(lengths), 1, dtype=torch.long), weights.argmax(-1)], dim=1)
    assert set(path.diff(dim=1).unique().tolist()) <= {0, 1}
    assert (path.max(1).values < torch.tensor(lengths)).all()
