"""Obtaining the LJSpeech corpus."""

import os
from pathlib import Path

from tts_align.errors import CorpusError

_FOLDER = "LJSpeech-1.1"


def obtain(corpus: str | os.PathLike[str], name: str) -> Path:
    """The corpus folder: the one that is there, or a fresh download.

    Args:
        corpus: a corpus folder or filelist; where it does not exist and `name` is given, LJSpeech is downloaded into it
            through torchaudio, which checks its checksum (2.6 GB, 13,100 clips).
        name: `ljspeech`, or empty for no download.

    Returns:
        Where the corpus is.

    Raises:
        CorpusError: there is nothing to obtain, or the download failed.
    """
    folder = Path(corpus)
    for place in (folder, folder / _FOLDER):
        if place.is_file() or (place / "metadata.csv").is_file():
            return place
    if name != "ljspeech" or (folder.exists() and any(folder.iterdir())):
        return folder  # the manifest reader says what is missing
    try:
        from torchaudio.datasets import LJSPEECH

        folder.mkdir(parents=True, exist_ok=True)
        LJSPEECH(str(folder), download=True)
    except (OSError, RuntimeError, ImportError) as error:
        raise CorpusError(
            where=str(folder),
            expected="the LJSpeech corpus, here or by download",
            found=f"no corpus, and the download failed: {str(error).splitlines()[0] if str(error) else error!r}",
            fix=f"Put the unpacked {_FOLDER} folder somewhere and name it with --corpus.",
        ) from error
    return folder / _FOLDER
