import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.alignment.planter import plant
from tests.drawings import drawn, spoken
from tts_align.alignment import Alignment, analyze, is_letter, likely_path, metrics

TEXT = "some words to say"
OF_WEIGHTS = {
    name: getattr(metrics, name)
    for name in ("locality", "coverage", "mean_entropy", "focus_rate", "attention_mass", "diagonal_rate")
}
OF_PATH = {
    "monotonicity": metrics.monotonicity,
    "completeness": lambda path: metrics.completeness(path, len(TEXT)),
    "reach": lambda path: metrics.reach(path, len(TEXT)),
    "longest_unattended": lambda path: metrics.longest_unattended(path, len(TEXT)),
    "re_entries": metrics.re_entries,
    "dwell": metrics.dwell,
    "tail": lambda path: metrics.tail(path, len(TEXT) - 1),
}


def all_scores(weights: np.ndarray, path: np.ndarray | None = None) -> dict[str, float]:
    path = likely_path(weights) if path is None else path
    scores = {name: score(weights) for name, score in OF_WEIGHTS.items()}
    return scores | {name: score(path) for name, score in OF_PATH.items()}


def blurred(order: list[int], seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).dirichlet(np.ones(len(TEXT)), len(order))
    return np.eye(len(TEXT))[order] * 0.8 + noise * 0.15


FAULTS = {
    "clean": [*range(17)],
    "skipping": [*range(5), *range(11, 17)],
    "repeating": [*range(11), *range(5, 11), *range(11, 17)],
    "stopped": [*range(9)],
    "babble": [*range(17), 3, 4, 9, 2, 8, 5, 4, 1, 12, 11],
}


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
    assert metrics.diagonal_rate(weights) == 0.0
    assert metrics.mean_entropy(weights) == pytest.approx(np.log(7))


def test_one_symbol_and_one_step_have_scores_at_the_ends_of_their_ranges() -> None:
    for weights, last_letter in ((np.ones((6, 1)), 0), (np.ones((1, 1)), 0)):
        path = likely_path(weights)
        assert metrics.diagonal_rate(weights) == metrics.locality(weights) == 1.0
        assert metrics.monotonicity(path) == metrics.completeness(path, 1) == metrics.reach(path, 1) == 1.0
        assert metrics.longest_unattended(path, 1) == metrics.re_entries(path) == 0.0
        assert metrics.dwell(path) == metrics.tail(path, last_letter) == 1.0
    one_step = np.array([[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]])
    assert metrics.diagonal_rate(one_step) == 1.0
    assert metrics.dwell(np.array([7])) == metrics.tail(np.array([7]), 7) == 1.0
    assert metrics.longest_unattended(np.array([7]), 8) == 0.0  # a stride of 8, the only one there is


def test_going_back_lowers_monotonicity_by_its_share_of_the_way() -> None:
    assert metrics.monotonicity(np.array([0, 4, 2, 6])) == pytest.approx(8 / 10)
    assert metrics.monotonicity(np.array([6, 3, 0])) == 0.0
    assert metrics.monotonicity(np.array([2, 2])) == 1.0


def test_a_word_jumped_over_lowers_completeness_by_its_symbols() -> None:
    alignment = spoken("one two three four", "0:8 13:18")
    assert metrics.completeness(likely_path(alignment.weights), 18) == pytest.approx(13 / 18)


def test_a_voice_of_two_symbols_a_step_is_complete() -> None:
    assert metrics.completeness(np.arange(0, 41, 2), 41) == 1.0
    assert metrics.longest_unattended(np.arange(0, 41, 2), 41) == 0.0


def test_stopping_half_way_gives_half_the_reach() -> None:
    assert metrics.reach(np.array([0, 1, 2, 3, 4]), 10) == 0.5


def test_attention_on_the_diagonal_is_near_it_and_uniform_attention_is_in_the_share_of_the_band() -> None:
    assert metrics.diagonal_rate(np.eye(60).repeat(7, axis=0)) == pytest.approx(1.0)
    assert metrics.diagonal_rate(np.eye(60)[::3]) == pytest.approx(1.0)  # three symbols a step
    assert metrics.diagonal_rate(np.eye(60)[::-1]) == pytest.approx(0.2, abs=0.01)  # the other diagonal: h / N
    assert metrics.diagonal_rate(np.full((90, 60), 1 / 60)) == pytest.approx(0.36)  # 2 h / N - (h / N)^2, h = N / 5


def test_weight_that_leaves_the_band_leaves_the_diagonal_rate_row_by_row() -> None:
    weights = np.eye(50)
    weights[10] = np.eye(50)[40] * 0.5
    assert metrics.diagonal_rate(weights) == pytest.approx(49 / 49.5)


def test_a_row_half_in_the_band_counts_half() -> None:
    weights = np.zeros((20, 40))  # a row is two symbols of time, the band eight symbols on each side
    weights[0, 8] = 1.0  # the band around 8.5 starts at 0.5, three quarters of the row [0, 2) are in it
    assert metrics.diagonal_rate(weights) == pytest.approx(0.75)


def test_the_longest_piece_left_out_is_counted_in_symbols_wherever_it_lies() -> None:
    assert metrics.longest_unattended(np.array([0, 1, 2, 8, 9, 14, 15]), 16) == 5
    assert metrics.longest_unattended(np.array([0, 1, 2, 3]), 16) == 12
    assert metrics.longest_unattended(np.array([9, 10, 11, 12]), 13) == 9


def test_each_symbol_said_again_is_a_re_entry() -> None:
    assert metrics.re_entries(np.r_[0:8, 4:11].repeat(3)) == 4
    assert metrics.re_entries(np.array([0, 1, 2, 1, 2, 1, 2, 3])) == 4
    assert metrics.re_entries(np.array([0, 0, 3, 3, 9])) == 0


def test_dwell_is_the_longest_stay_over_the_middle_one_and_pauses_can_be_left_out() -> None:
    path = np.r_[np.arange(5).repeat(4), [5] * 40, np.arange(6, 9).repeat(4)]
    assert metrics.dwell(path) == 10.0
    assert metrics.dwell(path, letters=np.arange(9) != 5) == 1.0
    assert metrics.dwell(path, letters=np.zeros(9, dtype=bool)) == 1.0


def test_the_tail_begins_where_the_last_new_symbol_is_come_to() -> None:
    said = [0, 1, 2, 3, 4, 5]
    assert metrics.tail(np.array([*said, 5, 5, 5, 5]), 5) == pytest.approx(5 / 10)
    assert metrics.tail(np.array([*said, 2, 0, 4, 1]), 5) == pytest.approx(5 / 10)  # a stroll through what was said
    assert metrics.tail(np.array([5, *said, 5, 5, 5]), 5) == pytest.approx(7 / 10)  # an odd row, two neighbours early
    assert metrics.tail(np.array([0, 2, 4, 5, 5, 3, 1, 5, 5, 5]), 5) == pytest.approx(7 / 10)  # what was strode over
    assert metrics.tail(np.array([0, 1, 2, 3]), 5) == 0.0
    assert metrics.tail(np.array([0, 1, 2, 3, 7]), 5) == pytest.approx(1 / 5)  # the last letter itself left out


@pytest.mark.parametrize("fault", FAULTS)
def test_no_score_changes_when_every_row_is_repeated(fault: str) -> None:
    once = blurred([j for j in FAULTS[fault] for _ in range(2)], seed=7)
    path = likely_path(once)
    for repeat in (2, 3, 5):
        often = all_scores(once.repeat(repeat, axis=0), path.repeat(repeat))
        assert often == pytest.approx(all_scores(once, path), abs=1e-9)


@pytest.mark.parametrize("fault", FAULTS)
def test_taking_every_third_row_changes_hardly_anything(fault: str) -> None:
    often = blurred([j for j in FAULTS[fault] for _ in range(12)], seed=7)
    assert all_scores(often[1::3]) == pytest.approx(all_scores(often), abs=0.05)


@pytest.mark.parametrize("fault", FAULTS)
def test_padding_that_is_cut_off_leaves_no_trace(fault: str) -> None:
    weights = blurred([j for j in FAULTS[fault] for _ in range(2)], seed=7)
    padded = np.pad(weights, ((0, 31), (0, 23)))
    assert all_scores(padded[: len(weights), : len(TEXT)]) == all_scores(weights)


def test_each_fault_moves_the_score_that_is_named_for_it_and_a_clean_one_moves_none() -> None:
    scores = {
        fault: all_scores(blurred([j for j in order for _ in range(3)], seed=1)) for fault, order in FAULTS.items()
    }
    assert scores["clean"]["longest_unattended"] == scores["clean"]["re_entries"] == 0
    assert scores["clean"]["tail"] == pytest.approx(1 / 17)
    assert scores["skipping"]["longest_unattended"] == 6
    assert scores["repeating"]["re_entries"] == 6
    assert scores["stopped"]["reach"] == pytest.approx(9 / 17)
    assert scores["stopped"]["longest_unattended"] == 8
    assert scores["babble"]["tail"] == pytest.approx(11 / 27)


def test_stalls_and_babble_stand_out_of_natural_pauses_and_closing_silence() -> None:
    found: dict[str | None, list[tuple[float, float]]] = {}
    for kind in (None, "stall", "babble"):
        for seed in range(60):
            alignment = plant(seed, kind, "hard").alignment
            letters = np.array([is_letter(symbol) for symbol in alignment.symbols])
            path = likely_path(alignment.weights)
            last_letter = int(np.flatnonzero(letters)[-1])
            found.setdefault(kind, []).append((metrics.dwell(path, letters), metrics.tail(path, last_letter)))
    clean, stall, babble = (np.quantile(found[kind], (0.05, 0.5, 0.95), axis=0) for kind in (None, "stall", "babble"))
    assert clean[2, 0] < 7 < 12 < stall[0, 0]
    assert clean[2, 1] < 0.35 < babble[1, 1]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 4))
def test_scores_do_not_depend_on_the_number_of_steps_a_symbol(seed: int, repeat: int) -> None:
    weights = blurred([j for j in range(17) for _ in range(2)], seed)
    once = analyze(Alignment(weights, tuple(TEXT), 0.04)).metrics
    often = analyze(Alignment(weights.repeat(repeat, axis=0), tuple(TEXT), 0.04 / repeat)).metrics
    assert often == pytest.approx(once, abs=2e-6)
