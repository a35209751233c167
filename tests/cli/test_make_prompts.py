"""tts-align make-prompts: the same file for the same seed."""

from pathlib import Path

import pytest

from tests.cli.running import run

pytest.importorskip("wordfreq", reason="wordfreq is not installed")


def test_the_same_seed_writes_the_same_file(tmp_path: Path) -> None:
    for name, seed in (("a", "4"), ("b", "4"), ("c", "5")):
        assert run("make-prompts", tmp_path / name, "--n", "30", "--seed", seed).status == 0
    a, b, c = ((tmp_path / name).read_text() for name in "abc")
    assert a == b != c
    assert len(a.splitlines()) == 30


def test_hard_sentences_have_ids_and_come_after_those_given(tmp_path: Path) -> None:
    (tmp_path / "given").write_text("word-h01|In 1984!\n")
    ran = run("make-prompts", tmp_path / "a", "--kind", "hard", "--n", "40", "--first", tmp_path / "given")
    assert (ran.status, ran.out) == (0, f"{tmp_path / 'a'}: 41 sentences\n")
    lines = (tmp_path / "a").read_text().splitlines()
    assert lines[0] == "word-h01|In 1984!"
    assert lines[1].startswith("word-001|") and lines[-1].startswith("long-001|")


def test_a_drill_avoids_what_it_is_told_to(tmp_path: Path) -> None:
    drill = ("--kind", "drill", "--n", "40", "--seed", "2")
    run("make-prompts", tmp_path / "a", *drill)
    run("make-prompts", tmp_path / "b", *drill, "--avoid", tmp_path / "a")
    a, b = ({line.split("|")[1] for line in (tmp_path / name).read_text().splitlines()} for name in "ab")
    assert len(a) == len(b) == 40
    assert not a & b


@pytest.mark.parametrize("option", ["--first", "--avoid"])
def test_prose_takes_no_file(tmp_path: Path, option: str) -> None:
    ran = run("make-prompts", tmp_path / "a", option, tmp_path / "b")
    assert ran.status == 2
    assert f"{option}: expected a kind of hard sentences, found --kind prose" in ran.error
    assert list(tmp_path.iterdir()) == []


def test_none_is_status_2_and_writes_nothing(tmp_path: Path) -> None:
    ran = run("make-prompts", tmp_path / "a", "--n", "0")
    assert ran.status == 2
    assert "expected n of at least 1, found 0" in ran.error
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_status_2(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    ran = run("make-prompts", tmp_path / "file" / "a", "--n", "3")
    assert ran.status == 2
    assert "a place that can be written" in ran.error


def test_a_missing_word_list_is_status_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "wordfreq", None)
    ran = run("make-prompts", tmp_path / "a")
    assert ran.status == 2
    assert "pip install wordfreq" in ran.error
