import errno
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from tests.audio.signals import SHARED, needs_shared, speech_like
from tests.corpus.corpora import RATE, TEXTS, make_corpus, with_silence
from tts_align.audio import MelSettings, log_mel, read_wave, write_wave
from tts_align.corpus import TrimSettings, Utterance, load_index, prepare, read_manifest
from tts_align.errors import AudioError, CorpusError, FileError

ROOT = Path(__file__).resolve().parents[2]
UNTRIMMED = TrimSettings(top_db=0)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def times(folder: Path) -> dict[str, int]:
    return {path.stem: path.stat().st_mtime_ns for path in folder.glob("mels/*.npy")}


@pytest.fixture
def corpus(tmp_path) -> Path:
    return make_corpus(tmp_path / "corpus")


def test_features_are_the_log_mels_of_the_files(corpus, tmp_path):
    utterances = read_manifest(corpus)
    index = prepare(utterances, tmp_path / "out", trim=UNTRIMMED, workers=1)
    assert len(index) == 5
    for utterance in utterances:
        wave, _ = read_wave(utterance.wave_path)
        mel, entry = index.mel(utterance.id), index.entries[utterance.id]
        assert mel.dtype == np.float32
        assert mel.shape == (entry.n_frames, 80) == (len(wave) // 256, 80)
        np.testing.assert_allclose(mel, log_mel(torch.from_numpy(wave), MelSettings()).numpy(), atol=1e-5)
        assert (entry.start_seconds, entry.text) == (0, utterance.text)
        assert entry.duration_seconds == pytest.approx(len(wave) / RATE)


def test_trimming_remembers_where_the_sound_started(corpus, tmp_path):
    write_wave(corpus / "wavs/A0.wav", with_silence(speech_like(1.5), head_seconds=0.8, tail_seconds=0.6), RATE)
    index = prepare(read_manifest(corpus), tmp_path / "out", trim=TrimSettings(keep_seconds=0.1), workers=1)
    entry = index.entries["A0"]
    assert 0.65 < entry.start_seconds <= 0.7
    assert entry.n_frames == int(entry.duration_seconds * RATE + 0.5) // 256
    wave, _ = read_wave(corpus / "wavs/A0.wav")
    start = round(entry.start_seconds * RATE)
    kept = wave[start : start + round(entry.duration_seconds * RATE)]
    np.testing.assert_allclose(index.mel("A0"), log_mel(torch.from_numpy(kept), MelSettings()).numpy(), atol=1e-5)


def test_other_rates_and_channels_are_converted(corpus, tmp_path):
    sound = with_silence(speech_like(1.0))
    soundfile.write(corpus / "wavs/A0.wav", np.stack([sound, sound], axis=1), RATE)
    soundfile.write(corpus / "wavs/A1.wav", speech_like(1.0, rate=44100), 44100)
    index = prepare(read_manifest(corpus), tmp_path / "out", trim=UNTRIMMED, workers=1)
    assert index.mel("A0").shape == (33075 // 256, 80)
    assert index.mel("A1").shape == (22050 // 256, 80)


def test_the_index_can_be_read_again(corpus, tmp_path):
    made = prepare(read_manifest(corpus), tmp_path / "out", MelSettings(n_mels=40), workers=1)
    read = load_index(tmp_path / "out")
    assert read == made
    assert list(read.entries) == ["A0", "A1", "A2", "A3", "A4"]
    assert isinstance(read.mel("A3"), np.memmap)
    assert read.mel("A3").shape[1] == 40


def test_two_processes_write_the_same_bytes_as_one(corpus, tmp_path):
    prepare(read_manifest(corpus), tmp_path / "one", workers=1)
    prepare(read_manifest(corpus), tmp_path / "two", workers=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert len(contents(tmp_path / "one")) == 6


def test_nothing_is_made_twice(corpus, tmp_path):
    prepare(read_manifest(corpus), tmp_path / "out", workers=1)
    before, index_time = times(tmp_path / "out"), (tmp_path / "out/index.json").stat().st_mtime_ns
    prepare(read_manifest(corpus), tmp_path / "out", workers=1)
    assert times(tmp_path / "out") == before
    assert (tmp_path / "out/index.json").stat().st_mtime_ns == index_time


def test_only_what_changed_is_made_again(corpus, tmp_path):
    out = tmp_path / "out"
    prepare(read_manifest(corpus), out, workers=1)
    before = times(out)
    write_wave(corpus / "wavs/A1.wav", speech_like(0.9), RATE)  # another sound
    os.truncate(out / "mels/A2.npy", 500)  # a damaged file
    (out / "mels/A3.npy").unlink()
    text = (corpus / "metadata.csv").read_text().replace(TEXTS[0], "Another text.")
    (corpus / "metadata.csv").write_text(text)
    index = prepare(read_manifest(corpus), out, workers=1)
    changed = {name for name, time_ns in times(out).items() if before[name] != time_ns}
    assert changed == {"A1", "A2", "A3"}
    assert index.entries["A0"].text == "Another text."
    prepare(read_manifest(corpus), tmp_path / "fresh", workers=1)
    assert contents(out) == contents(tmp_path / "fresh")


@pytest.mark.parametrize(
    "changed", [{"mel_settings": MelSettings(max_hz=7600)}, {"trim": TrimSettings(top_db=30)}], ids=["mel", "trim"]
)
def test_other_settings_make_everything_again(corpus, tmp_path, changed):
    out = tmp_path / "out"
    prepare(read_manifest(corpus), out, workers=1)
    before = times(out)
    prepare(read_manifest(corpus), out, workers=1, **changed)
    assert all(before[name] != time_ns for name, time_ns in times(out).items())
    prepare(read_manifest(corpus), tmp_path / "fresh", workers=1, **changed)
    assert contents(out) == contents(tmp_path / "fresh")


SLOW_RUN = """
import sys, time
import tts_align.corpus.features as features
from tests.corpus.test_features import many_utterances
real, (corpus, out, workers, count) = features.make_feature, sys.argv[1:]
if __name__ == "__main__":
    if workers == "1":
        features.make_feature = lambda *args, **named: (time.sleep(0.03), real(*args, **named))[1]
    try:
        features.prepare(many_utterances(corpus, int(count)), out, workers=int(workers))
    except KeyboardInterrupt:
        sys.exit(130)
"""


def many_utterances(corpus: str | Path, count: int) -> list[Utterance]:
    """Many utterances of few files."""
    waves = sorted(Path(corpus, "wavs").glob("*.wav"))
    return [Utterance(f"U{i:03d}", "text", waves[i % len(waves)], "text") for i in range(count)]


def start_and_stop(corpus: Path, out: Path, workers: int, count: int, how: signal.Signals) -> int:
    """Starts a preparation in a process group of its own and stops it after the first few; returns its status."""
    arguments = [sys.executable, "-c", SLOW_RUN, str(corpus), str(out), str(workers), str(count)]
    process = subprocess.Popen(arguments, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL)
    journal, deadline = out / "prepared.jsonl", time.monotonic() + 60
    while not (journal.exists() and journal.read_bytes().count(b"\n") > 4):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    if how == signal.SIGKILL:
        process.kill()
    else:
        os.killpg(process.pid, how)  # as a terminal does: to the workers too
    return process.wait(timeout=60)


@pytest.mark.parametrize(
    ("workers", "count", "how", "status"),
    [(1, 25, signal.SIGKILL, -9), (2, 300, signal.SIGKILL, -9), (2, 300, signal.SIGINT, 130)],
    ids=["kill -9 of one", "kill -9 of two", "Ctrl-C of two"],
)
def test_an_interrupted_run_ends_with_the_same_bytes(tmp_path, workers, count, how, status):
    corpus = make_corpus(tmp_path / "corpus", ["A sentence as long as sentences get, said again and again. " * 2])
    out = tmp_path / "out"
    assert start_and_stop(corpus, out, workers, count, how) == status
    assert not (out / "index.json").exists()
    with pytest.raises(CorpusError, match="found an unfinished preparation"):
        load_index(out)
    if how == signal.SIGINT:
        assert list(out.rglob(".*")) == []
    wait_for_workers(out)
    finished = [path for path in out.glob("mels/*.npy") if not path.name.startswith(".")]
    assert 4 <= len(finished) < count
    assert all(np.load(path, mmap_mode="r").shape[1] == 80 for path in finished)
    before = {path.stem: path.stat().st_mtime_ns for path in finished}
    prepare(many_utterances(corpus, count), out, workers=1)
    kept = sum(times(out)[name] == time_ns for name, time_ns in before.items())
    assert kept >= 4  # a file that was finished but not yet noted is made again
    prepare(many_utterances(corpus, count), tmp_path / "fresh", workers=1)
    assert contents(out) == contents(tmp_path / "fresh")


def wait_for_workers(out: Path) -> None:
    """Waits until no process that outlived its parent adds files: they end by themselves."""
    for _ in range(20):
        before = contents(out).keys()
        time.sleep(0.1)
        if contents(out).keys() == before:
            return


def test_a_torn_line_in_the_journal_is_left_out(corpus, tmp_path):
    out = tmp_path / "out"
    index = prepare(read_manifest(corpus), out, workers=1)
    wanted = contents(out)
    header = json.dumps({"settings": f"{index.mel_settings.fingerprint} {index.trim.model_dump_json()}"})
    entry = index.entries["A0"].model_dump(exclude={"text"}) | {"id": "A0"}
    (out / "prepared.jsonl").write_text(f"{header}\n{json.dumps(entry)}\n" + '{"id":"A1","n_fra')
    (out / "index.json").unlink()
    before = times(out)
    prepare(read_manifest(corpus), out, workers=1)
    assert {name for name, time_ns in times(out).items() if before[name] != time_ns} == {"A1", "A2", "A3", "A4"}
    assert contents(out) == wanted


@pytest.mark.parametrize("workers", [1, 2])
def test_a_broken_file_is_an_error_that_names_it_and_how_to_go_on(corpus, tmp_path, workers):
    (corpus / "wavs/A3.wav").write_bytes(b"no sound")
    with pytest.raises(AudioError, match=r"utterance A3: .*A3\.wav: expected a readable.*--skip-broken"):
        prepare(read_manifest(corpus), tmp_path / "out", workers=workers)
    assert not (tmp_path / "out/index.json").exists()


def test_broken_files_can_be_left_out(corpus, tmp_path):
    (corpus / "wavs/A1.wav").unlink()
    write_wave(corpus / "wavs/A3.wav", np.zeros(RATE), RATE)
    index = prepare(read_manifest(corpus), tmp_path / "out", workers=1, skip_broken=True)
    assert list(index.entries) == ["A0", "A2", "A4"]
    assert list(index.skipped) == ["A1", "A3"]
    assert "no file" in index.skipped["A1"]
    assert "0 between head and tail silence" in index.skipped["A3"]
    assert load_index(tmp_path / "out") == index


def test_a_corpus_with_no_usable_sound_is_an_error(corpus, tmp_path):
    shutil.rmtree(corpus / "wavs")
    (corpus / "wavs").mkdir()
    with pytest.raises(CorpusError, match="found 5 that cannot be used"):
        prepare(read_manifest(corpus), tmp_path / "out", workers=1, skip_broken=True)


def test_a_full_disk_is_an_error_and_leaves_nothing_half_written(corpus, tmp_path, monkeypatch):
    real, saved = np.save, []

    def save(file, array, **options):
        if len(saved) == 2:
            Path(file).write_bytes(b"half")
            raise OSError(errno.ENOSPC, "No space left on device")
        saved.append(file)
        real(file, array, **options)

    monkeypatch.setattr(np, "save", save)
    with pytest.raises(FileError, match=r"A2\.npy: .*found No space left on device"):
        prepare(read_manifest(corpus), tmp_path / "out", workers=1)
    assert sorted(contents(tmp_path / "out")) == ["mels/A0.npy", "mels/A1.npy", "prepared.jsonl"]


def test_a_file_where_the_folder_should_be_is_an_error(corpus, tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(FileError, match="expected a place that can be written"):
        prepare(read_manifest(corpus), tmp_path / "out", workers=1)


def test_no_workers_are_an_error(corpus, tmp_path):
    with pytest.raises(CorpusError, match="workers: expected at least 1, found 0"):
        prepare(read_manifest(corpus), tmp_path / "out", workers=0)


def test_other_mel_settings_than_asked_for_are_an_error_that_says_both(corpus, tmp_path):
    prepare(read_manifest(corpus), tmp_path / "out", workers=1)
    wanted = MelSettings(max_hz=7600)
    pattern = (
        rf"{wanted.fingerprint} \(max_hz 7600.0 instead of 8000.0\), found fingerprint {MelSettings().fingerprint}"
    )
    with pytest.raises(CorpusError, match=pattern):
        load_index(tmp_path / "out", wanted)
    assert len(load_index(tmp_path / "out", MelSettings())) == 5


BAD_INDEXES = {
    "no json": "{",
    "a list": "[]",
    "another version": '{"version": 99}',
    "missing parts": '{"version": 1}',
    "wrong value": '{"version": 1, "mel": {"n_mels": -1}, "trim": {}, "utterances": {}, "skipped": {}}',
    "no text": "\udcff",
}


@pytest.mark.parametrize("name", BAD_INDEXES)
def test_a_damaged_index_is_an_error(tmp_path, name):
    (tmp_path / "index.json").write_bytes(BAD_INDEXES[name].encode(errors="surrogateescape"))
    with pytest.raises(CorpusError, match=r"index\.json: expected an index of format 1, found a damaged or foreign"):
        load_index(tmp_path)


def test_no_index_is_an_error(tmp_path):
    with pytest.raises(CorpusError, match=r"found none.*tts-align prepare"):
        load_index(tmp_path / "nowhere")


def test_missing_damaged_and_unknown_features_are_errors(corpus, tmp_path):
    index = prepare(read_manifest(corpus), tmp_path / "out", workers=1)
    (tmp_path / "out/mels/A0.npy").unlink()
    os.truncate(tmp_path / "out/mels/A1.npy", 200)
    np.save(tmp_path / "out/mels/A2.npy", np.zeros((3, 80), np.float32))
    np.save(tmp_path / "out/mels/A3.npy", np.array([object()]), allow_pickle=True)
    for name in ("A0", "A1", "A2", "A3"):
        with pytest.raises(CorpusError, match=rf"{name}\.npy: .*missing or damaged"):
            index.mel(name)
    with pytest.raises(CorpusError, match="'A9', found none in the index"):
        index.mel("A9")


def test_an_error_survives_the_way_between_processes():
    error = pickle.loads(pickle.dumps(AudioError(where="a", expected="b", found="c", fix="d")))
    assert isinstance(error, AudioError)
    assert (str(error), error.found) == ("a: expected b, found c. d", "c")


@pytest.mark.parametrize("folder", [pytest.param(SHARED, marks=needs_shared, id="shared")])
def test_the_real_clips_are_prepared(folder, tmp_path):
    index = prepare(read_manifest(folder), tmp_path, workers=1)
    assert len(index) == 32
    assert 210 < sum(entry.duration_seconds for entry in index.entries.values()) < 222
