import numpy as np
import pytest

from tts_align.alignment import Alignment
from tts_align.errors import AlignmentError

GOOD = np.full((5, 3), 0.3)


def changed(row: int, column: int, value: float) -> np.ndarray:
    weights = GOOD.copy()
    weights[row, column] = value
    return weights


def test_weights_are_kept_as_a_read_only_float32_copy() -> None:
    given = GOOD.copy()
    alignment = Alignment(given, tuple("cat"), 0.1)
    given[0, 0] = 9.0
    assert alignment.weights.dtype == np.float32
    assert alignment.weights[0, 0] == np.float32(0.3)
    with pytest.raises(ValueError, match="read-only"):
        alignment.weights[0, 0] = 0.5
    assert (alignment.n_steps, alignment.n_symbols, alignment.text) == (5, 3, "cat")
    assert alignment.seconds == pytest.approx(0.5)


def test_without_a_text_the_symbols_are_the_text_and_marks_are_not() -> None:
    symbols = ("K", "AE1", "T", " ", "<end>")
    assert Alignment(np.eye(5), symbols, 0.1).text == "KAE1T "
    assert Alignment(np.eye(5), symbols, 0.1, text="Cat").text == "Cat"


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (changed(3, 1, np.nan), "row 3, column 1: expected a finite number, found nan"),
        (changed(2, 0, np.inf), "row 2, column 0: expected a finite number"),
        (changed(4, 2, -0.25), "row 4, column 2: expected a weight >= 0, found -0.25.*softmax"),
        (np.random.default_rng(0).normal(size=(5, 3)) * 4, "softmax over the text axis"),
        (GOOD * 2, "row 0, column 0: expected a row that sums to at most 1, found 1.8"),
        (np.zeros((0, 3)), "at least one step"),
        (np.zeros((2, 5, 3)), "a matrix"),
        (np.zeros((3, 7)), "transpose it"),
        (np.zeros((5, 4)), "3 columns, one for each symbol"),
        (np.array([["a"] * 3]), "real numbers"),
        (np.zeros((5, 3), dtype=complex), "real numbers"),
    ],
)
def test_wrong_weights_are_refused_and_the_first_offence_is_named(weights: np.ndarray, message: str) -> None:
    with pytest.raises(AlignmentError, match=message):
        Alignment(weights, tuple("cat"), 0.1)


def test_a_square_matrix_whose_columns_sum_to_one_is_recognized_as_transposed() -> None:
    rows = np.array([[0.9, 0.1, 0.0], [0.8, 0.2, 0.0], [0.0, 0.3, 0.7]])
    with pytest.raises(AlignmentError, match="transpose it"):
        Alignment(rows.T, tuple("cat"), 0.1)


def test_rounding_of_a_softmax_in_half_precision_is_forgiven() -> None:
    weights = np.random.default_rng(1).dirichlet(np.ones(64), 50).astype(np.float16)
    assert Alignment(weights, tuple("a" * 64), 0.1).n_steps == 50


@pytest.mark.parametrize("seconds", [0.0, -1.0, np.nan, np.inf, "fast", None])
def test_seconds_per_step_must_be_a_positive_number(seconds: object) -> None:
    with pytest.raises(AlignmentError, match="seconds_per_step: expected a number of seconds > 0"):
        Alignment(GOOD, tuple("cat"), seconds)  # type: ignore[arg-type]


def test_stop_must_have_a_value_for_each_step_and_the_cause_a_known_name() -> None:
    with pytest.raises(AlignmentError, match="5 finite numbers"):
        Alignment(GOOD, tuple("cat"), 0.1, stop=np.zeros(4))
    with pytest.raises(AlignmentError, match="gate, attention, limit"):
        Alignment(GOOD, tuple("cat"), 0.1, stopped_by="boredom")


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"weights": [[1.0], [0.5, 0.5]]}, "rows of different lengths"),
        ({"seconds_per_step": np.array([0.1, 0.2])}, "seconds > 0"),
        ({"stop": ["yes"] * 3}, "3 finite numbers"),
        ({"symbols": (1, 2, 3)}, "expected strings, found 1"),
    ],
)
def test_what_is_no_alignment_at_all_is_told_too(values: dict, told: str) -> None:
    good = {"weights": np.eye(3), "symbols": tuple("cat"), "seconds_per_step": 0.1}
    with pytest.raises(AlignmentError, match=told):
        Alignment(**(good | values))
