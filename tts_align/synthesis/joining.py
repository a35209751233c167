"""Sentences, spoken one by one, as one sound: silence at their edges off, natural pauses between."""

import numpy as np

from tts_align.audio import TrimSettings, trim_silence
from tts_align.synthesis.pauses import pause_seconds
from tts_align.synthesis.sentences import Sentence

_FADE_SECONDS = 0.005


class Joiner:
    """Puts the sounds of sentences behind each other.

    Silence before and after a sentence is cut down to what the voice keeps at the edges of its recordings; what is
    missing for a pause is filled with zeros. The cut edges are faded over 5 ms, so that they do not click.

    Args:
        sample_rate: samples per second.
        trim: what counts as silence, and how much of it stays.
        rate: pace; pauses scale with it.

    Example:
        >>> tone = np.sin(np.arange(8000)) * (np.arange(8000) >= 4000)
        >>> joiner = Joiner(8000, TrimSettings(keep_seconds=0.05))
        >>> first, start = joiner.add(Sentence("One.", "sentence"), tone)
        >>> second, next_start = joiner.add(Sentence("Two.", "paragraph"), tone)
        >>> round(start, 2), round(next_start, 2), len(second) > len(first)
        (-0.43, 0.53, True)
    """

    def __init__(self, sample_rate: int, trim: TrimSettings, rate: float = 1.0):
        self._sample_rate, self._rate = sample_rate, rate
        self._top_db, self._n_kept = trim.top_db or TrimSettings().top_db, round(trim.keep_seconds * sample_rate)
        self._n_samples = 0
        self._pause = 0  # samples of silence that are wanted before the next sentence
        self._kept_after = 0  # of which so many are there already

    def add(self, sentence: Sentence, wave: np.ndarray) -> tuple[np.ndarray, float]:
        """Takes the next sentence.

        Args:
            sentence: what was said; its ending says how long the pause after it is.
            wave: (S,) its sound.

        Returns:
            What comes next in the whole sound, (S',) float32: the pause before and the sentence; and when the sound of
            the sentence starts in the whole, in seconds, counted to the first sample of `wave` though it is cut off.
        """
        first, last = trim_silence(wave, self._sample_rate, self._top_db, keep_seconds=0)
        if first == last:  # no sound at all: as it is
            first, last = 0, len(wave)
        start, stop = max(0, first - self._n_kept), min(len(wave), last + self._n_kept)
        n_zeros = max(0, self._pause - self._kept_after - (first - start))
        piece = np.concatenate([np.zeros(n_zeros), self._faded(wave, start, stop)]).astype(np.float32)
        start_seconds = (self._n_samples + n_zeros - start) / self._sample_rate
        self._n_samples += len(piece)
        self._pause = round(pause_seconds(sentence, self._rate) * self._sample_rate)
        self._kept_after = stop - last
        return piece, start_seconds

    def _faded(self, wave: np.ndarray, start: int, stop: int) -> np.ndarray:
        """The samples [start, stop) with a ramp where something was cut off."""
        piece = wave[start:stop].astype(np.float64)
        ramp = np.linspace(0.0, 1.0, min(len(piece), round(_FADE_SECONDS * self._sample_rate)))
        if start > 0:
            piece[: len(ramp)] *= ramp
        if stop < len(wave):
            piece[len(piece) - len(ramp) :] *= ramp[::-1]
        return piece
