"""The fixed context and the oracle."""

import pytest
import torch

from tests.attention.running import build, inputs, mask_of, run
from tts_align.attention.baselines import Oracle
from tts_align.errors import CorpusError

VALUES = torch.zeros(2, 4, 5)
MASK = mask_of((4, 3))
DURATIONS = torch.tensor([[2.0, 0.5, 0.0, 1.0], [1.25, 0.5, 1.0, 7.0]])


def rows_of(oracle, durations, n_steps, decide=False):
    memory = oracle.prepare(VALUES, MASK, durations=durations, decide=decide)
    state, rows = oracle.start(memory), []
    for _ in range(n_steps):
        row, state = oracle(torch.zeros(2, 3), memory, state)
        rows.append(row)
    return torch.stack(rows, dim=1)


def test_the_oracle_gives_each_step_the_symbols_that_sound_in_it():
    rows = rows_of(Oracle(), DURATIONS, 5)
    torch.testing.assert_close(
        rows[0], torch.tensor([[1, 0, 0, 0], [1, 0, 0, 0], [0, 0.5, 0, 0.5], [0, 0, 0, 1], [0, 0, 0, 1]])
    )
    torch.testing.assert_close(
        rows[1], torch.tensor([[1, 0, 0, 0], [0.25, 0.5, 0.25, 0], [0, 0, 1, 0], [0, 0, 1, 0], [0, 0, 1, 0]])
    )


def test_the_columns_of_the_oracle_sum_to_the_durations():
    torch.manual_seed(0)
    durations = torch.rand(2, 4) * 9 * MASK
    n_steps = 40
    sums = rows_of(Oracle(), durations, n_steps).sum(1)
    before_last = ~(MASK & ~torch.nn.functional.pad(MASK[:, 1:], (0, 1)))
    torch.testing.assert_close(sums[before_last], durations[before_last], atol=1e-4, rtol=0)
    torch.testing.assert_close(sums.sum(1), torch.full((2,), float(n_steps)))


def test_a_hard_oracle_takes_the_symbol_with_the_largest_part_of_a_step():
    rows = rows_of(Oracle("hard"), DURATIONS, 3, decide=True)
    assert rows[1].argmax(-1).tolist() == [0, 1, 2]
    assert set(rows.unique().tolist()) == {0.0, 1.0}


def test_an_oracle_without_durations_is_an_error_when_the_batch_is_prepared():
    with pytest.raises(CorpusError, match="true duration of every symbol, found none"):
        Oracle().prepare(VALUES, MASK)


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_an_oracle_refuses_durations_that_are_none(wrong):
    durations = DURATIONS.clone()
    durations[1, 1] = wrong
    with pytest.raises(CorpusError, match=rf"a finite number >= 0, found {wrong}"):
        Oracle().prepare(VALUES, MASK, durations=durations)


def test_a_fixed_context_is_the_mean_of_all_symbols_or_the_last_one():
    values, mask, queries = inputs(lengths=(4, 1, 2), n_steps=2)
    mean, last = (run(build("fixed_context", weights=which), values, mask, queries) for which in ("mean", "last"))
    for step in (0, 1):
        torch.testing.assert_close(mean[:, step], mask / mask.sum(1, keepdim=True))
        assert last[:, step].argmax(-1).tolist() == [3, 0, 1]
    assert set(last.unique().tolist()) == {0.0, 1.0}
