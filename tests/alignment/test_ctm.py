"""CTM files: what is written is read back, and what is broken is named with its line."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts_align.alignment.ctm import read_ctm, write_ctm
from tts_align.alignment.textgrid import Interval
from tts_align.errors import AlignmentError, FileError


def ctm(folder: Path, text: str) -> dict[str, list[Interval]]:
    path = folder / "words.ctm"
    path.write_bytes(text.encode())
    return read_ctm(path)


@given(st.lists(st.integers(0, 10**8), min_size=2, max_size=12).map(sorted))
def test_times_come_back_to_the_microsecond_and_words_that_touch_still_do(
    tmp_path_factory: pytest.TempPathFactory, edges: list[int]
) -> None:
    words = [Interval(a / 1e6, b / 1e6, f"w{a}", 0.25) for a, b in itertools.pairwise(edges)]
    path = tmp_path_factory.mktemp("ctm") / "a.ctm"
    write_ctm(path, {"A-1": words})
    read = read_ctm(path)["A-1"]
    assert [(round(w.start_seconds * 1e6), round(w.stop_seconds * 1e6)) for w in read] == list(
        itertools.pairwise(edges)
    )
    assert all(a.stop_seconds == b.start_seconds for a, b in itertools.pairwise(read))


def test_utterances_words_and_confidence_come_back(tmp_path: Path) -> None:
    utterances = {
        "A1": [Interval(0.25, 0.5, "don't", 0.5), Interval(0.5, 0.75, "naïve")],
        "b/2": [Interval(0.0, 1.5, "well-known", 1.0)],
    }
    write_ctm(tmp_path / "a.ctm", utterances)
    assert read_ctm(tmp_path / "a.ctm") == utterances


def test_comments_blank_lines_tabs_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    text = "\ufeff;; made by hand\r\n\r\nA1 A\t0.10 0.2 one ;; the first\r\n   \r\nA1 A 0.50 0.25 two NA\r\n"
    assert ctm(tmp_path, text) == {"A1": [Interval(0.1, 0.3, "one"), Interval(0.5, 0.75, "two")]}
    assert ctm(tmp_path, ";; nothing else\n") == {}


def test_lines_may_stand_in_any_order_and_utterances_may_mix(tmp_path: Path) -> None:
    found = ctm(tmp_path, "b 1 1 1 y\na 1 0 1 x\nb 1 0 1 z\n")
    assert [word.label for word in found["b"]] == ["z", "y"]
    assert [word.label for word in found["a"]] == ["x"]


def test_hundredths_that_overlap_by_rounding_are_made_to_touch(tmp_path: Path) -> None:
    assert ctm(tmp_path, "a 1 0.10 0.21 x\na 1 0.30 0.10 y\n")["a"][0] == Interval(0.1, 0.3, "x")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("a 1 0.5 0.1", "line 2: expected 5 or 6 fields.*found 4"),
        ("a 1 0.5 0.1 two words here", "line 2: expected 5 or 6 fields.*found 7"),
        ("a 1 half 0.1 x", "line 2: expected a start in seconds, not negative, found 'half'"),
        ("a 1 -0.5 0.1 x", "line 2: expected a start in seconds, not negative, found '-0.5'"),
        ("a 1 0.5 -0.1 x", "line 2: expected a duration in seconds, not negative, found '-0.1'"),
        ("a 1 0.5 nan x", "line 2: expected a duration in seconds"),
        ("a 1 inf 0.1 x", "line 2: expected a start in seconds"),
        ("a 1 0.5 0.1 x 1.5", "line 2: expected a confidence from 0 to 1"),
        ("a 1 0.5 0.1 x sure", "line 2: expected a confidence from 0 to 1"),
        ("a 1 0.2 0.1 x", "line 2: expected words that do not overlap, found 'x' 0.100 s before the end of 'first'"),
        ("a 2 0.5 0.1 x", "line 2: expected one channel for each utterance, found channel 2 after channel 1 of a"),
    ],
)
def test_a_line_that_is_wrong_is_named(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(AlignmentError, match=message):
        ctm(tmp_path, f"a 1 0.1 0.2 first\n{line}\n")


@given(st.lists(st.lists(st.text(max_size=4) | st.sampled_from(["a", "1", "0.5", "-1", ";;"]), max_size=7), max_size=4))
def test_whatever_a_file_holds_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, lines: list[list[str]]
) -> None:
    path = tmp_path_factory.mktemp("ctm") / "a.ctm"
    path.write_bytes("\n".join(" ".join(fields) for fields in lines).encode("utf8", "surrogatepass"))
    try:
        words = [word for of_one in read_ctm(path).values() for word in of_one]
    except AlignmentError:
        return
    assert all(0 <= word.start_seconds <= word.stop_seconds for word in words)


def test_no_file_and_no_text_are_errors(tmp_path: Path) -> None:
    with pytest.raises(AlignmentError, match="a CTM file in UTF-8, found No such file"):
        read_ctm(tmp_path / "none.ctm")
    (tmp_path / "a.ctm").write_bytes(b"a 1 0 1 caf\xe9\n")
    with pytest.raises(AlignmentError, match="found bytes that are no text"):
        read_ctm(tmp_path / "a.ctm")


@pytest.mark.parametrize(("name", "word"), [("two words", "x"), ("a", "of the"), ("a", ""), (";;a", "x")])
def test_what_a_line_cannot_hold_is_not_written(tmp_path: Path, name: str, word: str) -> None:
    with pytest.raises(AlignmentError, match=r"text without spaces.*leave the format ctm out"):
        write_ctm(tmp_path / "a.ctm", {name: [Interval(0, 1, word)]})
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FileError, match="a place that can be written"):
        write_ctm(tmp_path / "file" / "a.ctm", {})
