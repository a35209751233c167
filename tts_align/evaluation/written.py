"""The written characters that a fault is about."""

from tts_align.alignment import Alignment, Event, words_of
from tts_align.text import Reading


def written_of(event: Event, alignment: Alignment, reading: Reading) -> str:
    """What stands in the written text where the words of an event come from.

    Args:
        event: of the alignment.
        alignment: of the words that were spoken.
        reading: of the written text into these words.

    Returns:
        The written characters; empty for an event without words (babble).

    Example:
        >>> import numpy as np
        >>> from tts_align.text import read_text
        >>> reading = read_text("He paid $3.")
        >>> alignment = Alignment(np.eye(len(reading.spoken)), tuple(reading.spoken), 0.1, text=reading.spoken)
        >>> written_of(Event("skip", (14, 21), ("dollars",), (13, 13), (1.3, 1.3), 1.0), alignment, reading)
        '$3'
    """
    start, stop = event.symbols
    heard, said = words_of(alignment.symbols, reading.spoken), words_of(reading.spoken)
    found = [said[i] for i, word in enumerate(heard) if word.start < stop and word.stop > start and i < len(said)]
    return reading.written_at(found[0].start, found[-1].stop) if found else ""
