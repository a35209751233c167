"""Monotonic attention against the paper's recursion, its closed form, and the coins that it is the mean of."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.attention.recursions import all_real, assert_equal_with_gradients, energies_of, memory_of, rows_of
from tests.attention.running import build, build_pair, inputs, run
from tts_align.attention.monotonic import Monotonic, expected_row
from tts_align.errors import VoiceError
from tts_align.noise import Noise


def expected_by_loops(energies):
    """Raffel et al. 2017, eq. 13-14: q[i,j] = (1 - p[i,j-1]) q[i,j-1] + a[i-1,j], a[i,j] = p[i,j] q[i,j]; p[i,N] = 1"""
    n_symbols = energies.shape[1]
    previous = [torch.ones(()).double()] + [torch.zeros(()).double()] * (n_symbols - 1)
    rows = []
    for row in energies:
        take = [*(1 / (1 + torch.exp(-e)) for e in row[:-1]), torch.ones(()).double() + 0 * row[-1]]
        came, passed = [], torch.zeros(()).double()
        for j in range(n_symbols):
            came.append(passed + previous[j])
            passed = (1 - take[j]) * came[j]
        previous = [take[j] * came[j] for j in range(n_symbols)]
        rows.append(torch.stack(previous))
    return torch.stack(rows)


@pytest.mark.parametrize("n_symbols", [1, 2, 3, 8])
def test_the_expectation_is_the_recursion_of_the_paper(n_symbols):
    energies = energies_of(9, n_symbols)
    mine = rows_of(Monotonic(0.0), energies, memory_of(all_real(n_symbols)))
    assert_equal_with_gradients(mine[0], expected_by_loops(energies[0]), energies)


def test_the_expectation_is_the_closed_form_of_the_paper_where_that_is_stable():
    """Raffel et al. 2017, appendix C.1."""
    take = torch.sigmoid(energies_of(1, 6)[0]).detach()
    previous = torch.tensor([[0.1, 0.3, 0.2, 0.2, 0.1, 0.1]], dtype=torch.float64)
    passed = torch.cumprod(torch.cat([torch.ones(1, 1).double(), 1 - take[:, :-1]], dim=1), dim=1)
    closed = take * passed * torch.cumsum(previous / passed, dim=1)
    torch.testing.assert_close(expected_row(take, previous), closed)


def test_four_hundred_symbols_that_are_nearly_all_passed_lose_no_weight():
    take = torch.full((1, 400), 1e-6)
    take[0, -1] = 1.0
    previous = torch.zeros(1, 400)
    previous[0, 0] = 1.0
    row = expected_row(take, previous)
    assert row.sum().item() == pytest.approx(1.0, abs=1e-5)
    assert row[0, 200].item() == pytest.approx(1e-6 * (1 - 1e-6) ** 200, rel=1e-3)


def test_the_expected_rows_are_the_mean_of_twenty_thousand_sampled_ones():
    n_samples, n_steps, n_symbols = 20_000, 6, 7
    energies = energies_of(n_steps, n_symbols, scale=1.0, dtype=torch.float32).detach() + 0.5
    expected = rows_of(Monotonic(0.0), energies, memory_of(all_real(n_symbols)))[0]
    memory = memory_of(
        all_real(n_symbols).expand(n_samples, -1),
        decide=True,
        draws=torch.arange(n_samples),
        values=torch.zeros(n_samples, n_symbols, 1),
    )
    sampled = rows_of(Monotonic(0.0, "bernoulli"), energies.expand(n_samples, -1, -1), memory)
    assert set(sampled.unique().tolist()) == {0.0, 1.0}
    error = (expected * (1 - expected) / n_samples).clamp(min=0).sqrt()
    assert ((sampled.mean(0) - expected).abs() <= 4.5 * error + 1e-6).all()


def test_the_recursion_passes_gradcheck():
    memory = memory_of(torch.tensor([[True] * 4 + [False]]))
    assert torch.autograd.gradcheck(lambda e: rows_of(Monotonic(0.0), e, memory), energies_of(4, 5))


def test_the_threshold_takes_the_first_symbol_from_the_last_one_on_that_is_more_likely_than_not():
    energies = torch.tensor([[[-1.0, -1.0, 1.0, -1.0, -1.0], [9.0, 9.0, -1.0, 0.5, 9.0], [-9.0] * 5, [9.0] * 5]])
    rows = rows_of(Monotonic(0.0), energies, memory_of(all_real(5), decide=True))
    assert rows[0].argmax(-1).tolist() == [2, 3, 4, 4]


def test_drawn_decisions_belong_to_the_utterance_and_not_to_the_batch():
    attention = build("monotonic", inference="bernoulli", offset=0.0).eval()
    values, mask, queries = inputs(lengths=(7, 7, 9))
    seeds = torch.tensor([3, 4, 5])
    together = run(attention, values, mask, queries, seeds=seeds)
    alone = run(attention, values[1:2], mask[1:2], queries[1:2], seeds=seeds[1:2])
    assert torch.equal(alone, together[1:2])
    assert not torch.equal(run(attention, values[1:2], mask[1:2], queries[1:2], seeds=seeds[2:]), alone)


def test_drawn_decisions_without_random_numbers_are_an_error_when_the_batch_is_prepared():
    attention = build("monotonic", inference="bernoulli")
    values, mask, _ = inputs()
    with pytest.raises(VoiceError, match="random numbers for its Bernoulli decisions"):
        attention.prepare(values, mask, decide=True)
    attention.prepare(values, mask, decide=False)


def test_noise_moves_the_energies_while_training_only():
    attention = build("monotonic", noise=2.0, offset=0.0, inference="soft")
    values, mask, queries = inputs()
    plain = run(attention, values, mask, queries, decide=True)
    noisy = run(attention, values, mask, queries, Noise(torch.arange(4)))
    assert (noisy - plain).abs().max() > 0.05
    attention.normalizer.noise = 0.0
    assert torch.equal(run(attention, values, mask, queries, Noise(torch.arange(4)), decide=True), plain)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**20),
    scale=st.sampled_from([0.0, 1.0, 30.0, 1e5]),
    offset=st.floats(-20, 20),
    inference=st.sampled_from(["hard", "bernoulli"]),
    score=st.sampled_from(["content", "general", "hybrid"]),
    lengths=st.lists(st.integers(1, 9), min_size=1, max_size=4),
)
def test_no_input_makes_hard_monotonic_attention_turn_back(seed, scale, offset, inference, score, lengths):
    attention = build_pair(score, "monotonic", seed, offset=offset, inference=inference).eval()
    values, mask, queries = inputs(seed, scale, n_steps=9, lengths=lengths)
    weights = run(attention, values, mask, queries)
    assert set(weights.unique().tolist()) <= {0.0, 1.0}
    path = weights.argmax(-1)
    assert (path.diff(dim=1) >= 0).all()
    assert (path.max(1).values < torch.tensor(lengths)).all()
