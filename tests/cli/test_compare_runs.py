"""`diagnose --compare`: two folders over the same sentences."""

import json

import numpy as np
import pytest

from tests.cli.running import run
from tests.drawings import spoken
from tts_align.alignment import save_alignment

TEXT = "one two three four five"
SKIPPED = "0:8 14:23"  # without "three "


def speak(folder, said):
    for name, order in said.items():
        save_alignment(folder / f"{name}.npz", spoken(TEXT, order))
    return folder


@pytest.fixture
def before(tmp_path):
    return speak(tmp_path / "before", {"a": SKIPPED, "b": None, "c": None, "old": None})


@pytest.fixture
def after(tmp_path):
    return speak(tmp_path / "after", {"a": None, "b": None, "c": "0:8 8:14 8:23", "new": None})


def test_what_changed_is_told_and_a_kind_that_became_more_frequent_is_a_finding(before, after):
    ran = run("diagnose", "--compare", before, after)
    assert ran.status == 1, ran.error
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]
    assert "skip 1 0 -1 1 0" in lines and "repeat 0 1 +1 0 1" in lines
    assert "Became faulty (1): c" in lines and "Became clean (1): a" in lines
    assert "Only in A (1): old" in lines and "Only in B (1): new" in lines
    assert lines[-1] == (
        "No clear difference: of 3 utterances, 1 became clean and 1 became faulty (1 faulty before, 1 after; p = 1)."
    )


@pytest.mark.parametrize(("kinds", "status"), [("skip", 0), ("repeat", 1), ("skip,stall", 0), ("none", 0), ("all", 1)])
def test_only_the_kinds_that_were_asked_for_count(before, after, kinds, status):
    assert run("diagnose", "--compare", before, after, "--fail-on", kinds).status == status


def test_a_run_is_no_worse_than_itself_however_faulty(before):
    assert run("diagnose", "--compare", before, before).status == 0


def test_the_json_goes_to_a_file_or_alone_to_standard_output(tmp_path, before, after):
    ran = run("diagnose", "--compare", before, after, "--json", "-")
    record = json.loads(ran.out)
    assert (record["a"], record["b"]) == (str(before), str(after))
    assert record["utterances"]["became_faulty"] == ["c"]
    assert run("diagnose", "--compare", before, after, "--json", tmp_path / "c.json").status == 1
    assert json.loads((tmp_path / "c.json").read_text()) == record


def test_the_same_name_with_another_text_is_left_out_and_named(before, after):
    save_alignment(after / "b.npz", spoken("another text"))
    save_alignment(after / "c.npz", spoken("One, two, three, four, five!"))  # the same words
    ran = run("diagnose", "--compare", before, after)
    assert "Left out, their texts are not the same in both: 1 utterance: b" in ran.error
    assert "of 2 utterances" in ran.out


def test_folders_without_common_sentences_are_an_error(tmp_path, before):
    speak(tmp_path / "other", {"x": None})
    ran = run("diagnose", "--compare", before, tmp_path / "other")
    assert ran.status == 2
    assert "expected the same sentences, found no utterance with the same name and text in both" in ran.error


def test_anything_but_two_folders_is_an_error(tmp_path, before, after):
    for paths in ([before], [before, after, after], [before, after / "a.npz"], [before, tmp_path / "none"]):
        ran = run("diagnose", "--compare", *paths)
        assert ran.status == 2 and "--compare: expected two folders" in ran.error


def test_outputs_that_a_comparison_does_not_have_are_refused(tmp_path, before, after):
    for option in (["--html", tmp_path / "a.html"], ["--csv", tmp_path / "a.csv"], ["--all"]):
        ran = run("diagnose", "--compare", before, after, *option)
        assert ran.status == 2 and f"found {option[0]}" in ran.error


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_compared(before, after):
    (after / "c.npz").write_bytes(b"no archive")
    ran = run("diagnose", "--compare", before, after)
    assert ran.status == 2
    assert "c.npz" in ran.error and "1 file could not be read" in ran.error
    assert "Only in A (2): c, old" in ran.out


def test_matrices_of_other_systems_are_compared_too(tmp_path):
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        np.save(tmp_path / folder / "one.npy", np.eye(len(TEXT)).repeat(3, axis=0))
    words = ["--text", TEXT, "--seconds-per-step", 0.03]
    ran = run("diagnose", "--compare", tmp_path / "x", tmp_path / "y", *words)
    assert ran.status == 0, ran.error
    assert "of 1 utterance, 0 became clean" in ran.out
