"""Reading `.npy` and `.npz` files of strangers: no code of theirs is run, and no header is believed."""

import contextlib
import math
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import numpy as np

from tts_align.errors import AlignmentError, TtsAlignError

_MOST_DEFLATED = 1100  # bytes that one byte of a zip archive can stand for; deflate reaches 1032


def read_arrays(path: str | os.PathLike[str]) -> dict[str, np.ndarray]:
    """Reads all arrays of a `.npz`, or the one of a `.npy` under the name "".

    What a header promises is compared with the bytes that are there before any memory is taken.

    Raises:
        AlignmentError: the file is missing, empty, truncated, no array file, or holds pickled objects.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.npz"
        >>> np.savez(path, one=np.eye(2), two=np.zeros(3))
        >>> {name: array.shape for name, array in read_arrays(path).items()}
        {'one': (2, 2), 'two': (3,)}
    """
    file = Path(path)
    with reading(file):
        check_file(file)
        with open(file, "rb") as opened:
            start = opened.read(8)
            opened.seek(0)
            if start.startswith(np.lib.format.MAGIC_PREFIX):
                return {"": _read_array(opened, file.stat().st_size)}
            if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
                return dict(_read_members(opened))
            found = "pickled Python objects" if start[:1] in (b"\x80", b"(", b"c") else "something else"
            fix = "Save the attention weights alone with numpy.save, numpy.savez or torch.save."
            raise _broken("an array file (.npz, .npy)" if found == "something else" else "plain arrays", found, fix)


def check_file(file: Path) -> None:
    """Raises an AlignmentError unless this is a file with something in it; waits for no pipe."""
    if file.is_dir():
        raise _broken("a file", "a folder (Is a directory)", "Name the file in it.")
    if file.exists() and not file.is_file():
        raise _broken("a file", "a pipe or a device", "Write the array to a file first.")
    if file.stat().st_size == 0:
        raise _broken("arrays", "an empty file", "Make it again.")


def check_archive(archive: zipfile.ZipFile) -> None:
    """Raises an AlignmentError if the members promise more bytes than the compressed ones can hold."""
    members = archive.infolist()
    n_bytes, n_compressed = sum(each.file_size for each in members), sum(each.compress_size for each in members)
    if n_bytes > _MOST_DEFLATED * (n_compressed + 1):
        found = f"{n_bytes} bytes in {n_compressed}"
        raise _broken("an array file that is whole", found, "Make or copy it again.")


@contextlib.contextmanager
def naming(file: Path) -> Iterator[None]:
    """Puts the name of the file in front of what our errors inside the block say."""
    try:
        yield
    except TtsAlignError as error:
        raise error.within(str(file)) from error


@contextlib.contextmanager
def reading(file: Path) -> Iterator[None]:
    """Makes one of our errors, with the name of the file, of whatever goes wrong while a file is read.

    Example:
        >>> with reading(Path("a.npy")):
        ...     raise ValueError("odd header")
        Traceback (most recent call last):
        ...
        tts_align.errors.AlignmentError: a.npy: expected an array file that is whole, found ValueError: odd header. \
Make or copy it again.
    """
    try:
        with naming(file):
            yield
    except TtsAlignError:
        raise
    except OSError as error:
        found = error.strerror or str(error)
        fix = "Check the name and the permissions."
        raise AlignmentError(where=str(file), expected="a file that can be read", found=found, fix=fix) from error
    except MemoryError as error:
        fix = "Save one utterance, layer and head, as float32."
        raise AlignmentError(where=str(file), expected="arrays that fit in memory", found="none", fix=fix) from error
    except Exception as error:  # the readers of damaged files raise anything, from KeyError to TokenError
        found, fix = f"{type(error).__name__}: {error}", "Make or copy it again."
        raise AlignmentError(where=str(file), expected="an array file that is whole", found=found, fix=fix) from error


def _read_members(opened: IO[bytes]) -> Iterator[tuple[str, np.ndarray]]:
    with zipfile.ZipFile(opened) as archive:
        check_archive(archive)
        members = [member for member in archive.infolist() if member.filename.endswith(".npy")]
        if not members:
            raise _broken("an archive of arrays", "none in it", "Save the attention weights with numpy.savez.")
        for member in members:
            with archive.open(member) as inside:
                yield member.filename.removesuffix(".npy"), _read_array(inside, member.file_size)


def _read_array(opened: IO[bytes], n_bytes: int) -> np.ndarray:
    """Reads the array that starts here and may take so many bytes, its header included."""
    start = opened.tell()
    version = np.lib.format.read_magic(opened)
    if version not in ((1, 0), (2, 0)):
        raise _broken("plain numbers", "named fields", "Save the attention weights alone.")
    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    shape, _, dtype = readers[version](opened)
    if dtype.hasobject:
        fix = "They are never loaded: save plain arrays."
        raise _broken("plain arrays", "pickled Python objects", fix)
    here = n_bytes - (opened.tell() - start)
    promised = math.prod(shape) * dtype.itemsize
    if min(shape, default=0) < 0 or promised > here:
        found = f"{max(here, 0)} bytes for shape {shape} of {dtype}"
        raise _broken("an array file that is whole", found, "Make or copy it again.")
    opened.seek(start)
    array: np.ndarray = np.lib.format.read_array(opened, allow_pickle=False)
    return array


def _broken(expected: str, found: str, fix: str) -> AlignmentError:
    return AlignmentError(where="", expected=expected, found=found, fix=fix)
