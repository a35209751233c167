"""The comparison of mechanisms, rendered: figures as they are, nothing invented, everything escaped."""

import csv
import io
import re

import numpy as np
import pytest

from tts_align.alignment import Alignment
from tts_align.report.mechanism_page import write_mechanism_page
from tts_align.report.mechanism_plots import Panel, draw_curves, draw_side_by_side
from tts_align.report.mechanism_record import ComparisonRecord, FaultRates, Measured, MechanismRun, OnsetPoint
from tts_align.report.mechanism_table import (
    alignment_columns,
    comparison_csv,
    comparison_markdown,
    comparison_sentence,
    fault_columns,
    rows_of,
)

EVIL = '<script>alert("1")</script>'


def rates(skip=0.0, faulty=0.0):
    others = ("repeat", "rush", "stall", "collapse", "early_stop", "babble")
    return FaultRates(n_sentences=8, share_faulty=faulty, per_100={"skip": skip} | dict.fromkeys(others, 0.0))


def measured(spoken=12.0, forced=9.0, since=175, hard=True):
    return Measured(
        key="k",
        n_updates=400,
        n_parameters=1_234_567,
        ms_per_update=123.4,
        ms_per_step=0.456,
        aligned_since=since,
        onset_forced_ms=forced,
        onset_forced_p90_ms=21.0,
        onset_spoken_ms=spoken,
        onset_spoken_p90_ms=34.0,
        locality=0.98765,
        monotonicity=1.0,
        completeness=None,
        in_domain=rates(skip=12.5, faulty=0.125),
        hard=rates(faulty=1.0) if hard else None,
        curve=[OnsetPoint(update=25, onset_forced_ms=None, onset_spoken_ms=90.0)],
    )


def record(*runs):
    return ComparisonRecord(
        commands=["tts-align compare <&>"],
        n_updates=400,
        limit_ms=50.0,
        n_train=1674,
        n_validation=100,
        n_hard=8,
        environment="cpu, 1 thread",
        runs=list(runs),
    )


def run(name, seed=1, failure="", **figures):
    found = None if failure or figures.get("waiting") else measured(**figures)
    return MechanismRun(name=name, seed=seed, attention={"kind": "dot"}, measured=found, failure=failure)


def test_seeds_stand_in_one_cell_and_the_best_mechanism_comes_first():
    both = record(run("worse", spoken=80.0, since=None), run("better", since=150), run("better", seed=2, since=225))
    columns = alignment_columns(both)
    rows = rows_of(both, columns)
    cells = [
        dict(zip([column.heading for column in columns], row.cells, strict=True)) | {"name": row.name} for row in rows
    ]
    assert [row["name"] for row in cells] == ["better", "worse"]
    assert cells[0]["updates until < 50 ms"] == "150 / 225"
    assert cells[1]["updates until < 50 ms"] == "never in 400"
    assert cells[1]["parameters"] == "1,234,567"
    assert (cells[0]["gap"], cells[1]["gap"]) == ("+3 / +3", "+71")
    assert (cells[1]["locality"], cells[1]["completeness"]) == ("0.988", "-")


def test_a_mechanism_that_cannot_speak_the_hard_list_has_no_figures_there():
    one = record(run("oracle", hard=False))
    cells = dict(
        zip([column.heading for column in fault_columns(one)], rows_of(one, fault_columns(one))[0].cells, strict=True)
    )
    assert (cells["in-domain skip"], cells["in-domain faulty"]) == ("12.5", "12%")
    assert (cells["hard skip"], cells["hard faulty"]) == ("-", "-")


def test_the_sentence_counts_mechanisms_not_seeds_and_says_what_is_missing():
    runs = [run("a"), run("a", seed=2), run("b", spoken=50.0), run("c", failure="burst"), run("d", waiting=True)]
    assert comparison_sentence(record(*runs)) == (
        "1 of 4 mechanisms end below 50 ms of median word-onset error in free running after 400 updates. "
        "1 trainings failed. 1 trainings are still to be done."
    )


def test_the_csv_has_a_line_for_each_training_and_plain_numbers():
    lines = list(csv.DictReader(io.StringIO(comparison_csv(record(run("a"), run("b", failure='x, "y"\nz'))))))
    assert [line["mechanism"] for line in lines] == ["a", "b"]
    assert (lines[0]["onset_spoken_ms"], lines[0]["gap_ms"], lines[0]["in_domain_skip_per_100"]) == (
        "12.0",
        "3.0",
        "12.5",
    )
    assert (lines[0]["completeness"], lines[1]["n_parameters"]) == ("", "")
    assert lines[1]["failure"] == 'x, "y"\nz'


def test_the_markdown_has_tables_pictures_and_the_command():
    text = comparison_markdown(record(run("a|b"), run("c", failure="burst")), [("curves.png", "Errors")])
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len({len(re.split(r"(?<!\\)\|", line)) for line in rows[:4]}) == 1  # as many cells in every row
    assert r"| a\|b | 1,234,567 |" in text
    assert "- c, seed 1: burst" in text and "![Errors](curves.png)" in text
    assert "```sh\ntts-align compare <&>\n```" in text


def test_the_page_escapes_names_failures_and_commands(tmp_path):
    picture = tmp_path / "curves.png"
    whole = record(run("plain"), run(EVIL, failure=EVIL))
    draw_curves(picture, whole)
    write_mechanism_page(tmp_path / "page.html", whole, [(picture, EVIL)])
    page = (tmp_path / "page.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;" in page and "tts-align compare &lt;&amp;&gt;" in page
    assert page.count("data:image/png;base64,iVBOR") == 1
    assert not re.search(r'(src|href)="(?!data:)', page)  # nothing is loaded from elsewhere


@pytest.mark.parametrize("n", [1, 6])
def test_alignments_stand_side_by_side_whatever_their_names(tmp_path, n):
    panels = [Panel(f"$x_{{{i}}}$ 漢", Alignment(np.eye(7), tuple("a word."), 0.1)) for i in range(n)]
    draw_side_by_side(tmp_path / "side.png", panels, "50 % of $ and 漢")
    assert (tmp_path / "side.png").read_bytes().startswith(b"\x89PNG")


def test_a_comparison_without_figures_draws_empty_axes(tmp_path):
    draw_curves(tmp_path / "curves.png", record(run("a", failure="burst")))
    assert (tmp_path / "curves.png").stat().st_size > 1000
