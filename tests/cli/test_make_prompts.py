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
