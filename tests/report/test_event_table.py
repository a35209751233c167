import csv
from pathlib import Path

from tests.report.judged import SKIP, judged
from tts_align.report import Diagnosed, event_file


def written(path: Path, *diagnosed: Diagnosed) -> list[list[str]]:
    with event_file(path) as table:
        for each in diagnosed:
            table.add(each)
    with open(path, encoding="utf8", newline="") as file:
        return list(csv.reader(file))


def test_each_event_is_a_line_under_a_header(tmp_path: Path) -> None:
    header, *lines = written(tmp_path / "a.csv", judged("clean"), judged("bad", SKIP))
    assert header == [
        "id", "kind", "start_seconds", "stop_seconds", "start_step", "stop_step", "start_symbol", "stop_symbol",
        "words", "severity", "times",
    ]  # fmt: skip
    assert lines == [["bad", "skip", "0.69", "0.75", "23", "25", "8", "13", "three", "1.0", "1"]]


def test_names_and_words_with_quotes_commas_and_breaks_survive(tmp_path: Path) -> None:
    name = 'a, "b"\nc; é'
    text = 'one two th,"e four.'
    assert [(line[0], line[8]) for line in written(tmp_path / "a.csv", judged(name, SKIP, text))[1:]] == [
        (name, 'th,"e')
    ]


def test_no_cell_of_text_is_a_formula(tmp_path: Path) -> None:
    names = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "fine=1"]
    lines = written(tmp_path / "a.csv", *(judged(name, SKIP) for name in names))[1:]
    assert [line[0] for line in lines] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "fine=1"]
