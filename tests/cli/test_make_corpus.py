"""tts-align make-corpus: from a text file to a corpus, and errors with status 2 and nothing made."""

import json
from pathlib import Path

import pytest

from tests.cli.running import run

pytest.importorskip("espeakng_loader", reason="the extra `espeak` is not installed")


def test_a_text_becomes_a_corpus_and_the_note_is_said(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_bytes(b"\xef\xbb\xbfHello there.\r\n\r\nGood bye!\r\nNever said.\r\n")
    arguments = ["--text", tmp_path / "text.txt", "--limit", "2", "--prefix", "demo-", "--workers", "2"]
    ran = run("make-corpus", tmp_path / "out", *arguments)
    assert ran.status == 0 and json.loads(ran.out)["n_utterances"] == 2
    lines = (tmp_path / "out/metadata.csv").read_text().splitlines()
    assert lines == ["demo-00001|Hello there.|Hello there.", "demo-00002|Good bye!|Good bye!"]
    assert (tmp_path / "out/wavs/demo-00002.wav").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "at least one sentence"),
        (b"In 1984.", "line 1: expected text without digits, found '1984'"),
        (b"\xff\xfe\x00", "text in UTF-8"),
        (b"RIFF\x00\x00WAVE", "line 1: expected text, found the character U+0000"),
        (b"a|One.\na|Two.", "line 2: expected an id of its own"),
        (None, "No such file"),
    ],
)
def test_a_bad_text_is_status_2_and_makes_nothing(tmp_path: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / "text.txt").write_bytes(content)
    ran = run("make-corpus", tmp_path / "out", "--text", tmp_path / "text.txt")
    assert ran.status == 2
    assert ran.error.startswith("error: ") and message in ran.error and ran.out == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--voice", "bob"], "bob"),
        (["--workers", "0"], "--workers"),
        (["--limit", "0"], "--limit"),
        (["--voice-name", "xx-none"], "expected a voice of espeak-ng"),
    ],
)
def test_bad_options_are_status_2_and_make_nothing(tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "text.txt").write_text("Hello.\n")
    ran = run("make-corpus", tmp_path / "out", "--text", tmp_path / "text.txt", *arguments)
    assert ran.status == 2
    assert message in ran.error
    assert not (tmp_path / "out").exists()


def test_a_folder_of_something_else_is_status_2(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("Hello.\n")
    ran = run("make-corpus", tmp_path, "--text", tmp_path / "text.txt")
    assert ran.status == 2
    assert "expected a new folder" in ran.error
