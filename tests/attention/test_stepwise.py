"""Stepwise monotonic attention against its paper, and what its decisions can never do."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.attention.running import E_SIZE, LENGTHS, Q_SIZE, assert_same_values_and_gradients, build, inputs, run
from tts_align.attention import StepwiseMonotonicConfig, build_attention
from tts_align.attention.contract import State
from tts_align.noise import Noise


def stepwise_by_loops(attention, values, n_symbols, queries, noise=None):
    """He, Deng, He 2019: p = sigmoid(energy + noise) to stay; a[i,j] = a[i-1,j] p[i,j] + a[i-1,j-1] (1 - p[i,j-1])."""
    score = attention.score
    previous = [torch.tensor(1.0)] + [torch.tensor(0.0)] * (n_symbols - 1)
    rows = []
    for i, query in enumerate(queries):
        draws = noise.normal("stepwise", (1, n_symbols), start=i)[0, 0] if noise is not None else torch.zeros(n_symbols)
        stay = []
        for j in range(n_symbols):
            hidden = torch.tanh(score.query(query) + score.key(values[j]))
            energy = (score.vector.weight[0] * hidden).sum() + score.vector.bias[0]
            stay.append(torch.sigmoid(energy + attention.normalizer.noise * draws[j]))
        stay[-1] = torch.tensor(1.0)  # the end is not left
        row = [previous[j] * stay[j] + (previous[j - 1] * (1 - stay[j - 1]) if j else 0.0) for j in range(n_symbols)]
        rows.append(torch.stack([torch.as_tensor(value) for value in row]))
        previous = row
    return torch.stack(rows)


@pytest.mark.parametrize("i", [0, 2, 3])
def test_stepwise_monotonic_is_what_the_paper_writes(i):
    attention = build("stepwise_monotonic").train()
    torch.nn.init.constant_(attention.score.vector.bias, 0.3)
    values, mask, queries = inputs()
    n_symbols = LENGTHS[i]
    mine = run(attention, values, mask, queries, Noise(torch.arange(4)))[i, :, :n_symbols]
    oracle = stepwise_by_loops(attention, values[i], n_symbols, queries[i], Noise(torch.tensor([i])))
    assert_same_values_and_gradients(attention, mine, oracle)


def test_the_stepwise_recursion_passes_gradcheck():
    attention = build("stepwise_monotonic")
    memory = attention.prepare(torch.zeros(1, 4, E_SIZE), torch.ones(1, 4, dtype=torch.bool))

    def recursion(energies):
        weights = torch.nn.functional.one_hot(torch.tensor([0]), 4).double()
        rows = []
        for row in energies.unbind(0):
            state = State(weights, torch.zeros_like(weights), 0)
            weights = attention.normalizer(row[None], memory, state)
            rows.append(weights)
        return torch.stack(rows)

    assert torch.autograd.gradcheck(recursion, torch.randn(6, 4, dtype=torch.float64, requires_grad=True))


def test_the_hard_decision_stays_exactly_where_the_soft_one_would_more_likely():
    attention = build("stepwise_monotonic").eval()
    torch.nn.init.constant_(attention.score.vector.bias, 0.1)
    values, mask, queries = inputs(seed=5, scale=3.0)
    hard = run(attention, values, mask, queries)
    assert set(hard.unique().tolist()) == {0.0, 1.0}
    for i, n_symbols in enumerate(LENGTHS):
        at = 0
        for t, query in enumerate(queries[i]):
            state_before = torch.zeros(1, n_symbols)
            state_before[0, at] = 1
            memory = attention.prepare(values[i : i + 1, :n_symbols], mask[i : i + 1, :n_symbols], decide=True)
            energy = attention.score(query[None], memory, State(state_before, state_before, t))[0, at]
            if torch.sigmoid(energy) <= 0.5 and at < n_symbols - 1:
                at += 1
            assert hard[i, t].argmax() == at


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**20),
    scale=st.sampled_from([0.0, 1.0, 30.0, 1e5]),
    offset=st.floats(-20, 20),
    lengths=st.lists(st.integers(1, 9), min_size=1, max_size=4),
)
def test_no_input_makes_hard_stepwise_attention_jump_or_turn_back(seed, scale, offset, lengths):
    config = StepwiseMonotonicConfig(hidden_size=4, offset=offset)
    torch.manual_seed(seed)
    attention = build_attention(config, E_SIZE, Q_SIZE).eval()
    mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    values, queries = torch.randn(*mask.shape, E_SIZE) * scale, torch.randn(len(lengths), 13, Q_SIZE) * scale
    weights = run(attention, values, mask, queries)
    path = torch.cat([torch.zeros(len(lengths), 1, dtype=torch.long), weights.argmax(-1)], dim=1)
    moves = path.diff(dim=1)
    assert set(moves.unique().tolist()) <= {0, 1}
    assert (path.max(1).values < torch.tensor(lengths)).all()


def test_the_initial_probability_to_stay_is_the_sigmoid_of_the_offset():
    attention = build_attention(StepwiseMonotonicConfig(offset=2.0, inference="soft"), E_SIZE, Q_SIZE).eval()
    torch.nn.init.zeros_(attention.score.vector.weight)
    values, mask, queries = inputs()
    weights = run(attention, values, mask, queries)
    np.testing.assert_allclose(weights[0, 0, :2].detach(), [1 / (1 + math.exp(-2)), 1 / (1 + math.exp(2))], rtol=1e-5)
