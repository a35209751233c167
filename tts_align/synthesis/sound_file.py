"""A sound file that is written while the sound is made."""

import contextlib
import errno
import os
from collections.abc import Callable, Iterator

import numpy as np
import soundfile

from tts_align.errors import FileError
from tts_align.files import atomic_path

Append = Callable[[np.ndarray], None]

_MOST_BYTES = 2**32 - 4096  # the header of a WAV file counts in 32 bits


@contextlib.contextmanager
def open_wave(path: str | os.PathLike[str], sample_rate: int) -> Iterator[Append]:
    """Opens a WAV file for one channel of 16-bit PCM and gives a function that appends samples to it.

    The file gets its name when the block succeeds; after an error or an interruption there is none. What is appended
    goes to the disk at once, so memory does not grow. Samples beyond [-1, 1] are clipped.

    Args:
        path: the file; its suffix is `.wav`.
        sample_rate: samples per second.

    Yields:
        append(wave (S,)).

    Raises:
        FileError: the file cannot be written, or would be larger than WAV files can be (4 GiB: 27 hours at 22,050 Hz).

    Example:
        >>> import tempfile
        >>> from pathlib import Path
        >>> path = Path(tempfile.mkdtemp()) / "long.wav"
        >>> with open_wave(path, 8000) as append:
        ...     for _ in range(3):
        ...         append(np.zeros(4000))
        >>> soundfile.info(path).duration
        1.5
    """
    with atomic_path(path) as temporary:
        n_bytes = 0
        try:
            with soundfile.SoundFile(temporary, "w", sample_rate, 1, "PCM_16", format="WAV") as sound:

                def append(wave: np.ndarray) -> None:
                    nonlocal n_bytes
                    n_bytes += 2 * len(wave)
                    if n_bytes > _MOST_BYTES:
                        raise _too_long(path, sample_rate)
                    sound.write(whole_samples(wave))

                yield append
        except AssertionError as error:  # how soundfile says that not all could be written
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        except soundfile.SoundFileError as error:
            raise OSError(str(error).strip().splitlines()[0]) from error
        if soundfile.info(temporary).frames * 2 != n_bytes:
            raise OSError("less was written than was asked for; the disk may be full")


def whole_samples(wave: np.ndarray) -> np.ndarray:
    """Samples in [-1, 1] as 16-bit whole numbers, clipped.

    Example:
        >>> whole_samples(np.array([0.5, -2.0])).tolist()
        [16384, -32768]
    """
    return np.clip(np.rint(wave.astype(np.float64) * 32768), -32768, 32767).astype(np.int16)


def _too_long(path: str | os.PathLike[str], sample_rate: int) -> FileError:
    hours = _MOST_BYTES / 2 / sample_rate / 3600
    return FileError(
        where=str(path),
        expected=f"at most {hours:.0f} hours of sound, since a WAV file holds 4 GiB",
        found="a longer text",
        fix="Speak it in parts, one file each.",
    )
