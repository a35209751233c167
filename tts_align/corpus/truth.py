"""True word onsets of an utterance, and how far an alignment is from them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tts_align.alignment.matrix import Alignment
from tts_align.alignment.monotone import monotone_path
from tts_align.alignment.pauses import path_with_pauses
from tts_align.alignment.timing import onset_errors_ms, word_onsets_seconds
from tts_align.alignment.words import words_of
from tts_align.corpus.timings import word_onsets


@dataclass(frozen=True)
class Truth:
    """Where the words of an utterance really start.

    Attributes:
        word_indices: (W,) which of the utterance's words have a known onset.
        onsets_seconds: (W,) from the first frame of the features.
    """

    word_indices: np.ndarray
    onsets_seconds: np.ndarray


def read_truth(textgrid: Path, symbols: Sequence[str], start_seconds: float, text: str = "") -> Truth | None:
    """The word onsets of a TextGrid, matched to the words of a text.

    Args:
        textgrid: with a tier `words`; need not exist.
        symbols: of the utterance.
        start_seconds: where its features begin in the sound.
        text: of the utterance; the words are named as there, which symbols alone may not tell.

    Returns:
        The truth, or None where there is none.

    Raises:
        AlignmentError: the file is damaged.
    """
    if not textgrid.is_file():
        return None
    times = word_onsets([word.text for word in words_of(symbols, text)], textgrid)
    if not times:
        return None
    onsets = np.array([time.start_seconds for time in times]) - start_seconds
    return Truth(np.array([time.word_index for time in times]), np.maximum(onsets, 0.0))


def onset_errors(alignment: Alignment, truth: Truth, is_silent: np.ndarray | None = None) -> np.ndarray:
    """How far the onsets that the alignment's best monotone path says are from the true ones.

    Args:
        alignment: one utterance.
        truth: of it.
        is_silent: (T,) steps whose sound is silence, where that is known: a word does not begin in a pause then.

    Returns:
        (W,) absolute errors in ms; NaN for a word that is never reached.
    """
    path = monotone_path(alignment.weights)
    words = words_of(alignment.symbols)
    if is_silent is not None:
        path = path_with_pauses(path, words, is_silent, alignment.seconds_per_step)
    said = word_onsets_seconds(path, words, alignment.seconds_per_step)
    return onset_errors_ms(said[truth.word_indices], truth.onsets_seconds)
