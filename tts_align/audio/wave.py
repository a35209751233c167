"""Sound files in and out: always mono float32 in memory, always 16-bit PCM on the way out."""

import os
from pathlib import Path

import numpy as np
import soundfile
import soxr

from tts_align.errors import AudioError
from tts_align.files import atomic_path

_UNKNOWN_SIZES = {0, 0xFFFFFFFF}  # a writer that could not seek back leaves one of these in the header


def read_wave(path: str | os.PathLike[str], sample_rate: int | None = None) -> tuple[np.ndarray, int]:
    """Reads a sound file as one channel, resampled when asked.

    Channels are averaged.

    Args:
        path: anything that libsndfile reads (WAV, FLAC, OGG ...).
        sample_rate: samples per second to resample to; None keeps the file's own.

    Returns:
        The samples (S,) float32, S >= 1, nominally in [-1, 1], and their rate.

    Raises:
        AudioError: the file is missing, empty, cut off, no sound file, or holds samples that are no numbers.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "tone.wav"
        >>> write_wave(path, np.full(100, 0.25), 8000)
        >>> wave, rate = read_wave(path, sample_rate=16000)
        >>> wave.shape, rate
        ((200,), 16000)
    """
    channels, rate = read_channels(path)
    wave = channels.mean(axis=1) if channels.shape[1] > 1 else channels[:, 0]
    if sample_rate is not None and sample_rate != rate:
        wave, rate = soxr.resample(wave, rate, sample_rate), sample_rate
    return np.ascontiguousarray(wave, dtype=np.float32), rate


def read_channels(path: str | os.PathLike[str]) -> tuple[np.ndarray, int]:
    """Reads a sound file as it is.

    Returns:
        The samples (S, channels) float32, S >= 1, and their rate.

    Raises:
        AudioError: as for `read_wave`.
    """
    path = Path(path)
    _refuse_no_sound_file(path)
    try:
        with soundfile.SoundFile(path) as sound:
            n_declared = sound.frames
            channels, rate = sound.read(dtype="float32", always_2d=True), sound.samplerate
    except (soundfile.SoundFileError, OSError, ValueError) as error:
        raise _unusable(path, f"something that cannot be decoded ({_first_line(error)})") from error
    if len(channels) == 0:
        raise _unusable(path, "a sound file with no samples")
    if len(channels) < n_declared:
        raise _unusable(path, f"a file that was cut off: {len(channels)} of {n_declared} samples")
    if not np.isfinite(channels).all():
        first = int(np.flatnonzero(~np.isfinite(channels).all(axis=1))[0])
        raise _unusable(path, f"a sample that is no finite number, the first at {first / rate:.3f} s")
    return channels, rate


def sound_seconds(path: str | os.PathLike[str]) -> float:
    """The length of a sound file, by its header.

    Raises:
        AudioError: the file is missing, empty or no sound file.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "tone.wav"
        >>> write_wave(path, np.full(4000, 0.25), 8000)
        >>> sound_seconds(path)
        0.5
    """
    path = Path(path)
    _refuse_no_sound_file(path)
    try:
        with soundfile.SoundFile(path) as sound:
            return float(sound.frames / sound.samplerate)
    except (soundfile.SoundFileError, OSError, ValueError) as error:
        raise _unusable(path, f"something that cannot be decoded ({_first_line(error)})") from error


def write_wave(path: str | os.PathLike[str], wave: np.ndarray, sample_rate: int) -> None:
    """Writes one channel as 16-bit PCM, whole or not at all; samples beyond [-1, 1] are clipped, never wrapped.

    Args:
        path: the file; its suffix (.wav, .flac) chooses the format.
        wave: (S,) samples.
        sample_rate: samples per second.

    Raises:
        AudioError: the wave is no vector, or has samples that are no finite numbers.
        FileError: the file cannot be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "loud.wav"
        >>> write_wave(path, np.array([2.0, -2.0, 0.5]), 8000)
        >>> read_wave(path)[0].round(3).tolist()
        [1.0, -1.0, 0.5]
    """
    wave = np.asarray(wave)
    if wave.ndim != 1 or not np.isfinite(wave).all():
        found = f"shape {wave.shape}" if wave.ndim != 1 else "samples that are no finite numbers"
        raise AudioError(
            where=str(path),
            expected="one channel of finite samples (S,)",
            found=found,
            fix="Look at what made the wave: nothing was written.",
        )
    whole = np.clip(np.rint(wave.astype(np.float64) * 32768), -32768, 32767).astype(np.int16)
    with atomic_path(path) as temporary:
        try:
            soundfile.write(temporary, whole, sample_rate, subtype="PCM_16")
        except soundfile.SoundFileError as error:
            raise OSError(_first_line(error)) from error


def _refuse_no_sound_file(path: Path) -> None:
    """Raises for what libsndfile would say badly or not at all: missing, a folder, empty, a WAV that was cut off."""
    if not path.exists():
        raise AudioError(
            where=str(path), expected="a sound file", found="no file", fix="Check the path, or remove it from the list."
        )
    if not path.is_file():
        raise _unusable(path, "a folder or a device")
    n_bytes = path.stat().st_size
    if n_bytes == 0:
        raise _unusable(path, "an empty file")
    declared = _declared_data_bytes(path)
    if declared is not None and declared[0] + declared[1] > n_bytes:
        raise _unusable(path, f"a file that was cut off: {n_bytes - declared[0]} of {declared[1]} bytes of sound")


def _declared_data_bytes(path: Path) -> tuple[int, int] | None:
    """Reads where the sound of a RIFF WAV starts and how many bytes its header promises.

    libsndfile reads a cut-off WAV without a word, so the header is compared with the file here.

    Returns:
        (offset, bytes), or None when the file is no RIFF WAV, has no data chunk, or does not say.
    """
    try:
        with path.open("rb") as file:
            head = file.read(12)
            if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
                return None
            while len(chunk := file.read(8)) == 8:
                size = int.from_bytes(chunk[4:], "little")
                if chunk[:4] == b"data":
                    return None if size in _UNKNOWN_SIZES else (file.tell(), size)
                file.seek(size + size % 2, os.SEEK_CUR)
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from error
    return None


def _unusable(path: Path, found: str) -> AudioError:
    return AudioError(
        where=str(path), expected="a readable sound file", found=found, fix="Replace the file, or leave it out."
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].rstrip(".") if str(error).strip() else type(error).__name__
