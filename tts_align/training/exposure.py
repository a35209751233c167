"""Exposure bias, measured: how far words are off when the model hears the truth, and when it hears only itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tts_align.alignment.matrix import Alignment
from tts_align.alignment.timing import summarize_errors
from tts_align.audio.silence import silent_steps
from tts_align.corpus.batches import Example
from tts_align.corpus.truth import Truth, onset_errors


@dataclass(frozen=True)
class Exposure:
    """Word-onset errors of the same words in both regimes.

    A model that is trained on true frames alone never meets its own mistakes; what that costs once it speaks by itself
    is the gap between the two (Bengio et al. 2015, section 1). Mistakes that feed on themselves make it grow from the
    beginning of an utterance to its end.

    Definition: this project. Free running has its own tempo, so the true onsets are carried over into the spoken sound
    by time warping; on a teacher-forced sound, which has the true tempo, that moved them by 0 ms in the median and by
    one frame at the 90th percentile (390 words of joe).

    Attributes:
        forced_ms: (W,) absolute errors under teacher forcing, NaN for a word that is never reached.
        spoken_ms: (W,) the same words in free running.
        places: (W,) where in its utterance the word truly begins, in [0, 1].
    """

    forced_ms: np.ndarray
    spoken_ms: np.ndarray
    places: np.ndarray

    def gap_ms(self, figure: str = "median") -> float:
        """Free running minus teacher forcing, of a figure of `summarize_errors`; NaN where nothing is known.

        Example:
            >>> exposure = Exposure(np.array([10.0, 20.0, 30.0]), np.array([15.0, 50.0, np.nan]), np.zeros(3))
            >>> exposure.gap_ms(), exposure.gap_ms("n_missing")
            (12.5, 1)
        """
        return summarize_errors(self.spoken_ms)[figure] - summarize_errors(self.forced_ms)[figure]

    def gap_by_part_ms(self, n_parts: int = 3) -> tuple[float, ...]:
        """The median gap in each part of the utterances, from their beginning to their end.

        Example:
            >>> exposure = Exposure(np.array([10.0, 10.0, 10.0]), np.array([10.0, 15.0, 60.0]), np.array([0, 0.4, 0.8]))
            >>> exposure.gap_by_part_ms()
            (0.0, 5.0, 50.0)
        """
        part = np.minimum((self.places * n_parts).astype(int), n_parts - 1)
        chosen = [part == i for i in range(n_parts)]
        return tuple(Exposure(self.forced_ms[c], self.spoken_ms[c], self.places[c]).gap_ms() for c in chosen)


def exposure_of(
    examples: Sequence[Example],
    truths: Mapping[str, Truth],
    forced: Sequence[Alignment],
    spoken: Sequence[Alignment],
    carried: Sequence[np.ndarray],
    frames_per_step: int,
) -> Exposure:
    """The onset errors of all words whose truth is known.

    Args:
        examples: that were predicted.
        truths: by utterance id.
        forced: their alignments under teacher forcing.
        spoken: their alignments in free running.
        carried: (W,) of each, its true onsets in seconds as they lie in the spoken sound; empty without a truth.
        frames_per_step: R. Under teacher forcing, where the sound is the true one, no word begins in a pause of it.
    """
    errors = [np.empty((3, 0))]
    for example, heard, said, onsets in zip(examples, forced, spoken, carried, strict=True):
        if truth := truths.get(example.id):
            places = np.minimum(truth.onsets_seconds / heard.seconds, 1.0)
            own = Truth(truth.word_indices, onsets)
            heard_ms = onset_errors(heard, truth, silent_steps(np.asarray(example.mel), frames_per_step))
            errors.append(np.stack([heard_ms, onset_errors(said, own), places]))
    return Exposure(*np.concatenate(errors, axis=1))
