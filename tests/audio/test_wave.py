import numpy as np
import pytest
import soundfile

from tests.audio.signals import speech_like
from tts_align.audio import read_wave, write_wave
from tts_align.errors import AudioError, FileError


@pytest.mark.parametrize("suffix", [".wav", ".flac"])
def test_what_is_written_is_read_again(tmp_path, suffix):
    wave = speech_like(0.3)
    write_wave(tmp_path / f"a{suffix}", wave, 22050)
    again, rate = read_wave(tmp_path / f"a{suffix}")
    assert rate == 22050
    assert again.dtype == np.float32
    np.testing.assert_allclose(again, wave, atol=0.51 / 32768)


def test_writing_twice_loses_nothing(tmp_path):
    write_wave(tmp_path / "a.wav", speech_like(0.3), 22050)
    write_wave(tmp_path / "b.wav", read_wave(tmp_path / "a.wav")[0], 22050)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


def test_loud_samples_are_clipped_not_wrapped(tmp_path):
    write_wave(tmp_path / "a.wav", np.array([0.5, 1.0, 1.00002, 7.0, -1.0, -1.1, -9e9]), 8000)
    whole, _ = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert whole.tolist() == [16384, 32767, 32767, 32767, -32768, -32768, -32768]
    assert soundfile.info(tmp_path / "a.wav").subtype == "PCM_16"


def test_channels_are_averaged(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.array([[0.5, 0.25], [-0.5, 0.5]]), 8000)
    assert read_wave(tmp_path / "a.wav")[0].tolist() == [0.375, 0.0]


def test_resampling_keeps_pitch_and_length(tmp_path):
    tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(48000) / 48000)
    soundfile.write(tmp_path / "a.wav", tone, 48000)
    wave, rate = read_wave(tmp_path / "a.wav", 22050)
    assert (len(wave), rate) == (22050, 22050)
    wanted = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(22050) / 22050)
    np.testing.assert_allclose(wave[500:-500], wanted[500:-500], atol=2e-4)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_24", "FLOAT", "DOUBLE"])
def test_other_sample_formats_are_read(tmp_path, subtype):
    soundfile.write(tmp_path / "a.wav", np.array([0.5, -0.25]), 8000, subtype=subtype)
    assert read_wave(tmp_path / "a.wav")[0].tolist() == [0.5, -0.25]


def good_bytes(tmp_path, name="good.wav") -> bytes:
    write_wave(tmp_path / name, speech_like(0.5), 22050)
    return (tmp_path / name).read_bytes()


BAD_FILES = {
    "missing": (None, "found no file"),
    "empty": (lambda tmp: b"", "found an empty file"),
    "text": (lambda tmp: b"this is no sound at all, sorry" * 9, "found something that cannot be decoded"),
    "header only": (lambda tmp: good_bytes(tmp)[:44], "was cut off: 0 of 22050 bytes"),
    "half a header": (lambda tmp: good_bytes(tmp)[:30], "found something that cannot be decoded"),
    "cut off": (lambda tmp: good_bytes(tmp)[:-1000], "was cut off: 21050 of 22050 bytes"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_an_error_that_names_it(tmp_path, name):
    content, message = BAD_FILES[name]
    path = tmp_path / "bad.wav"
    if content is not None:
        path.write_bytes(content(tmp_path))
    with pytest.raises(AudioError, match=message) as caught:
        read_wave(path)
    assert str(path) in str(caught.value)


def test_a_flac_file_that_was_cut_off_is_an_error(tmp_path):
    (tmp_path / "bad.flac").write_bytes(good_bytes(tmp_path, "good.flac")[:-4000])
    with pytest.raises(AudioError, match=r"bad.flac.*(cut off|cannot be decoded)"):
        read_wave(tmp_path / "bad.flac")


def test_a_folder_is_an_error(tmp_path):
    with pytest.raises(AudioError, match="found a folder"):
        read_wave(tmp_path)


def test_no_samples_are_an_error(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.zeros(0), 8000)
    with pytest.raises(AudioError, match="no samples"):
        read_wave(tmp_path / "a.wav")


def test_samples_that_are_no_numbers_are_an_error_with_their_time(tmp_path):
    wave = np.zeros(8000)
    wave[4000] = np.nan
    soundfile.write(tmp_path / "a.wav", wave, 8000, subtype="FLOAT")
    with pytest.raises(AudioError, match=r"no finite number, the first at 0\.500 s"):
        read_wave(tmp_path / "a.wav")


def test_a_header_of_a_writer_that_could_not_seek_is_read(tmp_path):
    content = bytearray(good_bytes(tmp_path))
    content[4:8] = content[40:44] = b"\xff\xff\xff\xff"
    (tmp_path / "pipe.wav").write_bytes(content)
    assert len(read_wave(tmp_path / "pipe.wav")[0]) == 11025


@pytest.mark.parametrize(
    ("wave", "message"),
    [(np.array([0.0, np.inf]), "no finite numbers"), (np.zeros((2, 5)), r"found shape \(2, 5\)")],
    ids=["infinite", "two channels"],
)
def test_a_bad_wave_is_not_written(tmp_path, wave, message):
    with pytest.raises(AudioError, match=message):
        write_wave(tmp_path / "a.wav", wave, 8000)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match=r"expected a place that can be written"):
        write_wave(tmp_path / "file" / "a.wav", np.zeros(9), 8000)
