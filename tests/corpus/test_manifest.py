from pathlib import Path

import pytest

from tests.audio.signals import SHARED, needs_shared
from tts_align.corpus import read_manifest, textgrid_path
from tts_align.errors import CorpusError


def corpus(tmp_path: Path, content: str | bytes) -> Path:
    (tmp_path / "wavs").mkdir(exist_ok=True)
    (tmp_path / "metadata.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    return tmp_path


def ids_and_texts(path: Path) -> list[tuple[str, str]]:
    return [(utterance.id, utterance.text) for utterance in read_manifest(path)]


def test_two_or_three_columns_the_third_preferred_unless_empty(tmp_path):
    folder = corpus(tmp_path, "A|Dr. 2|doctor two\nB|plain\nC|raw|\nD|raw|  \n")
    assert ids_and_texts(folder) == [("A", "doctor two"), ("B", "plain"), ("C", "raw"), ("D", "raw")]
    assert [utterance.raw_text for utterance in read_manifest(folder)] == ["Dr. 2", "plain", "raw", "raw"]


def test_quotes_are_text(tmp_path):
    folder = corpus(tmp_path, 'A|"Stop," he said\nB|"open\nC|"all"\n')
    assert ids_and_texts(folder) == [("A", '"Stop," he said'), ("B", '"open'), ("C", '"all"')]


def test_byte_order_mark_crlf_blank_lines_and_no_last_line_end(tmp_path):
    folder = corpus(tmp_path, b"\xef\xbb\xbfA|one\r\n\r\n   \r\n\nB|two\r\nC|three")
    assert ids_and_texts(folder) == [("A", "one"), ("B", "two"), ("C", "three")]


def test_odd_line_separators_inside_a_text_do_not_split_it(tmp_path):
    folder = corpus(tmp_path, "A|one\u2028two\x0bthree\x85four\nB|é ü 漢\n")
    assert ids_and_texts(folder) == [("A", "one\u2028two\x0bthree\x85four"), ("B", "é ü 漢")]


def test_an_empty_text_is_left_for_the_audit(tmp_path):
    assert ids_and_texts(corpus(tmp_path, "A|\nB||\n")) == [("A", ""), ("B", "")]


def test_sound_is_wav_or_else_flac_or_else_expected_as_wav(tmp_path):
    folder = corpus(tmp_path, "A|a\nB|b\nC|c\nD.1|d\n")
    for name in ("A.wav", "A.flac", "B.flac", "D.1.wav"):
        (folder / "wavs" / name).touch()
    assert [u.wave_path.name for u in read_manifest(folder)] == ["A.wav", "B.flac", "C.wav", "D.1.wav"]


def test_the_file_itself_may_be_named(tmp_path):
    folder = corpus(tmp_path, "A|one\n")
    (folder / "metadata.csv").rename(folder / "train.csv")
    assert ids_and_texts(folder / "train.csv") == [("A", "one")]


@pytest.mark.parametrize("place", ["lists", "lists/sound", "sound", "lists/wavs"])
def test_a_filelist_finds_sound_beside_it_or_beside_its_folder(tmp_path, place):
    (tmp_path / "lists").mkdir()
    (tmp_path / place).mkdir(parents=True, exist_ok=True)
    (tmp_path / place / "A.wav").touch()
    written = "sound/A.wav" if place.endswith("sound") else "A.wav"
    (tmp_path / "lists/train.txt").write_text(f"{written}|one, two\n")
    (utterance,) = read_manifest(tmp_path / "lists/train.txt")
    assert (utterance.id, utterance.text) == ("A", "one, two")
    assert utterance.wave_path.resolve() == (tmp_path / place / "A.wav").resolve()


def test_a_filelist_may_have_absolute_paths_and_flac(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "far/A.flac").touch()
    (tmp_path / "list.txt").write_text(f"{tmp_path}/far/A.flac|one\nlost/B.WAV|two\n")
    first, second = read_manifest(tmp_path / "list.txt")
    assert first.wave_path == tmp_path / "far/A.flac"
    assert (second.id, second.wave_path) == ("B", tmp_path / "lost/B.WAV")


BAD = {
    "one column": ("A|one\nB\n", r"metadata.csv, line 2: expected 2 or 3 columns.*found 1 in 'B'"),
    "four columns": ("A|one|two|three\n", r"line 1: expected 2 or 3 columns.*found 4"),
    "commas for bars": ("A,one\n", r"line 1: expected 2 or 3 columns.*found 1"),
    "empty id": ("A|one\n\n |two\n", r"line 3: expected an id that can name a file, found an empty id"),
    "duplicate id": ("A|one\nB|two\nA|three\n", r"line 3: .*found 'A' again, first on line 1"),
    "path in id": ("A|one\nwavs/B|two\n", r"line 2: expected an id.*'wavs/B'.*separator"),
    "backslash in id": ("wavs\\B|two\n", r"line 1: expected an id"),
    "way out": ("..|two\n", r"line 1: expected an id.*leading dots"),
    "hidden": (".B|two\n", r"line 1: expected an id"),
    "escape in id": ("A\x1b[2J|two\n", r"line 1: expected an id.*not printable"),
    "endless id": ("A" * 300 + "|two\n", r"line 1: expected an id.*too long"),
    "latin-1": (b"A|one\nB|caf\xe9\n", r"line 2: expected UTF-8 text, found byte 0xe9 at position 6 of the line"),
    "utf-16": ("A|one\n".encode("utf-16"), r"line 1: expected UTF-8 text, found byte 0xff at position 1"),
    "utf-16 without mark": ("A|one\n".encode("utf-16-le"), r"line 1: expected UTF-8 text, found a zero byte"),
    "nothing": ("", r"metadata.csv: expected at least one line .id.text., found none"),
    "blank lines only": ("\n  \r\n", r"metadata.csv: expected at least one line"),
    "a filelist with speakers": (
        "wavs/A.wav|one|7\n",
        r"line 1: expected 2 columns, .path.text., found 3.*one speaker",
    ),
    "two layouts": ("wavs/A.wav|one\nB|two\n", r"line 2: expected a path that ends in .wav or .flac.*found 'B'"),
    "the same name twice": ("x/A.wav|one\ny/A.wav|two\n", r"line 2: .*found 'A' again, first on line 1"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_manifest_is_an_error_with_file_and_line(tmp_path, name):
    content, message = BAD[name]
    with pytest.raises(CorpusError, match=message):
        read_manifest(corpus(tmp_path, content))


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(CorpusError, match=r"nowhere: expected a corpus.*found nothing there"):
        read_manifest(tmp_path / "nowhere")


def test_a_folder_without_metadata_is_an_error(tmp_path):
    with pytest.raises(CorpusError, match=r"found a folder without metadata\.csv"):
        read_manifest(tmp_path)


def test_metadata_without_wavs_is_an_error(tmp_path):
    (tmp_path / "metadata.csv").write_text("A|one\n")
    with pytest.raises(CorpusError, match=r"wavs: expected a folder with the sound files.*found no folder"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("folder", [pytest.param(SHARED, marks=needs_shared, id="shared")])
def test_the_real_clips_are_read(folder):
    utterances = read_manifest(folder)
    assert [utterance.id for utterance in utterances] == [f"LJ001-{number:04d}" for number in range(1, 33)]
    assert all(utterance.wave_path.is_file() for utterance in utterances)
    assert textgrid_path(folder, utterances[0].id).is_file()
