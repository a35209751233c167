"""Two runs compared: counts by hand, and each test against the sum that defines it."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts_align.alignment import Analysis, Event
from tts_align.alignment.comparison import MAIN_METRICS, compare, holm, mcnemar_test, signed_rank_test


def judged(*kinds: str, locality: float = 1.0) -> Analysis:
    """An analysis with a fault of each of the kinds."""
    events = [Event(kind, (0, 1), ("a",), (0, 1), (0.0, 0.1), 1.0) for kind in kinds]
    ratios = dict.fromkeys(MAIN_METRICS, (1.0, 1.0)) | {"locality": (locality, 1.0)}
    return Analysis(ratios, events, 3, 12, 40, 1.2)


def test_utterances_are_sorted_by_what_became_of_them() -> None:
    before = {
        "1": judged(),
        "2": judged("skip"),
        "3": judged(),
        "4": judged("rush", "rush"),
        "5": judged(),
        "9": judged(),
    }
    after = {
        "5": judged(),
        "4": judged("skip"),
        "3": judged("stall"),
        "2": judged(),
        "1": judged(),
        "7": judged("skip"),
    }
    found = compare(before, after)
    assert (found.became_clean, found.became_faulty, found.stayed_faulty) == (("2",), ("3",), ("4",))
    assert (found.n_stayed_clean, found.n_utterances) == (2, 5)
    assert (found.only_a, found.only_b) == (("9",), ("7",))


def test_faults_are_counted_over_common_utterances_only() -> None:
    before = {"1": judged("rush", "rush"), "2": judged(), "only": judged("skip", "skip")}
    after = {"1": judged("rush"), "2": judged("rush", "stall"), "other": judged("babble")}
    changes = {change.kind: change for change in compare(before, after).kinds}
    assert len(changes) == 7
    rush = changes["rush"]
    assert (rush.events_a, rush.events_b, rush.utterances_a, rush.utterances_b) == (2, 2, 1, 2)
    assert not rush.is_more_frequent
    assert changes["stall"].is_more_frequent
    assert (changes["skip"].events_a, changes["babble"].events_b) == (0, 0)


def test_metrics_are_compared_utterance_by_utterance() -> None:
    """B gains a little on every utterance, though the utterances differ far more among themselves."""
    a = {str(i): judged(locality=0.05 * i) for i in range(12)}
    b = {str(i): judged(locality=0.05 * i + 0.01 + 0.0001 * i) for i in range(12)}
    metrics = {change.name: change for change in compare(a, b).metrics}
    locality = metrics["locality"]
    assert (locality.n_better, locality.n_worse) == (12, 0)
    assert locality.median_difference == pytest.approx(0.01055)
    assert locality.median_b - locality.median_a == pytest.approx(0.01055)
    assert locality.p_value == pytest.approx(len(MAIN_METRICS) * 2 / 2**12)
    assert all(metrics[name].p_value == 1.0 for name in MAIN_METRICS if name != "locality")


def test_nothing_in_common_is_nothing_compared() -> None:
    found = compare({"a": judged()}, {"b": judged("skip")})
    assert (found.n_utterances, found.p_value, found.metrics) == (0, 1.0, ())
    assert all(change.events_a == change.events_b == 0 for change in found.kinds)
    assert compare({}, {}).n_utterances == 0


def test_a_run_compared_with_itself_has_not_changed() -> None:
    run = {"1": judged("skip"), "2": judged()}
    found = compare(run, run)
    assert (found.became_clean, found.became_faulty, found.p_value) == ((), (), 1.0)
    assert not any(change.is_more_frequent for change in found.kinds)
    assert all(metric.p_value == 1.0 and metric.median_difference == 0.0 for metric in found.metrics)


@given(st.integers(0, 12), st.integers(0, 12))
def test_mcnemar_is_the_binomial_tail_on_both_sides(one: int, other: int) -> None:
    n = one + other
    tail = sum(math.comb(n, k) for k in range(min(one, other) + 1)) / 2**n
    assert mcnemar_test(one, other) == pytest.approx(min(1.0, 2 * tail))


@given(st.permutations(range(1, 9)), st.integers(0, 255))
def test_the_signed_rank_test_counts_all_signs(ranks: list[int], signs: int) -> None:
    signed = np.array([rank if signs >> i & 1 else -rank for i, rank in enumerate(ranks)]) / 100
    statistic = signed[signed > 0].sum() * 100
    sums = [sum(chosen) for n in range(9) for chosen in itertools.combinations(range(1, 9), n)]
    tail = min(sum(s <= statistic + 1e-9 for s in sums), sum(s >= statistic - 1e-9 for s in sums))
    assert signed_rank_test(signed) == pytest.approx(min(1.0, 2 * tail / 256))


def test_differences_of_zero_and_ties_are_no_trouble() -> None:
    assert signed_rank_test(np.zeros(7)) == 1.0
    assert signed_rank_test(np.empty(0)) == 1.0
    assert signed_rank_test(np.array([0.0, 0.0, 0.5])) == 1.0
    assert signed_rank_test(np.full(80, 0.25)) < 1e-6


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_steps_down(p_values: list[float]) -> None:
    ordered = sorted(p_values)
    expected = [
        min(1.0, max((len(ordered) - i) * p for i, p in enumerate(ordered[: rank + 1]))) for rank in range(len(ordered))
    ]
    assert sorted(holm(p_values)) == pytest.approx(expected)
    assert all(corrected >= p for corrected, p in zip(holm(p_values), p_values, strict=True))
