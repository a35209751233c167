"""The log knows what is finished after any interruption, and mixes nothing that was spoken in another way."""

import dataclasses
import json

import pytest

from tts_align.errors import FileError
from tts_align.evaluation import Settings, Spoken
from tts_align.evaluation.spoken_log import SpokenLog

SETTINGS = Settings(voice="f00d", seed=3, unknown="error", iterations=5, rate=1.0, batch_size=16)
ONE = Spoken("a1", "Just 1.", "Just one.", 1.25, 0.5)
TWO = Spoken("a2", "Zwölf", "Zwölf", 2.5, 0.25)


def begun(folder, *spoken):
    log = SpokenLog(folder, SETTINGS)
    for each in spoken:
        for path in (log.wave_path(each.id), log.alignment_path(each.id)):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"x")
    with log.adding() as add:
        for each in spoken:
            add(each)
    return log


def test_what_was_added_is_read_again(tmp_path):
    begun(tmp_path / "out", ONE, TWO)
    assert SpokenLog(tmp_path / "out", SETTINGS).finished == {"a1": ONE, "a2": TWO}


def test_a_line_that_was_cut_off_is_not_finished_and_the_next_one_is_whole(tmp_path):
    begun(tmp_path / "out", ONE, TWO)
    path = tmp_path / "out" / "spoken.jsonl"
    path.write_bytes(path.read_bytes()[:-9])
    log = SpokenLog(tmp_path / "out", SETTINGS)
    assert set(log.finished) == {"a1"}
    with log.adding() as add:
        add(TWO)
    assert SpokenLog(tmp_path / "out", SETTINGS).finished == {"a1": ONE, "a2": TWO}
    assert [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()]


@pytest.mark.parametrize("lost", ["a1.wav", "a1.npz"])
def test_a_sentence_whose_file_is_gone_is_not_finished(tmp_path, lost):
    begun(tmp_path / "out", ONE, TWO)
    (tmp_path / "out" / "speech" / lost).unlink()
    assert set(SpokenLog(tmp_path / "out", SETTINGS).finished) == {"a2"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": 4}, "seed 3, found seed 4"),
        ({"voice": "beef"}, "voice f00d, found voice beef"),
        ({"rate": 0.8}, r"rate 1\.0, found rate 0\.8"),
    ],
)
def test_other_settings_are_refused_and_nothing_is_touched(tmp_path, change, message):
    begun(tmp_path / "out", ONE)
    with pytest.raises(FileError, match=message):
        SpokenLog(tmp_path / "out", dataclasses.replace(SETTINGS, **change))
    assert set(SpokenLog(tmp_path / "out", SETTINGS).finished) == {"a1"}


def test_a_folder_with_other_things_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FileError, match="a new folder, or one of this command"):
        SpokenLog(tmp_path, SETTINGS)
    (tmp_path / "spoken.jsonl").write_text("mine too\n")
    with pytest.raises(FileError, match="the log of an evaluation"):
        SpokenLog(tmp_path, SETTINGS)
    assert (tmp_path / "spoken.jsonl").read_text() == "mine too\n"


def test_an_empty_folder_will_do(tmp_path):
    assert SpokenLog(tmp_path, SETTINGS).finished == {}
