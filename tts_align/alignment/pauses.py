"""Pauses before words, which attention may give to the word and the ear does not."""

import math
from collections.abc import Sequence

import numpy as np

from tts_align.alignment.words import Word

LEAST_PAUSE_SECONDS = 0.1
"""Silence from which it is a pause; a shorter one is the closure of a consonant and belongs to the word."""


def path_with_pauses(
    path: np.ndarray, words: Sequence[Word], is_silent: np.ndarray, seconds_per_step: float
) -> np.ndarray:
    """Gives the silence in which a word would begin to the symbol before the word.

    Nothing in training says to which symbol the silence of a pause belongs. Attention that waits on the first sound of
    the next word says that word as well as attention that waits on the comma, but then the word seems to begin a
    quarter of a second early. Here the silent steps at the beginning of a word's first symbol, all but one at most, go
    to the symbol before, if the silence lasts `LEAST_PAUSE_SECONDS` with what lies before it. A word that begins with
    the first symbol stays as it is: there is nothing before it.

    Args:
        path: (T,) positions that never go back.
        words: of the text.
        is_silent: (T,) whether the sound of a step is silence.
        seconds_per_step: the sound of one decoder step.

    Returns:
        (T,) a path that never goes back. It visits the same symbols, and those before words that attention passed over.

    Raises:
        ValueError: `is_silent` is not of the length of the path.

    Definition: this project.

    Example:
        >>> words, path = [Word("a", 0, 1), Word("b", 2, 3)], np.array([0, 0, 1, 2, 2, 2, 2])
        >>> silent = np.array([False, False, True, True, True, False, False])
        >>> path_with_pauses(path, words, silent, seconds_per_step=0.05).tolist()
        [0, 0, 1, 1, 1, 2, 2]
    """
    is_silent = np.asarray(is_silent, dtype=bool)
    if is_silent.shape != path.shape:
        raise ValueError(f"expected silence or sound of {len(path)} steps, found the shape {is_silent.shape}")
    least = math.ceil(LEAST_PAUSE_SECONDS / seconds_per_step - 1e-9)
    moved = path.copy()
    for word in words:
        start, stop = np.searchsorted(path, [word.start, word.start + 1])  # steps on its first symbol
        if word.start == 0 or stop - start < 2:
            continue
        sounding = np.flatnonzero(~is_silent[start : stop - 1])
        n_silent = int(sounding[0]) if len(sounding) else int(stop - start - 1)
        sounding_before = np.flatnonzero(~is_silent[:start])
        n_before = start - (int(sounding_before[-1]) + 1 if len(sounding_before) else 0)
        if n_silent > 0 and n_silent + n_before >= least:
            moved[start : start + n_silent] = word.start - 1
    return moved
