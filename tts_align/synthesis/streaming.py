"""Sound of an utterance while the decoder goes on with it."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from tts_align.model import Tacotron
from tts_align.model.speaking import Speaking
from tts_align.synthesis.sound_stream import SoundStream

_FIRST_SECONDS, _NEXT_SECONDS = 0.4, 0.8
_WINDOW_SECONDS = 0.02
_TAIL_SECONDS = 1.0


def stream_utterance(
    model: Tacotron, speaking: Speaking, sound: SoundStream, seconds_per_step: float
) -> Iterator[np.ndarray]:
    """Gives the sound of one utterance piece by piece, the first after a few decoder steps.

    Args:
        model: that speaks.
        speaking: a batch of one, at its beginning.
        sound: that makes its sound.
        seconds_per_step: sound that one decoder step makes.

    Yields:
        (S,) float32, S >= 1; together they have the frames of the whole utterance, postnet included.
    """
    n_said, goes_on, seconds = 0, True, _FIRST_SECONDS
    while goes_on:
        goes_on = speaking.advance(max(1, round(seconds / seconds_per_step)))
        seconds = _NEXT_SECONDS
        mel = _refined(model, speaking, n_said, goes_on)
        n_said += len(mel)
        piece = sound.add(mel)
        if len(piece):
            yield piece
    rest = sound.rest()
    if len(rest):
        yield rest


def _refined(model: Tacotron, speaking: Speaking, start: int, goes_on: bool) -> Tensor:
    """Frames from `start` on (L, M) with the postnet's correction, as far as frames to come cannot change them."""
    n_around = model.postnet.n_frames_around
    per_step = model.frames_per_step
    first_step = max(0, start - n_around) // per_step
    stop = int(speaking.n_steps[0]) * per_step
    mel = speaking.mel(first_step)[:, : stop - first_step * per_step]
    standardized = (mel - model.mel_mean) / model.mel_scale
    refined = model.postnet(standardized, torch.ones(mel.shape[:2], dtype=torch.bool, device=mel.device))
    certain = max(start, stop - (n_around if goes_on else 0))
    around = slice(start - first_step * per_step, certain - first_step * per_step)
    return (refined * model.mel_scale + model.mel_mean)[0, around]


class Tail:
    """Measures the silence at the end of a sound that comes in pieces.

    Args:
        sample_rate: samples per second.
        top_db: how far below the loudest 20 ms so far sound may be.

    Example:
        >>> tail = Tail(8000, top_db=45)
        >>> tail.add(np.concatenate([np.ones(4000), np.zeros(1600)]))
        >>> tail.silence_seconds
        0.2
    """

    def __init__(self, sample_rate: int, top_db: float):
        self._window = round(_WINDOW_SECONDS * sample_rate)
        self._most = round(_TAIL_SECONDS * sample_rate)
        self._sample_rate, self._top_db = sample_rate, top_db
        self._loudest = 0.0
        self._end = np.zeros(0, dtype=np.float32)

    def add(self, piece: np.ndarray) -> None:
        """Hears the next piece."""
        self._loudest = max([self._loudest, *self._levels(piece)])
        self._end = np.concatenate([self._end, piece])[-self._most :]

    @property
    def silence_seconds(self) -> float:
        """Silence at the end so far, in steps of 20 ms, at most a second."""
        loud = np.flatnonzero(self._levels(self._end) > self._loudest * 10 ** (-self._top_db / 10))
        n_quiet = len(self._end) // self._window - (loud[-1] + 1 if len(loud) else 0)
        return float(n_quiet * self._window / self._sample_rate)

    def _levels(self, wave: np.ndarray) -> np.ndarray:
        """Mean squares of whole windows, counted from the end."""
        n_windows = len(wave) // self._window
        whole = wave[len(wave) - n_windows * self._window :].astype(np.float64)
        return np.square(whole).reshape(n_windows, self._window).mean(axis=1)
