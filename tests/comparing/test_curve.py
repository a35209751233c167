"""Since when a mechanism has been aligned, on drawn curves, and what is read from the log of a run."""

import json

import pytest

from tts_align.comparing.curve import aligned_since, median_ms_per_update, read_curve
from tts_align.errors import FileError
from tts_align.report.mechanism_record import OnsetPoint


def drawn(picture: str) -> list[OnsetPoint]:
    """A curve of 25 updates a letter: `#` is far off, `.` is near, `?` is not known."""
    errors = {"#": 120.0, ".": 20.0, "?": None}
    return [
        OnsetPoint(update=25 * (i + 1), onset_forced_ms=10.0, onset_spoken_ms=errors[letter])
        for i, letter in enumerate(picture)
    ]


@pytest.mark.parametrize(
    ("picture", "since"),
    [
        ("####....", 125),
        ("##.#.##...", 200),  # twice near for a moment
        ("........", 25),
        ("#######.", 200),  # the last validation alone
        ("########", None),
        (".......#", None),  # near all the time, and lost at the end
        ("##..?...", 150),  # what is not known does not count as near
        ("", None),
    ],
)
def test_a_mechanism_is_aligned_from_where_it_stays_near_to_the_end(picture, since):
    assert aligned_since(drawn(picture), limit_ms=50.0) == since


def test_an_error_of_just_the_limit_is_not_below_it():
    point = OnsetPoint(update=25, onset_forced_ms=0.0, onset_spoken_ms=50.0)
    assert aligned_since([point], limit_ms=50.0) is None
    assert aligned_since([point], limit_ms=50.001) == 25


def test_curve_and_time_are_read_from_the_log(tmp_path):
    log = tmp_path / "log.jsonl"
    records = [{"kind": "start", "update": 0}]
    records += [{"kind": "update", "update": i + 1, "seconds": s} for i, s in enumerate((9.0, 0.2, 0.3))]
    records += [{"kind": "validation", "update": 3, "onset_forced_ms": 11.0, "onset_spoken_ms": None, "mel_loss": 1.0}]
    log.write_text("".join(json.dumps(record) + "\n" for record in records))
    assert read_curve(log) == [OnsetPoint(update=3, onset_forced_ms=11.0, onset_spoken_ms=None)]
    assert median_ms_per_update(log) == pytest.approx(300.0)  # the first one, which warms up, changes little


def test_a_missing_log_is_an_error_that_names_it(tmp_path):
    with pytest.raises(FileError, match=r"log\.jsonl: expected the log of a run"):
        read_curve(tmp_path / "log.jsonl")
