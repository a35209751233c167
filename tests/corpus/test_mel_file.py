"""A mel on disk is read when needed, and what is wrong with it is called by its name."""

import errno
import os

import numpy as np
import pytest
import torch

from tts_align.corpus.batches import Example, collate
from tts_align.corpus.mel_file import MelFile, is_valid_mel
from tts_align.errors import CorpusError, FileError


@pytest.fixture
def saved(tmp_path):
    mel = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32)
    np.save(tmp_path / "a.npy", mel)
    return MelFile(tmp_path / "a.npy", (7, 3)), mel


def test_it_reads_as_the_array_that_was_saved(saved):
    file, mel = saved
    assert (len(file), file.shape) == (7, (7, 3))
    np.testing.assert_array_equal(np.asarray(file), mel)
    assert np.asarray(file).dtype == np.float32
    np.testing.assert_array_equal(np.array(file, dtype=np.float64), mel.astype(np.float64))
    np.testing.assert_array_equal(np.concatenate([file, file]), np.concatenate([mel, mel]))


def test_it_stands_in_a_batch_like_an_array(saved):
    file, mel = saved
    batch = collate([Example("a", "a", ["a"], np.array([2]), file)], frames_per_step=4)
    assert torch.equal(batch.mel[0, :7], torch.from_numpy(mel))


def test_it_cannot_be_had_without_a_copy(saved):
    with pytest.raises(ValueError, match="without a copy"):
        np.array(saved[0], copy=False)


def test_a_transposed_array_is_whole_too(tmp_path):
    np.save(tmp_path / "a.npy", np.ones((3, 7), np.float32).T)
    assert is_valid_mel(tmp_path / "a.npy", 7, 3)


@pytest.mark.parametrize("change", ["gone", "cut", "empty", "longer", "other shape", "other numbers", "objects"])
def test_a_changed_file_is_not_valid_and_an_error_when_read(saved, change):
    file, mel = saved
    whole = file.path.read_bytes()
    match change:
        case "gone":
            file.path.unlink()
        case "cut":
            os.truncate(file.path, len(whole) - 1)
        case "empty":
            os.truncate(file.path, 0)
        case "longer":
            file.path.write_bytes(whole + b"x")
        case "other shape":
            np.save(file.path, mel.T.copy())
        case "other numbers":
            np.save(file.path, mel.astype(np.float64))
        case "objects":
            np.save(file.path, np.array([object()]), allow_pickle=True)
    assert not is_valid_mel(file.path, 7, 3)
    if change != "longer":  # the numbers that are wanted are there
        with pytest.raises(CorpusError, match=r"features of utterance 'a', found a missing or damaged file"):
            np.asarray(file)


def test_a_lack_of_file_handles_is_not_called_damage(saved, monkeypatch):
    file, _ = saved

    def no_more_files(*args, **named):
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    monkeypatch.setattr("builtins.open", no_more_files)
    with pytest.raises(FileError, match="Too many open files"):
        is_valid_mel(file.path, 7, 3)
    with pytest.raises(FileError, match="Too many open files"):
        np.asarray(file)
