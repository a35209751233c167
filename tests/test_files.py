"""Files and folders are written whole or not at all."""

import os
import stat
import threading

import pytest

from tts_align.errors import FileError
from tts_align.files import atomic_folder, write_text


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have names on POSIX only")
def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path):
    pipe, read = tmp_path / "pipe.json", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()), daemon=True)
    reader.start()
    write_text(pipe, "all of it")
    reader.join(timeout=10)
    assert read == ["all of it"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe.json"]


def test_a_link_to_a_file_stays_a_link(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "far/file.json").write_text("before")
    (tmp_path / "link.json").symlink_to("far/file.json")
    write_text(tmp_path / "link.json", "after")
    assert (tmp_path / "far/file.json").read_text() == "after"
    assert (tmp_path / "link.json").is_symlink()


def test_a_folder_replaces_the_one_before_and_leaves_nothing_else(tmp_path):
    for content in ("first", "second"):
        with atomic_folder(tmp_path / "notes") as temporary:
            (temporary / f"{content}.txt").write_text(content)
    assert [path.name for path in tmp_path.rglob("*")] == ["notes", "second.txt"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_a_folder_stays_as_it_was_when_something_goes_wrong(tmp_path, error):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("mine")
    with pytest.raises(error), atomic_folder(tmp_path / "notes") as temporary:
        (temporary / "half.txt").write_text("half")
        raise error
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["mine.txt", "notes"]


def test_a_folder_under_a_file_is_an_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FileError, match="a folder that can be written"), atomic_folder(tmp_path / "file" / "notes"):
        pass
