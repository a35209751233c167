import json
from pathlib import Path

import pytest

from tests.audio.signals import speech_like
from tests.cli.running import run
from tests.corpus.corpora import RATE, make_corpus, with_silence
from tts_align.audio import write_wave


@pytest.fixture
def corpus(tmp_path) -> Path:
    return make_corpus(tmp_path / "corpus")


def add_warning(corpus: Path) -> None:
    write_wave(corpus / "wavs/A0.wav", with_silence(speech_like(17 / 15), head_seconds=0.9), RATE)


def test_a_good_corpus_has_status_0(corpus):
    ran = run("check", corpus)
    assert ran.status == 0
    assert "5 utterances, 5 readable" in ran.out
    assert "0 errors, 0 warnings" in ran.out


def test_errors_have_status_1_and_are_shown(corpus):
    (corpus / "wavs/A1.wav").unlink()
    ran = run("check", corpus)
    assert ran.status == 1
    assert "missing_file" in ran.out
    assert "1 error, 0 warnings" in ran.out


def test_warnings_have_status_0_or_with_strict_1(corpus):
    add_warning(corpus)
    ran = run("check", corpus)
    assert ran.status == 0
    assert "head_silence" in ran.out
    assert run("check", corpus, "--strict").status == 1
    assert run("check", corpus, "--strict", "--set", "max_silence_seconds=2").status == 0


def test_json_on_standard_output_is_pure(corpus):
    add_warning(corpus)
    ran = run("check", corpus, "--json", "-")
    assert ran.status == 0
    assert json.loads(ran.out)["counts"] == {"head_silence": 1}


def test_json_in_a_file_has_all_findings_and_the_table_a_few(corpus, tmp_path):
    for number in range(4):
        (corpus / f"wavs/A{number}.wav").unlink()
    ran = run("check", corpus, "--json", tmp_path / "new/report.json", "--max-findings", "2")
    assert ran.status == 1
    assert len(json.loads((tmp_path / "new/report.json").read_text())["findings"]) == 4
    assert "A1: " in ran.out
    assert "A2: " not in ran.out


def test_square_brackets_in_a_text_are_shown_as_they_are(tmp_path):
    ran = run("check", make_corpus(tmp_path, ["An odd [red] one.", "A plain one."]))
    assert ran.status == 1
    assert "'['" in ran.out


def test_another_alphabet_can_be_named(corpus):
    ran = run("check", corpus, "--letters", "abcdefghijklmnopqrstuvwxyz .,?")
    assert ran.status == 1
    assert "unknown_symbol" in ran.out


BAD = {
    "no corpus": (["nowhere"], "nowhere: expected a corpus"),
    "no metadata": (["empty"], "found a folder without metadata.csv"),
    "a bad line": (["bad"], "metadata.csv, line 2: expected 2 or 3 columns"),
    "unknown threshold": (["corpus", "--set", "max_second=3"], "Did you mean max_seconds?"),
    "a letter twice": (["corpus", "--letters", "abca"], "each once"),
    "json into a file as folder": (["corpus", "--json", "corpus/metadata.csv/x.json"], "can be written"),
    "unknown option": (["corpus", "--quick"], "--quick"),
    "no workers": (["corpus", "--workers", "0"], "--workers"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_message_and_status_2(corpus, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (make_corpus(tmp_path / "bad") / "metadata.csv").write_text("A0|one\nA1\n")
    arguments, message = BAD[name]
    ran = run("check", *arguments)
    assert ran.status == 2
    assert message in " ".join(ran.error.split())
