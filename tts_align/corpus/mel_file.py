"""A mel spectrogram on disk that is read when it is needed: no file stays open in between."""

import errno
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tts_align.errors import CorpusError, FileError

_FIX = "Run `tts-align prepare` again: only what is missing is made."
_NOTHING_THERE = (errno.ENOENT, errno.ENOTDIR)


@dataclass(frozen=True)
class MelFile:
    """The log mel spectrogram of one utterance; `np.asarray` reads it, once per call.

    Attributes:
        path: an .npy file.
        shape: (L, M).

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.npy"
        >>> np.save(path, np.ones((5, 3), np.float32))
        >>> mel = MelFile(path, (5, 3))
        >>> len(mel), float(np.asarray(mel).sum())
        (5, 15.0)
    """

    path: Path
    shape: tuple[int, int]

    def __len__(self) -> int:
        return self.shape[0]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """Reads the file.

        Raises:
            CorpusError: it is missing or damaged.
            FileError: it cannot be read.
        """
        if copy is False:
            raise ValueError("a mel on disk cannot be had without a copy")
        try:
            mel = np.load(self.path, allow_pickle=False)
        except OSError as error:
            if error.errno not in _NOTHING_THERE:
                raise _unreadable(self.path, error) from error
            raise damaged_mel(self.path) from error
        except (ValueError, EOFError) as error:
            raise damaged_mel(self.path) from error
        if mel.shape != self.shape or mel.dtype != np.float32:
            raise damaged_mel(self.path)
        return mel if dtype is None else mel.astype(dtype, copy=False)


def is_valid_mel(path: str | os.PathLike[str], n_frames: int, n_mels: int) -> bool:
    """Says whether a file holds a whole log mel spectrogram of this shape, by its header and its size.

    Raises:
        FileError: the file is there and cannot be read.
    """
    try:
        with open(path, "rb") as file:
            if np.lib.format.read_magic(file) != (1, 0):
                return False
            shape, _, dtype = np.lib.format.read_array_header_1_0(file)
            n_bytes = os.fstat(file.fileno()).st_size - file.tell()
    except OSError as error:
        if error.errno not in _NOTHING_THERE:
            raise _unreadable(Path(path), error) from error
        return False
    except (ValueError, EOFError):
        return False
    return shape == (n_frames, n_mels) and dtype == np.float32 and n_bytes == math.prod(shape) * dtype.itemsize


def damaged_mel(path: Path) -> CorpusError:
    """The error for a mel that is not there as the index says."""
    expected = f"the features of utterance {path.stem!r}"
    return CorpusError(where=str(path), expected=expected, found="a missing or damaged file", fix=_FIX)


def _unreadable(path: Path, error: OSError) -> FileError:
    fix = "Free what the system lacks, or mend the file's permissions."
    return FileError(where=str(path), expected="a file that can be read", found=error.strerror or str(error), fix=fix)
