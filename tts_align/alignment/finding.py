"""A fault as the finders hand it on, before it gets its name and its times."""

from collections.abc import Sequence
from dataclasses import dataclass

from tts_align.alignment.words import Word


@dataclass(frozen=True)
class Finding:
    """Half-open spans of symbols and steps, the words hit, how bad it is and how often it happened (see `Event`)."""

    symbols: tuple[int, int]
    words: tuple[Word, ...]
    steps: tuple[int, int]
    severity: float
    times: int = 1


def finding_of_words(words: Sequence[Word], steps: tuple[int, int], severity: float) -> Finding:
    """A finding that spans whole words, which are at least one."""
    return Finding((words[0].start, words[-1].stop), tuple(words), steps, severity)


def words_within(words: Sequence[Word], start: int, stop: int) -> list[Word]:
    """The words that have a symbol in `[start, stop)`.

    Example:
        >>> [word.text for word in words_within([Word("a", 0, 1), Word("cat", 2, 5)], 1, 3)]
        ['cat']
    """
    return [word for word in words if word.start < stop and start < word.stop]
