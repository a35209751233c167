"""Which axis is what, how long an utterance is, which marks its text lacks."""

from itertools import permutations

import numpy as np
import pytest

from tts_align.alignment import alignment_from_weights
from tts_align.alignment.foreign import (
    arrange,
    cut,
    find_text_axis,
    marks_of,
    name_axes,
    rescaled,
    steps_of,
    used_symbols,
    without_empty_end,
)
from tts_align.errors import AlignmentError


def soft(n_steps: int, n_symbols: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.ones(n_symbols), n_steps)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("n_around", [0, 1, 3])
def test_the_text_axis_of_a_bare_matrix_is_found_from_the_length_of_the_text(turned: bool, n_around: int) -> None:
    weights = np.repeat(np.eye(3), 4, axis=0)
    given = (weights.T if turned else weights).reshape((1,) * n_around + (weights.T if turned else weights).shape)
    alignment = alignment_from_weights(given, "cat", 0.05)
    assert np.array_equal(alignment.weights, weights)
    assert (alignment.symbols, alignment.text) == (("c", "a", "t"), "cat")


@pytest.mark.parametrize(
    ("n", "symbols"), [(4, ("c", "a", "t", "<end>")), (5, ("<start>", "c", "a", "t", "<end>")), (3, ("c", "a", "t"))]
)
def test_one_symbol_more_than_the_text_is_its_end_and_two_are_its_start_and_end(n: int, symbols: tuple) -> None:
    assert alignment_from_weights(np.repeat(np.eye(n), 2, axis=0), "cat", 0.05).symbols == symbols


def test_padding_of_a_single_matrix_is_cut_off() -> None:
    weights = np.repeat(np.eye(4), 5, axis=0)
    padded = np.pad(weights, ((0, 9), (0, 7)))
    for given in (padded, padded.T):
        alignment = alignment_from_weights(given, "cat", 0.05)
        assert np.array_equal(alignment.weights, weights)
        assert alignment.symbols[-1] == "<end>"


def test_empty_rows_at_the_end_stay_where_nothing_was_padded() -> None:
    assert alignment_from_weights(np.pad(np.eye(3), ((0, 9), (0, 0))), "cat", 0.05).n_steps == 12


def test_a_matrix_that_fits_both_ways_needs_to_be_told() -> None:
    weights = np.triu(np.full((3, 3), 0.2))
    with pytest.raises(AlignmentError, match=r"both axes.*--text-axis"):
        alignment_from_weights(weights, "cat", 0.05)
    assert np.allclose(alignment_from_weights(weights, "cat", 0.05, text_axis=0).weights, weights.T)
    assert np.allclose(alignment_from_weights(weights, "cat", 0.05, text_axis=1).weights, weights)


def test_of_two_axes_that_fit_the_one_along_which_weights_sum_to_1_is_the_text() -> None:
    weights = soft(12, 11)
    assert find_text_axis(weights, [11]) == 1
    assert find_text_axis(weights.T, [11]) == 0


def test_the_longest_of_a_batch_tells_the_text_axis() -> None:
    batch = np.zeros((2, 19, 13))
    batch[0], batch[1, :10, :6] = soft(19, 13), soft(10, 6)
    assert find_text_axis(batch, [12, 5]) == 1
    assert find_text_axis(batch.swapaxes(1, 2), [12, 5]) == 0


@pytest.mark.parametrize(
    ("weights", "text", "message"),
    [
        (np.eye(8), "cat", "an axis of 3 to 5 symbols for this text, found shape \\(8, 8\\)"),
        (soft(20, 8), "cat", "an axis of 3 to 5 symbols"),
        (soft(20, 8), "longer than that", "an axis of 16 to 18 symbols"),
        (np.eye(3), "", "the text that was encoded"),
        (np.zeros(3), "cat", "a matrix"),
        (np.zeros((2, 5, 3)), "cat", "a matrix"),
    ],
)
def test_a_text_that_does_not_fit_is_refused(weights: np.ndarray, text: str, message: str) -> None:
    with pytest.raises(AlignmentError, match=message):
        alignment_from_weights(weights, text, 0.05)


SIZES = {"B": 5, "L": 3, "H": 2, "T": 19, "N": 11}


@pytest.mark.parametrize("letters", ["TN", "HTN", "LTN", "BTN", "BHTN", "LHTN", "BLHTN"])
def test_every_order_of_axes_that_was_told_is_put_right(letters: str) -> None:
    whole = np.random.default_rng(0).random([SIZES[letter] if letter in letters else 1 for letter in "BLHTN"])
    plain = whole.reshape([SIZES[letter] for letter in "BLHTN" if letter in letters])
    ordered = [letter for letter in "BLHTN" if letter in letters]
    for axes in permutations(letters):
        given = plain.transpose([ordered.index(letter) for letter in axes])
        assert np.array_equal(arrange(given, "".join(axes)), whole)


@pytest.mark.parametrize(
    ("shape", "n_utterances", "text_axis", "axes"),
    [
        ((19, 11), 1, 1, "TN"),
        ((11, 19), 1, 0, "NT"),
        ((2, 19, 11), 1, 1, "HTN"),
        ((5, 19, 11), 5, 1, "BTN"),
        ((5, 2, 19, 11), 5, 1, "BHTN"),
        ((2, 5, 19, 11), 5, 1, "HBTN"),
        ((3, 2, 19, 11), 1, 1, "LHTN"),
        ((3, 5, 2, 11, 19), 5, 0, "LBHNT"),
        ((1, 2, 19, 11), 1, 1, "BHTN"),
        ((3, 1, 2, 19, 11), 1, 1, "LBHTN"),
    ],
)
def test_axes_are_named_by_the_number_of_utterances(shape: tuple, n_utterances: int, text_axis: int, axes: str) -> None:
    assert name_axes(shape, n_utterances, text_axis) == axes


def test_a_single_axis_left_is_the_layers_if_a_layer_was_asked_for() -> None:
    assert name_axes((3, 19, 11), 1, 1, layers_only=True) == "LTN"


@pytest.mark.parametrize(
    ("shape", "n_utterances", "message"),
    [
        ((4, 4, 19, 11), 4, r"one axis of 4 utterances, found 2 such axes.*--axes, such as LHTN or BHTN"),
        ((3, 19, 11), 4, "found no such axis"),
        ((19, 11), 2, "found no such axis"),
        ((2, 3, 4, 19, 11), 1, "at most utterances"),
        ((2, 2, 2, 2, 19, 11), 1, "at most utterances"),
    ],
)
def test_axes_that_cannot_be_told_apart_are_an_error_that_says_how_to_tell(
    shape: tuple, n_utterances: int, message: str
) -> None:
    with pytest.raises(AlignmentError, match=message):
        name_axes(shape, n_utterances, 1)


def test_more_letters_than_axes_are_an_error() -> None:
    with pytest.raises(AlignmentError, match=r"3 letters for shape \(19, 11\)"):
        arrange(np.zeros((19, 11)), "HTN")


def test_marks_are_what_the_longest_text_lacks_or_the_weights_show() -> None:
    assert marks_of([soft(9, 7), soft(9, 7)], [5, 3]) == 2
    padded = [np.pad(soft(9, 6), ((0, 0), (0, 10))), np.pad(soft(9, 4), ((0, 0), (0, 12)))]
    assert marks_of(padded, [5, 3]) == 1


def test_weight_behind_the_text_is_an_error() -> None:
    with pytest.raises(AlignmentError, match="text: expected 11 symbols, as along the matrix, found 7"):
        cut(soft(19, 11), 7)
    with pytest.raises(AlignmentError, match="found 12"):
        cut(soft(19, 11), 12)


def test_an_empty_end_goes_and_empty_rows_within_stay() -> None:
    weights = np.pad(np.eye(3), ((2, 4), (0, 0)))[[0, 1, 2, 0, 3, 4, 5, 6]]
    assert np.array_equal(without_empty_end(weights), weights[:6])
    assert used_symbols(np.zeros((3, 4))) == 0


@pytest.mark.parametrize(
    ("lengths", "n_steps", "steps"),
    [([40, 31], 40, [40, 31]), ([40, 31], 43, [40, 31]), ([80, 61], 40, [40, 31]), ([119, 3], 40, [40, 1])],
)
def test_lengths_in_frames_become_steps(lengths: list[int], n_steps: int, steps: list[int]) -> None:
    assert steps_of(np.array(lengths), n_steps).tolist() == steps


def test_rows_that_rounding_made_too_large_are_scaled_and_sums_are_not() -> None:
    rows = np.array([[0.5, 0.505], [0.5, 0.6], [0.3, 0.3]], dtype=np.float32)
    assert rescaled(rows).sum(axis=1).tolist() == pytest.approx([1.0, 1.1, 0.6])
