"""One utterance's features: sound file to trimmed log mel spectrogram on disk. Runs inside a worker process."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict

from tts_align.audio.mel import MelSettings, log_mel
from tts_align.audio.silence import TrimSettings, trim_silence
from tts_align.audio.wave import read_wave
from tts_align.corpus.manifest import Utterance
from tts_align.errors import AudioError
from tts_align.files import atomic_path


class Source(BaseModel):
    """What tells whether a sound file is still the one that features were made from."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    n_bytes: int
    modified_ns: int

    @classmethod
    def of(cls, path: Path) -> "Source | None":
        """Looks at a file; None when there is none."""
        try:
            status = path.stat()
        except OSError:
            return None
        return cls(n_bytes=status.st_size, modified_ns=status.st_mtime_ns)


class Made(BaseModel):
    """The features of one utterance, finished on disk."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    n_frames: int
    start_seconds: float
    duration_seconds: float
    source: Source


def make_feature(
    utterance: Utterance, *, folder: Path, mel_settings: MelSettings, trim: TrimSettings
) -> Made | AudioError:
    """Writes `folder/id.npy` (L, M) float32, whole or not at all.

    Returns:
        What was made, or what is wrong with the sound: the caller decides whether to go on.

    Raises:
        FileError: the folder cannot be written.
    """
    source = Source.of(utterance.wave_path)  # before reading: a change while reading is noticed next time
    try:
        wave, rate = read_wave(utterance.wave_path, mel_settings.sample_rate)
        start, stop = 0, len(wave)
        if trim.top_db > 0:
            start, stop = trim_silence(wave, rate, trim.top_db, trim.keep_seconds)
        if stop - start < mel_settings.hop_samples:
            raise AudioError(
                where=str(utterance.wave_path),
                expected=f"at least {mel_settings.hop_samples} samples of sound",
                found=f"{stop - start} between head and tail silence",
                fix="Replace the file, or leave it out.",
            )
    except AudioError as error:
        return error
    mel = log_mel(torch.from_numpy(wave[start:stop]), mel_settings)
    with atomic_path(folder / f"{utterance.id}.npy") as temporary:
        np.save(temporary, mel.numpy(), allow_pickle=False)
    return Made(
        id=utterance.id,
        n_frames=mel.shape[0],
        start_seconds=start / rate,
        duration_seconds=(stop - start) / rate,
        source=source or Source(n_bytes=-1, modified_ns=-1),  # came while we looked: equal to nothing, made again
    )


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Lets torch use one thread inside the block: the last bits then do not depend on the number of cores."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
