import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.drawings import drawn, spoken
from tts_align.alignment import analyze, likely_path, metrics


def test_attention_two_symbols_wide_is_still_local() -> None:
    alignment = drawn("""
        a #+....
        b .+#+..
        c ...+#+
        d .....+
    """)
    assert metrics.locality(alignment.weights) == pytest.approx(1.0)


def test_uniform_attention_over_n_symbols_has_locality_three_by_n() -> None:
    assert metrics.locality(np.full((7, 30), 1 / 30)) == pytest.approx(0.1)


def test_rows_with_little_mass_do_not_count_for_locality_and_entropy() -> None:
    weights = np.vstack([np.eye(10), np.full((10, 10), 0.04)])
    assert metrics.locality(weights) == 1.0
    assert metrics.mean_entropy(weights) == 0.0


def test_an_alignment_that_attends_to_nothing_has_the_worst_scores() -> None:
    weights = np.zeros((5, 7))
    assert metrics.locality(weights) == 0.0
    assert metrics.coverage(weights) == 0.0
    assert metrics.focus_rate(weights) == 0.0
    assert metrics.attention_mass(weights) == 0.0
    assert metrics.mean_entropy(weights) == pytest.approx(np.log(7))


def test_going_back_lowers_monotonicity_by_its_share_of_the_way() -> None:
    assert metrics.monotonicity(np.array([0, 4, 2, 6])) == pytest.approx(8 / 10)
    assert metrics.monotonicity(np.array([6, 3, 0])) == 0.0
    assert metrics.monotonicity(np.array([2, 2])) == 1.0


def test_a_word_jumped_over_lowers_completeness_by_its_symbols() -> None:
    alignment = spoken("one two three four", "0:8 13:18")
    assert metrics.completeness(likely_path(alignment.weights), 18) == pytest.approx(13 / 18)


def test_a_voice_of_two_symbols_a_step_is_complete() -> None:
    assert metrics.completeness(np.arange(0, 41, 2), 41) == 1.0


def test_stopping_half_way_gives_half_the_reach() -> None:
    assert metrics.reach(np.array([0, 1, 2, 3, 4]), 10) == 0.5


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_scores_do_not_depend_on_the_number_of_steps_a_symbol(seed: int, repeat: int) -> None:
    text = "some words to say"
    rng = np.random.default_rng(seed)
    weights = np.eye(17)[np.arange(17).repeat(2)] * 0.8 + rng.dirichlet(np.ones(17), 34) * 0.15
    from tts_align.alignment import Alignment

    once = analyze(Alignment(weights, tuple(text), 0.04)).metrics
    often = analyze(Alignment(weights.repeat(repeat, axis=0), tuple(text), 0.04 / repeat)).metrics
    assert often == pytest.approx(once, abs=2e-6)
