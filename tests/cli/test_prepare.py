from pathlib import Path

import pytest

from tests.corpus.corpora import make_corpus
from tts_align.audio import MelSettings
from tts_align.cli import run
from tts_align.corpus import load_index


@pytest.fixture
def corpus(tmp_path) -> Path:
    return make_corpus(tmp_path / "corpus")


def test_prepare_writes_features_and_says_so(corpus, tmp_path, capsys):
    assert run(["prepare", str(corpus), str(tmp_path / "out"), "--workers", "1"]) == 0
    assert f"5 utterances, 0.1 minutes, mel {MelSettings().fingerprint}" in capsys.readouterr().out
    assert len(load_index(tmp_path / "out", MelSettings())) == 5


def test_options_reach_the_features(corpus, tmp_path):
    options = ["--mel", "sample_rate=16000", "--mel", "max_hz=7600", "--trim-db", "30", "--keep-seconds", "0.02"]
    assert run(["prepare", str(corpus), str(tmp_path / "out"), *options]) == 0
    index = load_index(tmp_path / "out")
    assert index.mel_settings == MelSettings(sample_rate=16000, max_hz=7600)
    assert (index.trim.top_db, index.trim.keep_seconds) == (30, 0.02)


def test_no_trim_keeps_everything(corpus, tmp_path):
    assert run(["prepare", str(corpus), str(tmp_path / "out"), "--no-trim"]) == 0
    assert load_index(tmp_path / "out").trim.top_db is None


def test_skip_broken_says_what_was_left_out(corpus, tmp_path, capsys):
    (corpus / "wavs/A1.wav").unlink()
    assert run(["prepare", str(corpus), str(tmp_path / "out"), "--skip-broken"]) == 0
    assert "left out A1: " in capsys.readouterr().err


BAD = {
    "no corpus": (["prepare", "nowhere", "out"], "nowhere: expected a corpus"),
    "unknown mel setting": (["prepare", "corpus", "out", "--mel", "max_hx=1"], "Did you mean max_hz?"),
    "no pair": (["prepare", "corpus", "out", "--mel", "max_hz"], "expected KEY=VALUE, found 'max_hz'"),
    "wrong value": (["prepare", "corpus", "out", "--mel", "n_mels=many"], "'many' for n_mels"),
    "values that do not fit": (["prepare", "corpus", "out", "--mel", "max_hz=99999"], "min_hz < max_hz <= sample_rate"),
    "negative trim": (["prepare", "corpus", "out", "--trim-db", "-3"], "greater than 0"),
    "no workers": (["prepare", "corpus", "out", "--workers", "0"], "--workers"),
    "no out": (["prepare", "corpus"], "OUT"),
    "broken sound": (["prepare", "broken", "out"], "utterance A2: "),
    "out is a file": (["prepare", "corpus", "corpus/metadata.csv"], "expected a place that can be written"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_message_and_status_2(corpus, tmp_path, capsys, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    broken = make_corpus(tmp_path / "broken")
    (broken / "wavs/A2.wav").write_bytes(b"RIFF")
    arguments, message = BAD[name]
    assert run(arguments) == 2
    error = capsys.readouterr().err
    assert message.lower() in error.lower()
    assert "Traceback" not in error
    assert not (tmp_path / "out/index.json").exists()
