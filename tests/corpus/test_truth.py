"""True onsets count from the first frame of the features, not from the start of the sound file."""

import numpy as np
import pytest

from tts_align.alignment import Alignment
from tts_align.alignment.textgrid import Interval, write_textgrid
from tts_align.corpus.truth import Truth, onset_errors, read_truth
from tts_align.errors import AlignmentError

SYMBOLS = [*"one two ten", "<end>"]


@pytest.fixture
def textgrid(tmp_path):
    words = [Interval(0.5, 1.0, "one"), Interval(1.25, 2.0, "TWO,"), Interval(2.0, 2.5, "ten")]
    write_textgrid(tmp_path / "a.TextGrid", {"words": words}, 3.0)
    return tmp_path / "a.TextGrid"


def test_what_was_trimmed_off_the_head_is_taken_off_the_onsets(textgrid):
    assert read_truth(textgrid, SYMBOLS, start_seconds=0.0).onsets_seconds.tolist() == [0.5, 1.25, 2.0]
    truth = read_truth(textgrid, SYMBOLS, start_seconds=0.375)
    assert truth.word_indices.tolist() == [0, 1, 2]
    assert truth.onsets_seconds.tolist() == [0.125, 0.875, 1.625]


def test_an_onset_in_the_part_that_was_trimmed_off_is_at_the_first_frame(textgrid):
    assert read_truth(textgrid, SYMBOLS, start_seconds=0.75).onsets_seconds.tolist() == [0.0, 0.5, 1.25]


def test_a_word_that_is_spelled_otherwise_has_no_onset_and_the_others_keep_theirs(textgrid):
    truth = read_truth(textgrid, [*"one 2 ten", "<end>"], start_seconds=0.25)
    assert (truth.word_indices.tolist(), truth.onsets_seconds.tolist()) == ([0, 2], [0.25, 1.75])


def test_words_that_are_phones_are_found_by_their_names_in_the_text(textgrid):
    symbols = ["W", "AH1", "N", " ", "T", "UW1", ",", " ", "T", "EH1", "N", "<end>"]
    assert read_truth(textgrid, symbols, 0.0) is None
    truth = read_truth(textgrid, symbols, 0.0, "One two, ten")
    assert (truth.word_indices.tolist(), truth.onsets_seconds.tolist()) == ([0, 1, 2], [0.5, 1.25, 2.0])


def test_no_file_and_no_word_in_common_are_no_truth(tmp_path, textgrid):
    assert read_truth(tmp_path / "none.TextGrid", SYMBOLS, 0.0) is None
    assert read_truth(textgrid, list("other words"), 0.0) is None


def test_a_damaged_file_is_an_error(tmp_path, textgrid):
    (tmp_path / "b.TextGrid").write_bytes(textgrid.read_bytes()[:200])
    with pytest.raises(AlignmentError, match="a complete TextGrid"):
        read_truth(tmp_path / "b.TextGrid", SYMBOLS, 0.0)


def test_errors_are_between_the_path_and_the_truth_for_the_words_that_have_one():
    """Two steps per symbol of `ab cd`, 0.5 s each: `cd` starts with step 6, at 3 s."""
    alignment = Alignment(np.repeat(np.eye(5), 2, axis=0), tuple("ab cd"), 0.5)
    assert onset_errors(alignment, Truth(np.array([0, 1]), np.array([0.25, 2.5]))).tolist() == [250.0, 500.0]
    assert onset_errors(alignment, Truth(np.array([1]), np.array([3.125]))).tolist() == [125.0]
