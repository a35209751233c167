"""Mixture attention against Graves 2013 and the table of Battenberg et al. 2020."""

import math

import pytest
import torch

from tests.attention.recursions import memory_of
from tests.attention.running import Q_SIZE, assert_same_values_and_gradients, build, inputs, run
from tts_align.attention.mixture import MIXTURE_FORMS, MixtureAttention, MixtureState

LENGTHS = (6, 1, 2)


def graves(weight, width, distance):
    """Graves 2013, eq. 46 and 49-51: alpha exp(-beta (kappa - u)^2), all three by exp."""
    return torch.exp(weight) * torch.exp(-torch.exp(width) * distance**2)


def v1(weight, width, distance):
    """Battenberg et al. 2020, table 1, v1: w by softmax (done before), sigma^2 = exp, Z = sqrt(2 pi sigma^2)."""
    variance = torch.exp(width)
    return weight / torch.sqrt(2 * math.pi * variance) * torch.exp(-(distance**2) / (2 * variance))


def v2(weight, width, distance):
    """Battenberg et al. 2020, table 1, v2: w by softmax (done before), sigma = softplus, Z = sqrt(2 pi sigma^2)."""
    sigma = torch.log(1 + torch.exp(width))
    return weight / torch.sqrt(2 * math.pi * sigma**2) * torch.exp(-(distance**2) / (2 * sigma**2))


STEPS = {"v0": torch.exp, "v1": torch.exp, "v2": lambda free: torch.log(1 + torch.exp(free))}
BELLS = {"v0": graves, "v1": v1, "v2": v2}


def mixture_by_loops(attention, form, n_symbols, queries):
    n_components = attention.components.out_features // 3
    position, rows = [torch.tensor(0.0)] * n_components, []
    for query in queries:
        hidden = torch.tanh(attention.query.weight @ query + attention.query.bias)
        free = attention.components.weight @ hidden + attention.components.bias
        weights, steps, widths = free[:n_components], free[n_components : 2 * n_components], free[2 * n_components :]
        if form != "v0":
            weights = torch.exp(weights) / torch.exp(weights).sum()
        row = [torch.tensor(0.0)] * n_symbols
        for g in range(n_components):
            position[g] = position[g] + STEPS[form](steps[g])  # Graves eq. 51
            if position[g] > n_symbols - 1:  # here: a bell stops at the last symbol
                position[g] = torch.tensor(float(n_symbols - 1))
            for j in range(n_symbols):  # Graves eq. 46
                row[j] = row[j] + BELLS[form](weights[g], widths[g], j - position[g])
        total = sum(row)
        rows.append(torch.stack([number / total if total > 1 else number for number in row]))  # here: at most one
    return torch.stack(rows)


@pytest.mark.parametrize("i", range(3))
@pytest.mark.parametrize("form", MIXTURE_FORMS)
def test_a_mixture_is_what_the_papers_write(form, i):
    torch.manual_seed(2)
    attention = MixtureAttention(Q_SIZE, 4, 3, MIXTURE_FORMS[form], initial_advance=0.4, initial_width=0.8).train()
    values, mask, queries = inputs(n_steps=9, lengths=LENGTHS)
    queries.requires_grad_()
    mine = run(attention, values, mask, queries)[i, :, : LENGTHS[i]]
    oracle = mixture_by_loops(attention, form, LENGTHS[i], queries[i])
    assert_same_values_and_gradients(attention, mine, oracle, [queries])


@pytest.mark.parametrize("form", MIXTURE_FORMS)
def test_bells_begin_with_the_advance_and_the_width_of_the_settings(form):
    attention = MixtureAttention(Q_SIZE, 4, 3, MIXTURE_FORMS[form], initial_advance=0.37, initial_width=1.9)
    _, step, width = attention.components.bias.detach().chunk(3)
    torch.testing.assert_close(MIXTURE_FORMS[form].step(step), torch.full((3,), 0.37))
    torch.testing.assert_close(MIXTURE_FORMS[form].width(width), torch.full((3,), 1.9))


@pytest.mark.parametrize("form", MIXTURE_FORMS)
def test_bells_only_go_on_and_stop_at_the_last_real_symbol(form):
    torch.manual_seed(2)
    attention = MixtureAttention(Q_SIZE, 4, 3, MIXTURE_FORMS[form], initial_advance=0.4, initial_width=1.0)
    values, mask, queries = inputs(n_steps=31, lengths=LENGTHS, scale=2.0)
    memory = attention.prepare(values, mask)
    state, before = attention.start(memory), torch.zeros(3, 3)
    for query in queries.unbind(1):
        _, state = attention(query, memory, state)
        assert (state.positions >= before).all()
        before = state.positions
    torch.testing.assert_close(before, torch.tensor([[5.0], [0.0], [1.0]]).expand(3, 3))


def test_bells_narrower_than_a_symbol_do_not_make_a_row_of_more_than_one():
    torch.manual_seed(2)
    attention = MixtureAttention(Q_SIZE, 4, 3, MIXTURE_FORMS["v2"], initial_advance=1.0, initial_width=0.01)
    torch.nn.init.zeros_(attention.components.weight)
    values, mask, queries = inputs(n_steps=3, lengths=(7,))
    torch.testing.assert_close(run(attention, values, mask, queries)[0].argmax(-1), torch.tensor([1, 2, 3]))
    torch.testing.assert_close(run(attention, values, mask, queries).sum(-1), torch.ones(1, 3))


@pytest.mark.parametrize("free", [-1e4, 1e4])
@pytest.mark.parametrize("form", MIXTURE_FORMS)
def test_the_wildest_numbers_give_finite_rows_and_gradients(form, free):
    torch.manual_seed(2)
    attention = MixtureAttention(Q_SIZE, 4, 3, MIXTURE_FORMS[form], initial_advance=0.4, initial_width=1.0)
    torch.nn.init.constant_(attention.components.bias, free)
    weights = run(attention, *inputs(n_steps=3, lengths=LENGTHS))
    assert torch.isfinite(weights).all()
    weights.square().sum().backward()
    assert all(torch.isfinite(parameter.grad).all() for parameter in attention.parameters())


@pytest.mark.parametrize("form", MIXTURE_FORMS)
def test_the_recursion_passes_gradcheck(form):
    torch.manual_seed(2)
    attention = MixtureAttention(Q_SIZE, 3, 2, MIXTURE_FORMS[form], initial_advance=0.4, initial_width=1.0).double()
    _, mask, queries = inputs(n_steps=2, lengths=(4,))
    memory = memory_of(mask)

    def recursion(queries):
        positions = torch.zeros(1, 2, dtype=torch.float64)
        zeros = torch.zeros(1, 4, dtype=torch.float64)
        state, rows = MixtureState(zeros, zeros, 0, positions), []
        for query in queries.unbind(1):
            row, state = attention.step(query, memory, state)
            rows.append(row)
        return torch.stack(rows)

    assert torch.autograd.gradcheck(recursion, queries.double().requires_grad_())


def test_hard_inference_gives_one_hot_rows_where_there_is_any_weight():
    attention = build("gmm_v2", inference="hard", initial_width=1.0).eval()
    weights = run(attention, *inputs())
    assert set(weights.unique().tolist()) == {0.0, 1.0}
    assert (weights.sum(-1) == 1).all()
