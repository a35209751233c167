"""Dynamic convolution attention against its paper."""

import math

import pytest
import torch

from tests.attention.recursions import memory_of
from tests.attention.running import Q_SIZE, assert_same_values_and_gradients, build, build_pair, inputs, run
from tts_align.attention.contract import State
from tts_align.attention.dynamic_convolution import DynamicConvolutionScore

LENGTHS = (6, 1, 2)


def beta(a, b):
    return math.gamma(a) * math.gamma(b) / math.gamma(a + b)


def filtered(kernel, row, j):
    """One symbol of a same-size convolution (correlation, as everywhere in these libraries)."""
    half = len(kernel) // 2
    return sum(kernel[k + half] * row[j + k] for k in range(-half, half + 1) if 0 <= j + k < len(row))


def rows_by_loops(score, n_symbols, queries):
    """Battenberg et al. 2020: e = v' tanh(U f + T g + b) + p, G(s) = V_G tanh(W_G s + b_G), p = log(P * a)."""
    n_taps, n_filters = len(score.prior), score.n_filters
    prior = [
        math.comb(n_taps - 1, k) * beta(k + 0.1, n_taps - 1 - k + 0.9) / beta(0.1, 0.9) for k in range(n_taps)
    ]  # beta-binomial, alpha 0.1, beta 0.9
    previous = [torch.tensor(1.0)] + [torch.tensor(0.0)] * (n_symbols - 1)
    rows = []
    for query in queries:
        kernels = score.kernels.weight @ torch.tanh(score.query.weight @ query + score.query.bias)
        kernels = kernels.view(n_filters, -1)
        energies = []
        for j in range(n_symbols):
            f = torch.stack([filtered(score.static.weight[n, 0], previous, j) for n in range(n_filters)])
            g = torch.stack([filtered(kernels[n], previous, j) for n in range(n_filters)])
            hidden = score.static_hidden.weight @ f + score.dynamic_hidden.weight @ g + score.dynamic_hidden.bias
            moved = sum(prior[k] * previous[j - k] for k in range(n_taps) if j - k >= 0)
            log_prior = torch.log(torch.clamp(moved, min=1e-6))
            energies.append((score.vector.weight[0] * torch.tanh(hidden)).sum() + log_prior)
        exponentials = [torch.exp(energy) for energy in energies]
        previous = [exponential / sum(exponentials) for exponential in exponentials]
        rows.append(torch.stack(previous))
    return torch.stack(rows)


@pytest.mark.parametrize("i", range(3))
def test_dynamic_convolution_is_what_the_paper_writes(i):
    attention = build_pair("dynamic_convolution", "softmax").train()
    values, mask, queries = inputs(n_steps=7, lengths=LENGTHS)
    queries.requires_grad_()
    mine = run(attention, values, mask, queries)[i, :, : LENGTHS[i]]
    oracle = rows_by_loops(attention.score, LENGTHS[i], queries[i])
    assert_same_values_and_gradients(attention, mine, oracle, [queries])


def test_the_prior_of_the_paper_advances_by_one_symbol_a_step():
    prior = build("dynamic_convolution").score.prior
    assert len(prior) == 11
    assert prior.sum().item() == pytest.approx(1.0, abs=1e-6)
    assert (prior * torch.arange(11)).sum().item() == pytest.approx(1.0, abs=1e-5)


def test_the_prior_lets_weight_go_on_by_its_length_and_never_back():
    score = DynamicConvolutionScore(Q_SIZE, 4, 2, 3, prior_size=4, prior_alpha=0.5, prior_beta=0.5)
    torch.nn.init.zeros_(score.vector.weight)
    at_two = torch.zeros(1, 9)
    at_two[0, 2] = 1.0
    mask = torch.ones(1, 9, dtype=torch.bool)
    energies = score(torch.zeros(1, Q_SIZE), memory_of(mask), State(at_two, at_two, 1))[0]
    torch.testing.assert_close(energies[2:6].exp(), score.prior)
    assert (energies[[0, 1, 6, 7, 8]] == torch.tensor(1e-6).log()).all()


def test_the_recursion_passes_gradcheck():
    torch.manual_seed(1)
    score = DynamicConvolutionScore(Q_SIZE, 3, 2, 3, prior_size=3, prior_alpha=0.5, prior_beta=0.5).double()
    memory = memory_of(torch.ones(1, 4, dtype=torch.bool))

    def recursion(queries):
        row = torch.tensor([[0.7, 0.2, 0.06, 0.04]], dtype=torch.float64)
        for i, query in enumerate(queries.unbind(1)):
            row = torch.softmax(score(query, memory, State(row, row, i)), dim=-1)
        return row

    assert torch.autograd.gradcheck(recursion, torch.randn(1, 2, Q_SIZE, dtype=torch.float64, requires_grad=True))
