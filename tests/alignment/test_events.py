import numpy as np
import pytest

from tests.alignment.planter import STYLES, measure
from tests.drawings import drawn, spoken
from tts_align.alignment import KINDS, Alignment, Thresholds, find_events
from tts_align.errors import AlignmentError

TEXT = "the cottage stood, quite alone beside water.$"
#       0   4       12     19    25    31     38   43 44


def found(alignment: Alignment, thresholds: Thresholds | None = None) -> list[tuple[str, tuple[str, ...]]]:
    return [(event.kind, event.words) for event in find_events(alignment, thresholds)]


def held(alignment: Alignment, position: int, n_steps: int) -> Alignment:
    """The alignment with one symbol held for so many steps more."""
    last = int(np.flatnonzero(alignment.weights[:, position])[-1])
    more = alignment.weights[last : last + 1].repeat(n_steps, axis=0)
    weights = np.vstack([alignment.weights[: last + 1], more, alignment.weights[last + 1 :]])
    return Alignment(weights, alignment.symbols, alignment.seconds_per_step)


def test_hard_attention_that_says_all_once_is_clean() -> None:
    for steps in (1, 2, 3, 7):
        assert found(spoken(TEXT, steps=steps)) == []


def test_a_word_jumped_over_is_skipped_and_its_place_is_told() -> None:
    (event,) = find_events(spoken(TEXT, "0:4 12:45"))
    assert (event.kind, event.words, event.symbols, event.severity) == ("skip", ("cottage",), (4, 11), 1.0)
    assert event.steps == (11, 13)
    assert event.seconds == pytest.approx((0.33, 0.39))


def test_a_word_in_phones_is_told_by_its_name_in_the_text() -> None:
    symbols = ("DH", "AH0", " ", "K", "AA1", "T", "IH0", "JH", " ", "S", "T", "UH1", "D", "<end>")
    path = np.repeat([0, 1, 2, 8, 9, 10, 11, 12, 13], 3)
    (event,) = find_events(Alignment(np.eye(14)[path], symbols, 0.03, text="The cottage stood"))
    assert (event.kind, event.words, event.symbols) == ("skip", ("cottage",), (3, 8))


def test_words_skipped_at_once_are_one_event() -> None:
    assert found(spoken(TEXT, "0:4 19:45")) == [("skip", ("cottage", "stood"))]


def test_the_first_word_can_be_skipped() -> None:
    assert found(spoken(TEXT, "4:45")) == [("skip", ("the",))]


def test_a_word_said_twice_is_repeated_where_it_is_said_again() -> None:
    (event,) = find_events(spoken(TEXT, "0:12 4:45"))
    assert (event.kind, event.words, event.steps) == ("repeat", ("cottage",), (36, 57))


def test_a_loop_is_one_repeat() -> None:
    assert found(spoken(TEXT, "0:12 4:12 4:12 4:45")) == [("repeat", ("cottage",))]


def test_three_letters_gone_round_for_long_are_a_repeat_though_each_round_is_short() -> None:
    (event,) = find_events(spoken(TEXT, "0:7 " + "4:7 " * 9 + "7:45"))
    assert (event.kind, event.words, event.times) == ("repeat", ("cottage",), 9)
    assert found(spoken(TEXT, "0:7 4:7 4:7 7:45")) == []


def test_a_word_said_only_after_the_next_one_was_skipped_in_its_place() -> None:
    assert found(spoken(TEXT, "0:4 12:18 4:12 19:45")) == [("skip", ("cottage",))]


def test_a_piece_of_a_word_said_again_is_a_repeat_of_the_word() -> None:
    assert found(spoken(TEXT, "0:8 4:45", steps=4)) == [("repeat", ("cottage",))]


def test_a_word_passed_at_a_step_a_symbol_by_a_slow_voice_is_rushed() -> None:
    path = [j for j in range(45) for _ in range(1 if 4 <= j < 11 else 6)]
    (event,) = find_events(Alignment(np.eye(45)[path], spoken(TEXT).symbols, 0.0116))
    assert (event.kind, event.words, event.steps) == ("rush", ("cottage",), (24, 31))
    assert event.severity == pytest.approx(1 - 1 / 6, abs=1e-3)


def test_holding_a_letter_is_a_stall_and_holding_a_comma_a_pause() -> None:
    clean = spoken(TEXT)
    assert found(held(clean, 6, 40)) == [("stall", ("cottage",))]
    assert found(held(clean, 17, 40)) == []
    assert found(held(clean, 18, 40)) == []
    assert found(held(clean, 17, 120)) == [("stall", ())]


def test_sound_that_ends_in_mid_text_is_an_early_stop_before_the_missing_words() -> None:
    (event,) = find_events(spoken(TEXT, "0:24"))
    assert (event.kind, event.words, event.symbols) == ("early_stop", ("alone", "beside", "water"), (25, 43))
    assert event.steps == (71, 72)
    assert event.severity == pytest.approx(3 / 7, abs=1e-4)


def test_a_long_stay_at_the_end_is_babble_only_beyond_the_limit() -> None:
    clean = spoken(TEXT)
    assert found(held(clean, 44, 20)) == []
    (event,) = find_events(held(clean, 44, 60))
    assert (event.kind, event.words, event.steps) == ("babble", (), (129, 195))


def test_a_run_cut_off_at_its_limit_babbles_sooner() -> None:
    alignment = held(spoken(TEXT), 44, 20)
    cut = Alignment(alignment.weights, alignment.symbols, alignment.seconds_per_step, stopped_by="limit")
    assert [event.kind for event in find_events(cut)] == ["babble"]


def test_rows_that_attend_to_nothing_or_everything_are_a_collapse_with_the_words_lost() -> None:
    for row in (np.zeros(45), np.full(45, 1 / 45)):
        weights = np.vstack([spoken(TEXT, "0:4").weights, row[None].repeat(25, 0), spoken(TEXT, "12:45").weights])
        (event,) = find_events(Alignment(weights, spoken(TEXT).symbols, 0.03))
        assert (event.kind, event.words, event.steps) == ("collapse", ("cottage",), (12, 37))


def test_attention_that_never_aligns_is_one_collapse_of_everything() -> None:
    (event,) = find_events(Alignment(np.full((90, 45), 1 / 45), spoken(TEXT).symbols, 0.03))
    assert (event.kind, event.severity, event.symbols) == ("collapse", 1.0, (0, 45))


def test_a_voice_faster_than_a_symbol_a_step_is_clean() -> None:
    centre = np.arange(0, 44.1, 1.7)
    weights = np.exp(-0.5 * ((np.arange(45)[None] - centre[:, None]) / 0.8) ** 2)
    weights /= weights.sum(axis=1, keepdims=True)
    assert found(Alignment(weights, spoken(TEXT).symbols, 0.058)) == []


def test_a_drawing_of_soft_attention_two_wide_is_clean() -> None:
    assert found(drawn("""
        a #+.......
        _ .+#+.....
        c ...+#+...
        a .....+#+.
        t .......+#
    """)) == []  # fmt: skip


def test_texts_without_words_or_with_one_letter_give_no_traceback() -> None:
    assert found(spoken("...")) == []
    assert found(spoken("a", steps=2)) == []
    assert found(Alignment(np.ones((1, 1)), (" ",), 0.1)) == []
    assert found(Alignment(np.zeros((1, 2)), ("a", "b"), 0.1)) is not None


def test_thresholds_can_be_set() -> None:
    slow = held(spoken(TEXT), 6, 40)
    assert found(slow, Thresholds(stall_seconds=2.0)) == []


@pytest.mark.parametrize("seed", range(40))
def test_noise_gives_events_with_places_inside_the_matrix(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n_steps, n_symbols = int(rng.integers(1, 120)), int(rng.integers(1, 40))
    weights = rng.dirichlet(np.full(n_symbols, rng.choice([0.02, 0.3, 3.0])), n_steps) * rng.uniform(0.2, 0.999)
    symbols = tuple(rng.choice(list("abc ,."), n_symbols))
    for event in find_events(Alignment(weights, symbols, 0.0348)):
        assert event.kind in KINDS
        assert 0 <= event.symbols[0] < event.symbols[1] <= n_symbols
        assert 0 <= event.steps[0] < event.steps[1] <= n_steps
        assert 0.0 <= event.severity <= 1.0
        assert event.seconds == pytest.approx((event.steps[0] * 0.0348, event.steps[1] * 0.0348), abs=1e-5)


def test_planted_faults_are_found_at_their_word_and_clean_ones_left_alone() -> None:
    counts = measure(60, first_seed=1000)
    clean = [counts[f"{style} clean"] for style in STYLES]
    assert sum(count["faulty"] for count in clean) <= 0.02 * sum(count["n"] for count in clean)
    for name, count in counts.items():
        if "clean" not in name:
            assert count["right"] >= 0.9 * count["n"], name
    right = sum(count["right"] for name, count in counts.items() if "clean" not in name)
    assert right >= 0.96 * sum(count["n"] for name, count in counts.items() if "clean" not in name)


def test_at_symbol_level_a_lost_letter_is_an_event_and_its_word_is_named() -> None:
    alignment = spoken("the wonderful garden", "0:7 10:20", steps=4)
    assert find_events(alignment) == []
    (event,) = find_events(alignment, level="symbol")
    assert (event.kind, event.symbols, event.words) == ("skip", (7, 10), ("wonderful",))


def test_at_symbol_level_a_stutter_is_an_event() -> None:
    alignment = spoken("the wonderful garden", "0:7 4:20", steps=4)
    (event,) = find_events(alignment, level="symbol")
    assert (event.kind, event.symbols, event.words) == ("repeat", (4, 7), ("wonderful",))


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(AlignmentError, match="expected word or symbol, found 'words'"):
        find_events(spoken("a cat"), level="words")  # type: ignore[arg-type]
