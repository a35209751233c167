"""LJSpeech is downloaded where no corpus is, appears when it is whole, and never touches what is there."""

import sys
import types
from pathlib import Path

import pytest

from tts_align.corpus.download import obtain
from tts_align.errors import CorpusError


class Killed(BaseException):
    """Stands for a kill: nothing catches it."""


@pytest.fixture
def ljspeech(monkeypatch):
    """Stands for torchaudio's dataset: archive, then tree, neither made when it is there already."""
    state = types.SimpleNamespace(downloads=0, trouble=None)

    def dataset(root, download=False):
        assert download
        archive, tree = Path(root) / "LJSpeech-1.1.tar.bz2", Path(root) / "LJSpeech-1.1"
        if not (tree / "wavs").is_dir():
            if not archive.is_file():
                if state.trouble == "no network":
                    raise OSError("<urlopen error no route to host>\nand more")
                state.downloads += 1
                archive.write_bytes(b"archive")
            (tree / "wavs").mkdir(parents=True)
            (tree / "wavs" / "LJ001-0001.wav").write_bytes(b"sound")
            if state.trouble == "killed":
                raise Killed
            (tree / "wavs" / "LJ001-0002.wav").write_bytes(b"sound")
            (tree / "metadata.csv").write_text("LJ001-0001|a|a\nLJ001-0002|b|b\n")
        (tree / "metadata.csv").read_text()

    fake = types.ModuleType("torchaudio.datasets")
    fake.LJSPEECH = dataset
    monkeypatch.setitem(sys.modules, "torchaudio.datasets", fake)
    return state


def tree_of(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


WHOLE = ["LJSpeech-1.1/metadata.csv", "LJSpeech-1.1/wavs/LJ001-0001.wav", "LJSpeech-1.1/wavs/LJ001-0002.wav"]


def test_a_missing_corpus_is_downloaded_and_said_to_be(tmp_path, ljspeech, capsys):
    assert obtain(tmp_path / "deep" / "lj", "ljspeech") == tmp_path / "deep" / "lj" / "LJSpeech-1.1"
    assert tree_of(tmp_path / "deep" / "lj") == WHOLE
    said = capsys.readouterr()
    assert said.out == ""
    assert "2.6 GB" in said.err and str(tmp_path / "deep" / "lj") in said.err


def test_it_is_downloaded_once(tmp_path, ljspeech, capsys):
    obtain(tmp_path, "ljspeech")
    capsys.readouterr()
    assert obtain(tmp_path, "ljspeech") == obtain(tmp_path / "LJSpeech-1.1", "ljspeech") == tmp_path / "LJSpeech-1.1"
    assert ljspeech.downloads == 1
    assert capsys.readouterr().err == ""


def test_a_failed_download_is_an_error_and_can_be_tried_again(tmp_path, ljspeech):
    ljspeech.trouble = "no network"
    with pytest.raises(CorpusError, match=r"download failed: <urlopen error no route to host>\. Try again"):
        obtain(tmp_path / "lj", "ljspeech")
    ljspeech.trouble = None
    obtain(tmp_path / "lj", "ljspeech")
    assert tree_of(tmp_path / "lj") == WHOLE


def test_a_kill_while_unpacking_leaves_no_half_corpus_and_keeps_the_archive(tmp_path, ljspeech):
    ljspeech.trouble = "killed"
    with pytest.raises(Killed):
        obtain(tmp_path, "ljspeech")
    assert not (tmp_path / "LJSpeech-1.1").exists()
    assert (tmp_path / ".download" / "LJSpeech-1.1.tar.bz2").exists()
    (tmp_path / ".download" / "half.partial").write_bytes(b"half")
    ljspeech.trouble = None
    assert obtain(tmp_path, "ljspeech") == tmp_path / "LJSpeech-1.1"
    assert tree_of(tmp_path) == WHOLE
    assert ljspeech.downloads == 1


def test_a_folder_with_other_things_is_left_alone(tmp_path, ljspeech):
    (tmp_path / "notes.txt").write_text("mine")
    assert obtain(tmp_path, "ljspeech") == tmp_path
    assert tree_of(tmp_path) == ["notes.txt"]
    assert ljspeech.downloads == 0


@pytest.mark.parametrize("given", [".", "LJSpeech-1.1"])
def test_the_folder_or_its_parent_may_be_given(tmp_path, ljspeech, given):
    (tmp_path / "LJSpeech-1.1").mkdir()
    (tmp_path / "LJSpeech-1.1" / "metadata.csv").write_text("a|b\n")
    assert obtain(tmp_path / given, "ljspeech") == tmp_path / "LJSpeech-1.1"
    assert ljspeech.downloads == 0


def test_a_filelist_is_the_corpus(tmp_path, ljspeech):
    (tmp_path / "list.txt").write_text("a.wav|b\n")
    assert obtain(tmp_path / "list.txt", "ljspeech") == tmp_path / "list.txt"


def test_nothing_is_downloaded_that_the_recipe_does_not_name(tmp_path, ljspeech):
    assert obtain(tmp_path / "none", "") == tmp_path / "none"
    assert not (tmp_path / "none").exists()
    assert ljspeech.downloads == 0


def test_a_place_that_cannot_be_written_is_an_error(tmp_path, ljspeech):
    (tmp_path / "file").write_text("")
    with pytest.raises(CorpusError, match="download failed"):
        obtain(tmp_path / "file" / "lj", "ljspeech")
