"""A sound file that grows while the sound is made is there whole or not at all."""

import numpy as np
import pytest
import soundfile

from tts_align.errors import FileError
from tts_align.synthesis import sound_file
from tts_align.synthesis.sound_file import open_wave


def test_pieces_are_one_sound_and_loud_ones_are_clipped(tmp_path):
    with open_wave(tmp_path / "deep" / "a.wav", 8000) as append:
        append(np.array([0.5, 2.0]))
        append(np.zeros(0))
        append(np.array([-2.0]))
    wave, rate = soundfile.read(tmp_path / "deep" / "a.wav")
    assert rate == 8000
    np.testing.assert_allclose(wave, [0.5, 1.0, -1.0], atol=1e-4)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_what_was_there_before_stays_when_something_goes_wrong(tmp_path, error):
    (tmp_path / "a.wav").write_text("before")
    with pytest.raises(error), open_wave(tmp_path / "a.wav", 8000) as append:
        append(np.zeros(10_000))
        raise error
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]
    assert (tmp_path / "a.wav").read_text() == "before"


def test_more_than_a_wav_file_can_hold_is_an_error_and_not_a_broken_header(tmp_path, monkeypatch):
    monkeypatch.setattr(sound_file, "_MOST_BYTES", 30_000)
    with (
        pytest.raises(FileError, match="found a longer text"),
        open_wave(tmp_path / "a.wav", 8000) as append,
    ):
        append(np.zeros(10_000))
        append(np.zeros(10_000))
    assert not list(tmp_path.iterdir())


def test_an_unwritable_place_is_an_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FileError, match="a place that can be written"), open_wave(tmp_path / "file" / "a.wav", 8000):
        pass
