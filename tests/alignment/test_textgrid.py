"""TextGrids: what is written is read back, what is broken is refused."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts_align.alignment.textgrid import Interval, read_duration, read_textgrid, write_textgrid
from tts_align.errors import AlignmentError, FileError

WORDS = [Interval(0.1, 0.37, "hello"), Interval(0.37, 0.5, "of the"), Interval(0.75, 1.0, "world")]
PHONES = [Interval(0.1, 0.2, "h"), Interval(0.2, 0.37, "ˈoʊ")]


def test_tiers_times_and_labels_come_back_exactly(tmp_path: Path) -> None:
    path = tmp_path / "a.TextGrid"
    write_textgrid(path, {"words": WORDS, "phones": PHONES}, 1.0)
    assert read_textgrid(path) == {"words": WORDS, "phones": PHONES}
    assert read_duration(path) == 1.0


def test_gaps_are_filled_with_empty_intervals_as_praat_wants(tmp_path: Path) -> None:
    path = tmp_path / "a.TextGrid"
    write_textgrid(path, {"words": WORDS}, 1.0)
    text = path.read_text()
    assert text.startswith('File type = "ooTextFile"')
    assert text.count('text = ""') == 2  # before "hello" and between "of the" and "world"


def test_labels_with_quotes_and_other_scripts_come_back(tmp_path: Path) -> None:
    labels = ['say "no"', "don't", "naïve", "ᵻɾ̃", "x = 1", "item [2]:"]
    tier = [Interval(i, i + 1, label) for i, label in enumerate(labels)]
    write_textgrid(tmp_path / "a.TextGrid", {"words": tier}, 6)
    assert [each.label for each in read_textgrid(tmp_path / "a.TextGrid")["words"]] == labels


@given(samples=st.lists(st.integers(1, 10**7), min_size=2, max_size=12, unique=True).map(sorted))
def test_sample_numbers_survive_the_file(samples: list[int], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("grid") / "a.TextGrid"
    times = [sample / 22050 for sample in samples]
    tier = [Interval(a, b, "x") for a, b in itertools.pairwise(times)]
    write_textgrid(path, {"phones": tier}, times[-1])
    read = read_textgrid(path)["phones"]
    assert [round(each.start_seconds * 22050) for each in read] == samples[:-1]
    assert round(read_duration(path) * 22050) == samples[-1]


def test_another_reader_reads_the_same(tmp_path: Path) -> None:
    praat = pytest.importorskip("praatio.textgrid", reason="praatio is not installed")
    write_textgrid(tmp_path / "a.TextGrid", {"words": WORDS, "phones": PHONES}, 1.0)
    grid = praat.openTextgrid(str(tmp_path / "a.TextGrid"), includeEmptyIntervals=False)
    read = [Interval(float(start), float(stop), label) for start, stop, label in grid.getTier("words").entries]
    assert read == WORDS and grid.maxTimestamp == 1.0


@pytest.mark.parametrize("form", ["short_textgrid", "long_textgrid"])
def test_the_forms_of_another_writer_are_read(tmp_path: Path, form: str) -> None:
    praat = pytest.importorskip("praatio.textgrid", reason="praatio is not installed")
    grid = praat.Textgrid()
    grid.addTier(praat.PointTier("bells", [(0.5, "ding")], 0, 1.0))
    grid.addTier(
        praat.IntervalTier("words", [(each.start_seconds, each.stop_seconds, each.label) for each in WORDS], 0, 1)
    )
    grid.save(str(tmp_path / "a.TextGrid"), format=form, includeBlankSpaces=True)
    assert read_textgrid(tmp_path / "a.TextGrid") == {"words": WORDS}
    raw = (tmp_path / "a.TextGrid").read_text()
    (tmp_path / "b.TextGrid").write_text(raw, encoding="utf-16")
    assert read_textgrid(tmp_path / "b.TextGrid") == {"words": WORDS}


def test_a_tier_without_intervals_is_allowed(tmp_path: Path) -> None:
    write_textgrid(tmp_path / "a.TextGrid", {"words": [], "phones": PHONES}, 1.0)
    assert read_textgrid(tmp_path / "a.TextGrid") == {"words": [], "phones": PHONES}


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AlignmentError, match=r"none\.TextGrid: expected a complete TextGrid, found No such file"):
        read_textgrid(tmp_path / "none.TextGrid")


@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98])
def test_a_file_that_is_cut_off_anywhere_is_an_error(tmp_path: Path, share: float) -> None:
    path = tmp_path / "a.TextGrid"
    write_textgrid(path, {"words": WORDS, "phones": PHONES}, 1.0)
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])
    with pytest.raises(AlignmentError, match="a complete TextGrid"):
        read_textgrid(path)


@pytest.mark.parametrize("content", [b"", b"hello\n", b"\x00\x01\xff\xfe" * 99, b"RIFF....WAVE", b"\xff\xfeF"])
def test_a_file_that_is_no_textgrid_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.TextGrid"
    path.write_bytes(content)
    with pytest.raises(AlignmentError, match="a complete TextGrid"):
        read_textgrid(path)


@pytest.mark.parametrize(
    "tier",
    [
        [Interval(0.5, 0.5, "empty")],
        [Interval(0.5, 0.4, "backward")],
        [Interval(0.0, 0.6, "a"), Interval(0.5, 0.7, "overlap")],
        [Interval(0.5, 1.1, "late")],
        [Interval(-0.1, 0.2, "early")],
        [Interval(0.1, 0.2, "")],
    ],
)
def test_intervals_that_praat_would_refuse_are_not_written(tmp_path: Path, tier: list[Interval]) -> None:
    with pytest.raises(AlignmentError, match="labelled intervals in order"):
        write_textgrid(tmp_path / "a.TextGrid", {"words": tier}, 1.0)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FileError, match="a place that can be written"):
        write_textgrid(tmp_path / "file" / "a.TextGrid", {"words": WORDS}, 1.0)
