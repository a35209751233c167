"""The files of timings: times of the sound file, that end where it ends, in every format the same."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from tests.drawings import spoken
from tts_align.alignment import Alignment
from tts_align.alignment.ctm import read_ctm
from tts_align.alignment.textgrid import Interval, read_duration, read_textgrid
from tts_align.alignment.timing_files import FORMATS, parse_formats, symbol_tier, timing_files
from tts_align.alignment.timing_record import read_durations, read_timings
from tts_align.alignment.timings import Frames, Timings, timings_of
from tts_align.errors import AlignmentError


def timings(durations: list[int], sound_seconds: float, name: str = "one") -> Timings:
    weights = np.repeat(np.eye(len(durations)), durations, axis=0)
    alignment = Alignment(weights, ("a", " ", "b", "<end>"), 0.125)
    return timings_of(alignment, name, start_seconds=0.25, sound_seconds=sound_seconds, frames=Frames(2, 13))


def write(out: Path, *many: Timings, formats: tuple[str, ...] = FORMATS) -> Path:
    with timing_files(out, formats) as write_one:
        for each in many:
            write_one(each)
    return out


def test_all_files_say_the_same(tmp_path: Path) -> None:
    out = write(tmp_path, timings([2, 1, 3, 1], 9.0), timings([1, 3, 1, 1], 9.0, "two"))
    words = read_textgrid(out / "textgrids" / "one.TextGrid")["words"]
    assert words == [Interval(0.25, 0.625, "a"), Interval(0.625, 1.125, "b")]
    in_ctm = read_ctm(out / "words.ctm")
    assert [(w.start_seconds, w.stop_seconds, w.label) for w in in_ctm["one"]] == [
        (w.start_seconds, w.stop_seconds, w.label) for w in words
    ]
    assert read_timings(out / "json" / "one.json") == timings([2, 1, 3, 1], 9.0)
    assert read_durations(out / "durations" / "one.npy").tolist() == [2, 1, 3, 1]
    assert read_durations(out / "frame_durations" / "one.npy").tolist() == [4, 2, 6, 1]
    assert list(in_ctm) == ["one", "two"]
    assert read_durations(out / "durations" / "two.npy").tolist() == [1, 3, 1, 1]


def test_symbols_have_a_tier_without_spaces_and_marks(tmp_path: Path) -> None:
    out = write(tmp_path, timings([2, 1, 3, 1], 9.0))
    tiers = read_textgrid(out / "textgrids" / "one.TextGrid")
    assert list(tiers) == ["words", "characters"]
    assert tiers["characters"] == [Interval(0.25, 0.5, "a"), Interval(0.625, 1.0, "b")]


def test_the_tier_of_phones_is_called_so() -> None:
    phones = Alignment(np.eye(7), ("HH", "AY1", ",", " ", "m", "iː", "<end>"), 0.1, text="Hi, me")
    name, tier = symbol_tier(timings_of(phones, "x"))
    assert (name, [each.label for each in tier]) == ("phones", ["HH", "AY1", ",", "m", "iː"])
    assert symbol_tier(timings_of(spoken("hi, me$"), "x"))[0] == "characters"
    ipa = Alignment(np.eye(5), tuple("mɪ sɪ"), 0.1, text="me see")
    assert symbol_tier(timings_of(ipa, "x"))[0] == "phones"
    without_text = Alignment(np.eye(3), ("HH", "AY1", "<end>"), 0.1)
    assert symbol_tier(timings_of(without_text, "x"))[0] == "phones"


def test_another_reader_reads_the_same_textgrid(tmp_path: Path) -> None:
    praat = pytest.importorskip("praatio.textgrid", reason="praatio is not installed")
    out = write(tmp_path, timings([2, 1, 3, 1], 9.0))
    grid = praat.openTextgrid(str(out / "textgrids" / "one.TextGrid"), includeEmptyIntervals=True)
    assert grid.tierNames == ("words", "characters")
    for name in grid.tierNames:
        entries = grid.getTier(name).entries
        assert entries[0].start == 0.0 and entries[-1].end == 9.0 == grid.maxTimestamp
        assert all(before.end == after.start for before, after in itertools.pairwise(entries))
    assert [(e.start, e.end, e.label) for e in grid.getTier("words").entries if e.label] == [
        (0.25, 0.625, "a"),
        (0.625, 1.125, "b"),
    ]


def test_a_word_that_reaches_beyond_the_sound_ends_with_it(tmp_path: Path) -> None:
    path = write(tmp_path, timings([2, 1, 3, 1], 0.8)) / "textgrids" / "one.TextGrid"
    assert read_textgrid(path)["words"][1] == Interval(0.625, 0.8, "b")
    assert read_duration(path) == 0.8


def test_a_word_that_would_start_after_the_sound_has_no_interval(tmp_path: Path) -> None:
    path = write(tmp_path, timings([2, 1, 3, 1], 0.5)) / "textgrids" / "one.TextGrid"
    assert [word.label for word in read_textgrid(path)["words"]] == ["a"]


def test_only_the_formats_that_were_asked_for_are_written(tmp_path: Path) -> None:
    for name in FORMATS:
        write(tmp_path / name, timings([2, 1, 3, 1], 9.0), formats=(name,))
    found = {name: sorted(p.name for p in (tmp_path / name).rglob("*.*")) for name in FORMATS}
    assert found == {
        "textgrid": ["one.TextGrid"],
        "ctm": ["words.ctm"],
        "json": ["one.json"],
        "npy": ["one.npy", "one.npy"],
    }


def test_a_run_that_breaks_off_leaves_no_half_ctm(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), timing_files(tmp_path, FORMATS) as write_one:
        write_one(timings([2, 1, 3, 1], 9.0))
        raise RuntimeError
    assert not list(tmp_path.glob("*.ctm")) and not list(tmp_path.glob(".*"))
    assert (tmp_path / "textgrids" / "one.TextGrid").is_file()


def test_formats_are_read_from_a_list_and_wrong_ones_are_named() -> None:
    assert parse_formats(" json,CTM,json") == ("json", "ctm")
    with pytest.raises(AlignmentError, match=r"formats of textgrid, ctm, json, npy.*found 'srt'"):
        parse_formats("ctm,srt")
    with pytest.raises(AlignmentError, match="--formats: expected formats"):
        parse_formats(",")
