"""Forward attention against algorithms 1 and 2 of its paper."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.attention.recursions import all_real, assert_equal_with_gradients, energies_of, memory_of, rows_of
from tests.attention.running import assert_same_values_and_gradients, build, build_pair, inputs, run
from tts_align.attention.forward import Forward, ForwardWithAgent, forward_row


def softmax_by_loops(energies):
    exponentials = [torch.exp(e) for e in energies]
    return [e / sum(exponentials) for e in exponentials]


def forward_by_loops(energies):
    """Zhang, Ling, Dai 2018, algorithm 1."""
    n_symbols = energies.shape[1]
    previous = [torch.ones(()).double()] + [torch.zeros(()).double()] * (n_symbols - 1)
    rows = []
    for row in energies:
        y = softmax_by_loops(row)
        found = [(previous[n] + (previous[n - 1] if n else 0)) * y[n] for n in range(n_symbols)]
        previous = [number / sum(found) for number in found]
        rows.append(torch.stack(previous))
    return torch.stack(rows)


@pytest.mark.parametrize("n_symbols", [1, 2, 6])
def test_forward_attention_is_algorithm_1(n_symbols):
    energies = energies_of(9, n_symbols)
    mine = rows_of(Forward(), energies, memory_of(all_real(n_symbols)))
    assert_equal_with_gradients(mine[0], forward_by_loops(energies[0]), energies)


def agent_by_loops(attention, values, queries):
    """Zhang, Ling, Dai 2018, algorithm 2; the last symbol is not left, and the agent hears context and query."""
    score, agent = attention.score, attention.normalizer.agent
    n_symbols = len(values)
    previous = [torch.tensor(1.0)] + [torch.tensor(0.0)] * (n_symbols - 1)
    advance, rows = torch.tensor(0.5), []
    for query in queries:
        energies = []
        for j in range(n_symbols):
            hidden = score.query.weight @ query + score.query.bias + score.key.weight @ values[j]
            energies.append((score.vector.weight[0] * torch.tanh(hidden)).sum())
        y, found = softmax_by_loops(energies), []
        for n in range(n_symbols):
            stays = previous[n] * (1 if n == n_symbols - 1 else 1 - advance)
            found.append((stays + (advance * previous[n - 1] if n else 0)) * y[n])
        previous = [number / sum(found) for number in found]
        context = sum(previous[n] * values[n] for n in range(n_symbols))
        advance = torch.sigmoid((agent.weight[0] * torch.cat([context, query])).sum() + agent.bias[0])
        rows.append(torch.stack(previous))
    return torch.stack(rows)


@pytest.mark.parametrize("i", range(3))
def test_forward_attention_with_an_agent_is_algorithm_2(i):
    lengths = (6, 1, 2)
    attention = build_pair("content", "forward_with_agent").train()
    attention.normalizer.agent.weight.data.mul_(4.0)
    values, mask, queries = inputs(n_steps=9, lengths=lengths)
    values.requires_grad_()
    queries.requires_grad_()
    mine = run(attention, values, mask, queries)[i, :, : lengths[i]]
    oracle = agent_by_loops(attention, values[i, : lengths[i]], queries[i])
    assert_same_values_and_gradients(attention, mine, oracle, [values, queries])


def test_the_recursion_passes_gradcheck():
    memory = memory_of(torch.tensor([[True] * 4 + [False]]))
    assert torch.autograd.gradcheck(lambda e: rows_of(Forward(), e, memory), energies_of(4, 5))


def test_the_recursion_with_an_agent_passes_gradcheck():
    torch.manual_seed(0)
    normalizer = ForwardWithAgent(2, 0).double()
    memory = memory_of(all_real(3), values=torch.randn(1, 3, 2, dtype=torch.float64))
    assert torch.autograd.gradcheck(lambda e: rows_of(normalizer, e, memory), energies_of(3, 3))


@pytest.mark.parametrize("kind", ["forward", "forward_with_agent"])
def test_no_symbol_has_weight_before_it_can_be_reached(kind):
    attention = build(kind)
    values, mask, queries = inputs(scale=3.0)
    rows = run(attention, values, mask, queries)[3]
    for t in range(10):
        assert (rows[t, : t + 2] > 0).all()
        assert (rows[t, t + 2 :] == 0).all()


def test_energies_that_would_let_the_product_underflow_still_give_a_row():
    energies = torch.tensor([[[-400.0, -410.0, 400.0]]])  # y is zero in float32 on both symbols in reach
    (row,) = rows_of(Forward(), energies, memory_of(all_real(3), values=torch.zeros(1, 3, 1)))[0]
    torch.testing.assert_close(row, torch.tensor([1 / (1 + 4.54e-5), 4.54e-5, 0.0]), atol=1e-6, rtol=1e-4)


def test_a_window_that_cuts_off_all_that_is_reached_leaves_the_energies_to_decide():
    energies = torch.tensor([[-torch.inf, -torch.inf, 0.0, 0.0]])
    carried = torch.tensor([[1.0, 1.0, 0.0, 0.0]])
    assert forward_row(energies, carried, memory_of(all_real(4))).tolist() == [[0.0, 0.0, 0.5, 0.5]]


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**20),
    scale=st.sampled_from([0.0, 1.0, 30.0, 1e5]),
    score=st.sampled_from(["content", "general", "hybrid"]),
    normalizer=st.sampled_from(["forward", "forward_with_agent"]),
    lengths=st.lists(st.integers(1, 9), min_size=1, max_size=4),
)
def test_no_input_makes_hard_forward_attention_jump_or_turn_back(seed, scale, score, normalizer, lengths):
    attention = build_pair(score, normalizer, seed, inference="hard").eval()
    values, mask, queries = inputs(seed, scale, n_steps=9, lengths=lengths)
    weights = run(attention, values, mask, queries)
    path = torch.cat([torch.zeros(len(lengths), 1, dtype=torch.long), weights.argmax(-1)], dim=1)
    assert set(path.diff(dim=1).unique().tolist()) <= {0, 1}
    assert set(weights.unique().tolist()) <= {0.0, 1.0}
