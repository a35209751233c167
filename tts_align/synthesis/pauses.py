"""How long a speaker is silent between two sentences."""

from tts_align.synthesis.sentences import Ends, Sentence

SECONDS: dict[Ends, float] = {"word": 0.1, "clause": 0.25, "sentence": 0.45, "paragraph": 0.9}
"""Silence after each kind of ending, at the pace that was learned."""


def pause_seconds(sentence: Sentence, rate: float = 1.0) -> float:
    """Silence after a sentence; who speaks fast pauses short.

    Formula: seconds of its ending / rate.

    Args:
        sentence: what was said.
        rate: pace of the speech, 1 as learned.

    Reference: Definition: this project.

    Example:
        >>> pause_seconds(Sentence("Yes.", "sentence")), pause_seconds(Sentence("Yes.", "paragraph"), rate=0.75)
        (0.45, 1.2)
    """
    return SECONDS[sentence.ends] / rate
