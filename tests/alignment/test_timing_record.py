"""Timings as JSON and durations as arrays come back exactly; what is broken is an error."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.drawings import spoken
from tts_align.alignment.timing_record import read_durations, read_timings, write_durations, write_timings
from tts_align.alignment.timings import Frames, timings_of
from tts_align.errors import AlignmentError


@pytest.mark.parametrize("frames", [None, Frames(3, 49)])
def test_timings_come_back_exactly(tmp_path: Path, frames: Frames | None) -> None:
    timings = timings_of(
        spoken("“naïve” cat$", steps=2, seconds_per_step=0.0116), "A1", start_seconds=0.3, frames=frames
    )
    write_timings(tmp_path / "a.json", timings)
    assert read_timings(tmp_path / "a.json") == timings


def test_the_record_says_where_each_word_and_symbol_is(tmp_path: Path) -> None:
    write_timings(tmp_path / "a.json", timings_of(spoken("a b", seconds_per_step=0.5), "A1", frames=Frames(2, 17)))
    record = json.loads((tmp_path / "a.json").read_text())
    assert [(word["word"], word["symbols"], word["seconds"]) for word in record["words"]] == [
        ("a", [0, 1], [0.0, 1.5]),
        ("b", [2, 3], [3.0, 4.5]),
    ]
    assert [(each["symbol"], each["steps"], each["frames"]) for each in record["symbols"]] == [
        ("a", 3, 6),
        (" ", 3, 6),
        ("b", 3, 5),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Expecting value"),
        ('{"version": 1, "id": "a"', "Expecting"),
        ('{"version": 2}', "found version 2"),
        ('{"version": 1, "symbols": []}', "found no 'id'"),
        ("[1]", "something else in a field"),
        ('{"version": 1, "id": "a", "text": "", "words": [{"word": "x"}], "symbols": []}', "found no 'seconds'"),
    ],
)
def test_what_is_no_record_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(AlignmentError, match=f"timings in JSON, version 1.*{message}"):
        read_timings(tmp_path / "a.json")


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AlignmentError, match="No such file"):
        read_timings(tmp_path / "none.json")
    with pytest.raises(AlignmentError, match="No such file"):
        read_durations(tmp_path / "none.npy")


def test_durations_that_are_none_are_errors(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    for wrong in (np.zeros((2, 2), int), np.zeros(3), np.array([3, -1])):
        np.save(path, wrong)
        with pytest.raises(AlignmentError, match="whole numbers >= 0 in a row"):
            read_durations(path)
    write_durations(path, (1, 2, 3))
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(AlignmentError, match="whole numbers >= 0 in a row"):
        read_durations(path)
