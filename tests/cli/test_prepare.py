from pathlib import Path

import pytest

from tests.cli.running import run
from tests.corpus.corpora import make_corpus
from tts_align.audio import MelSettings
from tts_align.corpus import load_index


@pytest.fixture
def corpus(tmp_path) -> Path:
    return make_corpus(tmp_path / "corpus")


def test_prepare_writes_features_and_says_so(corpus, tmp_path):
    ran = run("prepare", corpus, tmp_path / "out", "--workers", "1")
    assert ran.status == 0
    assert f"5 utterances, 0.1 minutes, mel {MelSettings().fingerprint}" in ran.out
    assert len(load_index(tmp_path / "out", MelSettings())) == 5


def test_options_reach_the_features(corpus, tmp_path):
    options = ["--mel", "sample_rate=16000", "--mel", "max_hz=7600", "--trim-db", "30", "--keep-seconds", "0.02"]
    assert run("prepare", corpus, tmp_path / "out", *options).status == 0
    index = load_index(tmp_path / "out")
    assert index.mel_settings == MelSettings(sample_rate=16000, max_hz=7600)
    assert (index.trim.top_db, index.trim.keep_seconds) == (30, 0.02)


def test_no_trim_keeps_everything(corpus, tmp_path):
    assert run("prepare", corpus, tmp_path / "out", "--no-trim").status == 0
    index = load_index(tmp_path / "out")
    assert index.trim.top_db == 0
    assert {entry.start_seconds for entry in index.entries.values()} == {0}


def test_skip_broken_says_what_was_left_out(corpus, tmp_path):
    (corpus / "wavs/A1.wav").unlink()
    ran = run("prepare", corpus, tmp_path / "out", "--skip-broken")
    assert ran.status == 0
    assert "left out A1: " in ran.error


BAD = {
    "no corpus": (["nowhere", "out"], "nowhere: expected a corpus"),
    "unknown mel setting": (["corpus", "out", "--mel", "max_hx=1"], "Did you mean max_hz?"),
    "no pair": (["corpus", "out", "--mel", "max_hz"], "expected KEY=VALUE, found 'max_hz'"),
    "wrong value": (["corpus", "out", "--mel", "n_mels=many"], "found 'many' for n_mels"),
    "values that do not fit": (["corpus", "out", "--mel", "max_hz=99999"], "min_hz < max_hz <= sample_rate / 2"),
    "negative trim": (
        ["corpus", "out", "--trim-db", "-3"],
        "expected greater than or equal to 0, found -3.0 for top_db",
    ),
    "no workers": (["corpus", "out", "--workers", "0"], "--workers"),
    "no out": (["corpus"], "out"),
    "broken sound": (["broken", "out"], "utterance A2: "),
    "out is a file": (["corpus", "corpus/metadata.csv"], "expected a place that can be written"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_message_and_status_2(corpus, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (make_corpus(tmp_path / "broken") / "wavs/A2.wav").write_bytes(b"RIFF")
    manifest = (corpus / "metadata.csv").read_bytes()
    arguments, message = BAD[name]
    ran = run("prepare", *arguments)
    assert ran.status == 2
    assert message in " ".join(ran.error.split())
    assert not (tmp_path / "out/index.json").exists()
    assert (corpus / "metadata.csv").read_bytes() == manifest
