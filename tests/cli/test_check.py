import json
from pathlib import Path

import pytest

from tests.audio.signals import speech_like
from tests.corpus.corpora import RATE, make_corpus, with_silence
from tts_align.audio import write_wave
from tts_align.cli import run


@pytest.fixture
def corpus(tmp_path) -> Path:
    return make_corpus(tmp_path / "corpus")


def add_warning(corpus: Path) -> None:
    write_wave(corpus / "wavs/A0.wav", with_silence(speech_like(17 / 15), head_seconds=0.9), RATE)


def test_a_good_corpus_has_status_0(corpus, capsys):
    assert run(["check", str(corpus)]) == 0
    out = capsys.readouterr().out
    assert "5 utterances, 5 readable" in out
    assert "0 errors, 0 warnings" in out


def test_errors_have_status_1_and_are_shown(corpus, capsys):
    (corpus / "wavs/A1.wav").unlink()
    assert run(["check", str(corpus)]) == 1
    out = capsys.readouterr().out
    assert "missing_file" in out
    assert "1 errors, 0 warnings" in out


def test_warnings_have_status_0_or_with_strict_1(corpus, capsys):
    add_warning(corpus)
    assert run(["check", str(corpus)]) == 0
    assert "head_silence" in capsys.readouterr().out
    assert run(["check", str(corpus), "--strict"]) == 1
    assert run(["check", str(corpus), "--strict", "--set", "max_silence_seconds=2"]) == 0


def test_json_on_standard_output_is_pure(corpus, capsys):
    add_warning(corpus)
    assert run(["check", str(corpus), "--json", "-"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["counts"] == {"head_silence": 1}


def test_json_in_a_file_has_all_findings_and_the_table_a_few(corpus, tmp_path, capsys):
    for number in range(4):
        (corpus / f"wavs/A{number}.wav").unlink()
    assert run(["check", str(corpus), "--json", str(tmp_path / "new/report.json"), "--max-findings", "2"]) == 1
    assert len(json.loads((tmp_path / "new/report.json").read_text())["findings"]) == 4
    out = capsys.readouterr().out
    assert "A1: " in out
    assert "A2: " not in out


def test_square_brackets_in_a_text_are_shown_as_they_are(tmp_path, capsys):
    assert run(["check", str(make_corpus(tmp_path, ["An odd [red] one.", "A plain one."]))]) == 1
    assert "[" in capsys.readouterr().out.split("unknown_symbol")[1]


def test_another_alphabet_can_be_named(corpus, capsys):
    assert run(["check", str(corpus), "--letters", "abcdefghijklmnopqrstuvwxyz .,?"]) == 1
    assert "unknown_symbol" in capsys.readouterr().out


BAD = {
    "no corpus": (["check", "nowhere"], "nowhere: expected a corpus"),
    "no metadata": (["check", "empty"], "found a folder without metadata.csv"),
    "a bad line": (["check", "bad"], "metadata.csv, line 2: expected 2 or 3 columns"),
    "unknown threshold": (["check", "corpus", "--set", "max_second=3"], "Did you mean max_seconds?"),
    "a letter twice": (["check", "corpus", "--letters", "abca"], "each once"),
    "json into a file as folder": (["check", "corpus", "--json", "corpus/metadata.csv/x.json"], "can be written"),
    "unknown option": (["check", "corpus", "--quick"], "--quick"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_message_and_status_2(corpus, tmp_path, capsys, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (make_corpus(tmp_path / "bad") / "metadata.csv").write_text("A0|one\nA1\n")
    arguments, message = BAD[name]
    assert run(arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
