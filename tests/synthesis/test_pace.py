"""Planned steps: the right sum, the rhythm kept, nothing skipped."""

import numpy as np
import pytest

from tts_align.synthesis.pace import planned_steps


@pytest.mark.parametrize("rate", [0.7, 0.85, 1.2, 1.4])
def test_the_sum_is_right_to_half_a_step_and_no_symbol_is_skipped(rate):
    natural = np.random.default_rng(1).integers(1, 9, size=97).astype(float)
    planned = planned_steps(natural, rate)
    assert abs(planned.sum() - natural.sum() / rate) <= 0.5 + 1e-6
    assert planned.min() >= 1 and (planned % 1 == 0).all()


def test_long_symbols_stay_longer_than_short_ones():
    assert planned_steps(np.array([8.0, 2.0, 8.0, 2.0]), 0.7).tolist() == [11, 3, 12, 3]
    assert planned_steps(np.array([8.0, 2.0, 8.0, 2.0]), 1.25).tolist() == [6, 2, 6, 2]


def test_where_even_one_step_each_is_too_slow_all_have_one():
    assert planned_steps(np.array([1.0, 2.0, 1.0, 1.0]), 1.4).tolist() == [1, 1, 1, 1]
    assert planned_steps(np.array([0.0, 0.2, 1.0]), 1.4).tolist() == [1, 1, 1]
