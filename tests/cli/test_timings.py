"""The command `timings`: from alignments that are there already."""

import numpy as np
import pytest

from tests.cli.running import run
from tests.drawings import spoken
from tts_align.alignment import save_alignment
from tts_align.alignment.ctm import read_ctm
from tts_align.alignment.textgrid import Interval, read_duration, read_textgrid, write_textgrid
from tts_align.alignment.timing_record import read_durations
from tts_align.audio import write_wave


@pytest.fixture
def speech(tmp_path):
    for name, text in (("one", "ab cd$"), ("two", "dad$")):
        save_alignment(tmp_path / "speech" / f"{name}.npz", spoken(text, seconds_per_step=0.05))
    return tmp_path / "speech"


def test_timings_are_read_from_files_and_folders(tmp_path, speech):
    ran = run("timings", speech, "--out", tmp_path / "out", "--frames-per-step", 2)
    assert ran.status == 0, ran.error
    words = read_ctm(tmp_path / "out" / "words.ctm")
    assert [(w.label, w.start_seconds, w.stop_seconds) for w in words["one"]] == [("ab", 0, 0.45), ("cd", 0.45, 0.9)]
    assert read_durations(tmp_path / "out" / "durations" / "two.npy").tolist() == [3, 3, 3, 3]
    assert read_durations(tmp_path / "out" / "frame_durations" / "two.npy").tolist() == [6, 6, 6, 6]
    assert read_duration(tmp_path / "out" / "textgrids" / "two.TextGrid") == pytest.approx(0.6)


def test_frames_are_written_only_where_they_are_known(tmp_path, speech):
    assert run("timings", speech / "one.npz", "--out", tmp_path / "out").status == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["durations", "json", "textgrids", "words.ctm"]
    for wrong in (0, -2, "nan", "inf"):
        ran = run("timings", speech, "--out", tmp_path / "none", "--frames-per-step", wrong)
        assert ran.status == 2 and "--frames-per-step: expected a number above zero" in ran.error
    assert not (tmp_path / "none").exists()


def test_a_sound_beside_the_alignment_says_how_long_it_is(tmp_path, speech):
    write_wave(speech / "two.wav", np.zeros(22050, np.float32), 22050)
    assert run("timings", speech, "--out", tmp_path / "out", "--formats", "textgrid").status == 0
    assert read_duration(tmp_path / "out" / "textgrids" / "two.TextGrid") == 1.0


def test_matrices_of_other_systems_have_timings_too(tmp_path):
    np.save(tmp_path / "a.npy", np.eye(3).repeat(2, axis=0))
    ran = run("timings", tmp_path / "a.npy", "--text", "cat", "--seconds-per-step", 0.1, "--out", tmp_path / "out")
    assert ran.status == 0, ran.error
    assert read_ctm(tmp_path / "out" / "words.ctm")["a"][0].stop_seconds == pytest.approx(0.6)


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_done(tmp_path, speech):
    (speech / "one.npz").write_bytes(b"PK no archive")
    ran = run("timings", speech, "--out", tmp_path / "out")
    assert ran.status == 2
    assert "one.npz" in ran.error and "1 of 2 files could not be read" in ran.error
    assert list(read_ctm(tmp_path / "out" / "words.ctm")) == ["two"]


def test_two_folders_with_the_same_names_are_refused(tmp_path, speech):
    """Their names would be whole paths, and files named after them lie anywhere."""
    save_alignment(tmp_path / "more" / "one.npz", spoken("bad$"))
    before = sorted(path.as_posix() for path in tmp_path.rglob("*.*"))
    ran = run("timings", speech, tmp_path / "more", "--out", tmp_path / "out")
    assert ran.status == 2
    assert "expected a name of its own" in ran.error and "one at a time" in ran.error
    assert sorted(path.as_posix() for path in tmp_path.rglob("*.*")) == before


def test_a_batch_of_another_system_has_timings_for_each_utterance(tmp_path):
    np.savez(tmp_path / "batch.npz", attn=np.stack([np.eye(3).repeat(2, axis=0)] * 2))
    write_wave(tmp_path / "batch.wav", np.zeros(99, np.float32), 22050)
    words = ["timings", tmp_path / "batch.npz", "--seconds-per-step", 0.1, "--text", "cat", "--out", tmp_path / "out"]
    ran = run(*words, "--axes", "BTN")
    assert ran.status == 0, ran.error
    found = read_ctm(tmp_path / "out" / "words.ctm")
    assert len(found) == 2
    assert all(word.stop_seconds == pytest.approx(0.6) for words in found.values() for word in words)


def test_timings_are_compared_with_a_reference(tmp_path, speech):
    write_textgrid(
        tmp_path / "r" / "one.TextGrid", {"words": [Interval(0, 0.5, "ab"), Interval(0.5, 0.875, "cd")]}, 1.0
    )
    ran = run("timings", speech, "--out", tmp_path / "out", "--reference", tmp_path / "r")
    assert ran.status == 0, ran.error
    assert "Word starts, 2 of 2 words, against 1 reference: median 25.0 ms" in ran.out
    assert "Word stops: median 37.5 ms" in ran.out
    assert "No reference for 1 utterance: two" in ran.error


def test_the_reference_is_not_overwritten(tmp_path, speech):
    write_textgrid(tmp_path / "out" / "textgrids" / "one.TextGrid", {"words": [Interval(0, 0.5, "ab")]}, 1.0)
    before = read_textgrid(tmp_path / "out" / "textgrids" / "one.TextGrid")
    ran = run("timings", speech, "--out", tmp_path / "out", "--reference", tmp_path / "out")
    assert ran.status == 2 and "that of the reference timings" in ran.error
    assert read_textgrid(tmp_path / "out" / "textgrids" / "one.TextGrid") == before
