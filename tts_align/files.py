"""Writing a file whole or not at all."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tts_align.errors import FileError


@contextlib.contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Gives a temporary path beside `path` to write to; the file gets its final name only when the block succeeds.

    A device or a pipe (`/dev/null`, `>(jq .)`) is not replaced: it gets all of the file at the end. Nor is a link to a
    file: that file is.

    Missing parent folders are made. After an error, an interruption or a kill, `path` is what it was before; the
    temporary file is removed (after a kill -9 it stays, under a name that starts with a dot).

    Args:
        path: the final name.

    Yields:
        A path with the same suffix, in the same folder unless that is a device's.

    Raises:
        FileError: the folder or the file cannot be written (disk full, permission, a file where a folder should be).

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> with atomic_path(folder / "deep" / "note.txt") as temporary:
        ...     _ = temporary.write_text("all of it")
        >>> (folder / "deep" / "note.txt").read_text()
        'all of it'
    """
    final = Path(path)
    temporary = None
    try:
        if final.is_symlink() and final.is_file():
            final = final.resolve()
        is_device = _is_device(final)
        folder = Path(tempfile.gettempdir()) if is_device else final.parent
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".{final.stem[:40]}-", suffix=final.suffix)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        if is_device:
            with open(temporary, "rb") as written, open(final, "wb") as device:
                shutil.copyfileobj(written, device)
        else:
            temporary.chmod(0o666 & ~_umask())  # afterwards: some writers put a new file of their own in its place
            with open(temporary, "rb") as written:
                os.fsync(written.fileno())
            os.replace(temporary, final)
    except OSError as error:
        raise FileError(
            where=str(final),
            expected="a place that can be written",
            found=error.strerror or str(error),
            fix="Free some space, or name another place.",
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def atomic_folder(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Gives a temporary folder beside `path` to fill; it gets its final name only when the block succeeds.

    A folder that had the name is replaced. After an error or an interruption `path` is what it was before.

    Args:
        path: the final name.

    Yields:
        An empty folder.

    Raises:
        FileError: the folder, or a file in it, cannot be written.

    Example:
        >>> import tempfile
        >>> place = Path(tempfile.mkdtemp()) / "notes"
        >>> with atomic_folder(place) as temporary:
        ...     _ = (temporary / "one.txt").write_text("1")
        >>> [file.name for file in place.iterdir()]
        ['one.txt']
    """
    final = Path(path)
    temporary = None
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=final.parent, prefix=f".{final.name[:40]}-"))
        yield temporary
        temporary.chmod(0o777 & ~_umask())
        if final.exists():
            old = Path(tempfile.mkdtemp(dir=final.parent, prefix=f".{final.name[:40]}-old-"))
            os.replace(final, old / final.name)
            os.replace(temporary, final)
            shutil.rmtree(old)
        else:
            os.replace(temporary, final)
    except OSError as error:
        raise FileError(
            where=str(final),
            expected="a folder that can be written",
            found=error.strerror or str(error),
            fix="Free some space, or name another place.",
        ) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Writes `text` as UTF-8 to `path`, whole or not at all.

    Raises:
        FileError: `path` cannot be written.
    """
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf8")


def _is_device(path: Path) -> bool:
    """Says whether something is there that is neither a file nor a folder."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
