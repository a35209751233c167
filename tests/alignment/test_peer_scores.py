import numpy as np
import pytest

from benchmarks.metric_table import TEXT, both_of, conditions
from tts_align.alignment import Word, peer_scores, words_of


@pytest.fixture(scope="module")
def scores() -> dict[str, dict[str, float]]:
    return {name: both_of(weights, tuple(TEXT)) for name, weights in conditions().items()}


def moved(scores: dict[str, dict[str, float]], case: str, name: str) -> float:
    """How far a fault moves a score, as a share of what it is when clean."""
    return abs(scores[case][name] - scores["clean"][name]) / scores["clean"][name]


FAULTS = (
    "a word skipped",
    "a word said twice",
    "stopped at 60 %",
    "stuck on a letter for 80 steps",
    "babble after the end",
)


@pytest.mark.parametrize("case", FAULTS)
def test_the_focus_rate_moves_by_less_than_a_thousandth_whatever_the_fault(scores, case):
    assert moved(scores, case, "focus_rate") < 0.001


@pytest.mark.parametrize("case", FAULTS)
def test_the_step_score_moves_by_at_most_two_hundredths(scores, case):
    assert moved(scores, case, "loc_score") < 0.02


@pytest.mark.parametrize("case", FAULTS[:2])
def test_the_guided_attention_loss_of_a_skip_or_a_repeat_is_less_than_a_hundredth_of_that_of_no_order_at_all(
    scores, case
):
    loss = "guided_attention_loss"
    assert scores[case][loss] < 0.01 * scores["symbols in random order"][loss]


def test_the_max_over_time_score_sees_no_order_and_no_repetition(scores):
    for case in ("a word said twice", "babble after the end", "symbols in random order"):
        assert moved(scores, case, "alignment_diagonal_score") < 1e-6


def test_the_max_over_time_score_is_halved_by_padding_the_text_to_twice():
    clean = conditions()["clean"]
    padded = np.pad(clean, ((0, 0), (0, clean.shape[1])))
    whole = peer_scores.alignment_diagonal_score(clean)
    assert whole == pytest.approx(0.8565, abs=1e-4)
    assert peer_scores.alignment_diagonal_score(padded) == pytest.approx(whole / 2)


def test_the_word_coverage_ratio_sees_skips_and_stops_and_neither_repeats_nor_babble(scores):
    ratio = "word_coverage_ratio"
    assert scores["a word skipped"][ratio] < 0.1 * scores["clean"][ratio]
    assert scores["stopped at 60 %"][ratio] < 0.1 * scores["clean"][ratio]
    for case in ("a word said twice", "babble after the end", "symbols in random order"):
        assert moved(scores, case, ratio) < 0.001


def test_each_fault_stands_out_in_a_score_of_ours(scores):
    clean = scores["clean"]
    assert (clean["longest_unattended"], clean["re_entries"], clean["reach"], clean["dwell"]) == (0, 0, 1, 1)
    assert (clean["completeness"], clean["monotonicity"]) == (1, 1)
    assert clean["tail"] < 0.03
    assert scores["a word skipped"]["longest_unattended"] == 5
    assert scores["a word said twice"]["re_entries"] == 5
    assert scores["stopped at 60 %"]["reach"] == pytest.approx(0.6)
    assert scores["stopped at 60 %"]["longest_unattended"] == 40
    assert scores["stuck on a letter for 80 steps"]["dwell"] == pytest.approx(10, rel=0.1)
    assert scores["babble after the end"]["tail"] > 5 * clean["tail"]
    assert scores["babble after the end"]["re_entries"] >= 15
    assert scores["symbols in random order"]["monotonicity"] < 0.6


def test_the_step_score_counts_moves_of_one_either_way():
    weights = np.eye(7)[[0, 1, 0, 1, 1, 4]]
    assert peer_scores.loc_score(weights) == pytest.approx(4 / 5)
    assert peer_scores.loc_score(weights, farthest=3) == 1.0
    assert peer_scores.loc_score(np.eye(7)[:1]) == 1.0


def test_the_diagonal_focus_rate_takes_a_fifth_of_the_steps_and_never_more_than_fifty():
    weights = np.zeros((1000, 10))
    weights[:, 0] = 1.0  # the line has left the first symbol by 50 steps after 50 of 1000
    assert peer_scores.diagonal_focus_rate(weights) == pytest.approx(51 / 1000)
    assert peer_scores.diagonal_focus_rate(weights[:100]) == pytest.approx(21 / 100)
    assert peer_scores.diagonal_focus_rate(np.zeros((5, 3))) == 0.0


def test_the_guided_attention_loss_is_the_mean_over_cells_of_weight_times_distance():
    rng = np.random.default_rng(3)
    weights = rng.dirichlet(np.ones(5), 7)
    wanted = 0.0
    for t in range(7):
        for j in range(5):
            wanted += weights[t, j] * (1 - np.exp(-((t / 7 - j / 5) ** 2) / (2 * 0.4**2))) / 35
    assert peer_scores.guided_attention_loss(weights, g=0.4) == pytest.approx(wanted)


def test_the_optimal_alignment_score_is_the_mean_weight_on_the_best_monotone_path():
    weights = np.array([[0.9, 0.1, 0.0], [0.2, 0.3, 0.5], [0.1, 0.8, 0.1], [0.3, 0.0, 0.7]])
    assert peer_scores.optimal_alignment_score(weights) == pytest.approx((0.9 + 0.3 + 0.8 + 0.7) / 4)


def test_the_word_coverage_ratio_is_that_of_the_worst_word():
    weights = np.array([[0.9, 0.0, 0.1, 0.0], [0.2, 0.2, 0.3, 0.3]])
    assert peer_scores.word_coverage_ratio(weights, [Word("a", 0, 1), Word("bc", 2, 4)]) == pytest.approx(0.3)
    assert peer_scores.word_coverage_ratio(weights, words_of("....")) == 1.0
