"""Obtaining the LJSpeech corpus."""

import os
import shutil
import sys
import tarfile
from pathlib import Path

from tts_align.errors import CorpusError

_FOLDER = "LJSpeech-1.1"
_STAGE = ".download"
_ARCHIVE_SUFFIX = ".tar.bz2"


def obtain(corpus: str | os.PathLike[str], name: str) -> Path:
    """The corpus folder: the one that is there, or a fresh download.

    The download is unpacked in `corpus/.download` and gets its final name only when it is whole. After an interruption
    the next call goes on with the archive, if that was complete.

    Args:
        corpus: a corpus folder or filelist; where it does not exist and `name` is given, LJSpeech is downloaded into it
            through torchaudio, which checks its checksum (2.6 GB, 13,100 clips).
        name: `ljspeech`, or empty for no download.

    Returns:
        Where the corpus is; `corpus` itself if there is none and nothing to download.

    Raises:
        CorpusError: the download failed.
    """
    folder = Path(corpus)
    for place in (folder, folder / _FOLDER):
        if place.is_file() or (place / "metadata.csv").is_file():
            return place
    if name != "ljspeech" or _holds_something_else(folder):
        return folder  # the manifest reader says what is missing
    try:
        _download(folder)
    except (OSError, RuntimeError, ImportError, EOFError, tarfile.TarError) as error:
        reason = (str(error) or repr(error)).splitlines()[0]
        raise CorpusError(
            where=str(folder),
            expected="the LJSpeech corpus, here or by download",
            found=f"no corpus, and the download failed: {reason}",
            fix=f"Try again, or put the unpacked {_FOLDER} folder somewhere and name it with --corpus.",
        ) from error
    return folder / _FOLDER


def _download(folder: Path) -> None:
    from torchaudio.datasets import LJSPEECH

    stage = folder / _STAGE
    stage.mkdir(parents=True, exist_ok=True)
    _remove_all_but_archive(stage)
    print(f"Downloading LJSpeech (2.6 GB) into {folder}: there is no corpus yet.", file=sys.stderr)
    LJSPEECH(str(stage), download=True)
    os.replace(stage / _FOLDER, folder / _FOLDER)
    shutil.rmtree(stage)


def _remove_all_but_archive(stage: Path) -> None:
    """Removes a half-unpacked tree, which would pass for a whole one, and half-loaded files."""
    for path in stage.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif not path.name.endswith(_ARCHIVE_SUFFIX):
            path.unlink()


def _holds_something_else(folder: Path) -> bool:
    return folder.is_dir() and any(path.name != _STAGE for path in folder.iterdir())
