"""Which files are read, under which names, with which sound; and one broken file does not keep others back."""

from pathlib import Path

import numpy as np
import pytest

from tests.drawings import spoken
from tts_align.alignment import save_alignment
from tts_align.errors import AlignmentError, FileError, TextError
from tts_align.sources import MatrixOptions, find_sources

NONE = MatrixOptions()


def matrix(path: Path, text: str = "one two") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, spoken(text).weights)
    return path


def names(*paths: Path) -> list[str]:
    return [source.id for source in find_sources(paths, NONE)]


def test_files_of_a_folder_are_found_sorted_below_it_and_hidden_ones_are_not(tmp_path: Path) -> None:
    for name in ("b.npy", "a.NPZ", "c/d.pt", "c/e.pth", "c/.f.npy", "g.txt", "h.wav"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert names(tmp_path) == ["a", "b", "c/d", "c/e"]


def test_a_folder_without_any_is_an_error_that_does_not_keep_back_the_others(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    save_alignment(tmp_path / "a.npz", spoken("one two"))
    empty, full = find_sources([tmp_path / "empty", tmp_path / "a.npz"], NONE)
    with pytest.raises(FileError, match=r"alignments \(\.npz, \.npy, \.pt, \.pth\) in it, found none"):
        list(empty.load())
    assert [name for name, _ in full.load()] == ["a"]


def test_what_align_and_train_write_besides_alignments_is_left_out(tmp_path: Path) -> None:
    for name in ("alignments/a.npz", "durations/a.npy", "frame_durations/a.npy", "state/last.pt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"")
    assert names(tmp_path) == ["alignments/a"]


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = matrix(tmp_path / "a.npy")
    assert names(path, tmp_path, path) == ["a"]


def test_names_that_several_files_have_become_paths(tmp_path: Path) -> None:
    for name in ("x/a.npy", "y/a.npy", "y/b.npy", "z.npy"):
        matrix(tmp_path / name)
    (tmp_path / "y" / "b.npz").write_bytes(b"")
    here = tmp_path.as_posix()
    assert names(tmp_path / "x", tmp_path / "y", tmp_path / "z.npy") == [
        f"{here}/x/a", f"{here}/y/a", f"{here}/y/b.npy", f"{here}/y/b.npz", "z",
    ]  # fmt: skip


def test_the_sound_beside_a_matrix_belongs_to_it(tmp_path: Path) -> None:
    for name in ("a.npy", "b_attn.npy", "c.npy"):
        matrix(tmp_path / name)
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    (tmp_path / "b.wav").write_bytes(b"RIFF")
    waves = [source.wave_path for source in find_sources([tmp_path], NONE)]
    assert waves == [tmp_path / "a.wav", tmp_path / "b.wav", None]


def test_nothing_is_opened_before_its_turn(tmp_path: Path) -> None:
    sources = find_sources([tmp_path / "missing.npy", matrix(tmp_path / "a.npy")], MatrixOptions(seconds_per_step=0.1))
    with pytest.raises(AlignmentError, match=r"missing\.npy: expected a file that can be read, found No such file"):
        list(sources[0].load())
    (tmp_path / "a.txt").write_text("one two")
    assert [name for name, _ in sources[1].load()] == ["a"]
    assert [name for name, _ in sources[1].load()] == ["a"]  # as often as one likes


def test_our_own_files_need_no_options(tmp_path: Path) -> None:
    save_alignment(tmp_path / "a.npz", spoken("one two"))
    [(name, alignment)] = find_sources([tmp_path], NONE)[0].load()
    assert (name, alignment.text, alignment.seconds_per_step) == ("a", "one two", 0.03)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"text": "a", "text_file": Path("b")}, TextError, "one source of texts"),
        ({"axes": "BXTN"}, AlignmentError, "a letter for each axis"),
        ({"axes": "BHN"}, AlignmentError, "a letter for each axis"),
        ({"axes": "TTN"}, AlignmentError, "a letter for each axis"),
        ({"axes": "TN", "text_axis": 1}, AlignmentError, "one way to say it"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        MatrixOptions(**options)


def test_the_file_of_texts_is_read_before_anything_else(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="No such file"):
        find_sources([matrix(tmp_path / "a.npy")], MatrixOptions(text_file=tmp_path / "none.csv"))


def test_sentences_of_a_text_have_the_sound_of_the_whole(tmp_path: Path) -> None:
    folder = tmp_path / "book.sentences"
    folder.mkdir()
    (tmp_path / "book.wav").touch()
    save_alignment(folder / "0001.npz", spoken("abc"))
    (source,) = find_sources([tmp_path], MatrixOptions())
    assert source.id == "book.sentences/0001"
    assert source.wave_path == tmp_path / "book.wav"
