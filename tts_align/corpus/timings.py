"""When each word of a text was said, from a TextGrid that spells words its own way."""

import difflib
import itertools
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tts_align.alignment.textgrid import Interval, read_textgrid
from tts_align.alignment.timings import plain_letters
from tts_align.errors import AlignmentError


@dataclass(frozen=True)
class WordTime:
    """The time of one word of a text; `stop_seconds` is None where only the onset is known."""

    word_index: int
    start_seconds: float
    stop_seconds: float | None


def word_onsets(words: Sequence[str], textgrid_path: str | os.PathLike[str]) -> list[WordTime]:
    """The times of the words of a text, from the tier `words`.

    Case, accents, punctuation and hyphens do not matter. An interval may hold several words: the first gets its start
    and the last its stop, and those without a start are left out. So are words that the tier spells in another way
    (numbers, `<unk>`) and a word of which it is unclear which of two it is: nothing is guessed.

    Args:
        words: the words of the text in order.
        textgrid_path: a file with an interval tier `words`.

    Returns:
        In order of the words, at most one for each.

    Raises:
        AlignmentError: the file is missing or broken, or has no tier `words`.

    Example:
        >>> import tempfile
        >>> from tts_align.alignment.textgrid import Interval, write_textgrid
        >>> path = tempfile.mkdtemp() + "/a.TextGrid"
        >>> write_textgrid(path, {"words": [Interval(0.1, 0.3, "of the"), Interval(0.3, 0.6, "end")]}, 1.0)
        >>> word_onsets(["Of", "the", "End"], path)  # doctest: +NORMALIZE_WHITESPACE
        [WordTime(word_index=0, start_seconds=0.1, stop_seconds=None),
         WordTime(word_index=2, start_seconds=0.3, stop_seconds=0.6)]
    """
    return word_times(words, word_tier(read_textgrid(textgrid_path), textgrid_path))


def word_tier(tiers: Mapping[str, list[Interval]], textgrid_path: str | os.PathLike[str]) -> list[Interval]:
    """The tier `words` of a TextGrid.

    Raises:
        AlignmentError: there is none; `textgrid_path` is named in the message.

    Example:
        >>> word_tier({"words": [Interval(0.1, 0.3, "end")]}, "a.TextGrid")[0].label
        'end'
    """
    if "words" not in tiers:
        raise AlignmentError(
            where=str(textgrid_path),
            expected="an interval tier named 'words'",
            found=f"the tiers {sorted(tiers)}" if tiers else "no interval tier",
            fix="Rename the tier that holds the words.",
        )
    return tiers["words"]


def word_times(words: Sequence[str], intervals: Sequence[Interval]) -> list[WordTime]:
    """The times of the words of a text, from intervals that may spell them in another way, as `word_onsets` says.

    Args:
        words: the words of the text in order.
        intervals: in order of time.

    Returns:
        In order of the words, at most one for each.

    Example:
        >>> word_times(["Of", "the", "End"], [Interval(0.1, 0.3, "the"), Interval(0.3, 0.6, "end")])[1]
        WordTime(word_index=2, start_seconds=0.3, stop_seconds=0.6)
    """
    ours = _parts(words)
    theirs = _parts([interval.label for interval in intervals])
    times: dict[int, WordTime] = {}
    for our, their in _matches(ours, theirs):
        interval = intervals[their.owner]
        if our.is_first and their.is_first:
            times[our.owner] = WordTime(our.owner, interval.start_seconds, None)
        if our.is_last and their.is_last and our.owner in times:
            start = times[our.owner].start_seconds
            times[our.owner] = WordTime(our.owner, start, interval.stop_seconds)
    return list(times.values())


@dataclass(frozen=True)
class _Part:
    """A piece of a word, or of an interval's label, and whether it opens or closes it."""

    key: str
    owner: int
    is_first: bool
    is_last: bool


def _parts(spellings: Sequence[str]) -> list[_Part]:
    parts = []
    for owner, spelling in enumerate(spellings):
        keys = [key for key in map(plain_letters, _SPLIT.split(spelling)) if key]
        if spelling.startswith("<"):  # a mark such as <unk>, which is no word
            keys = [spelling]
        parts += [_Part(key, owner, i == 0, i == len(keys) - 1) for i, key in enumerate(keys)]
    return parts


_SPLIT = re.compile(r"[\s\-‐‑–—/]+")


def _matches(ours: Sequence[_Part], theirs: Sequence[_Part]) -> list[tuple[_Part, _Part]]:
    """Pairs of equal parts in order, without those beside a gap that has the same word once more."""
    matcher = difflib.SequenceMatcher(None, [part.key for part in ours], [part.key for part in theirs], autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    edges = [(0, 0), *((block.a + block.size, block.b + block.size) for block in blocks)]
    starts = [*((block.a, block.b) for block in blocks), (len(ours), len(theirs))]
    gaps = [
        {part.key for part in itertools.chain(ours[a0:a1], theirs[b0:b1])}
        for (a0, b0), (a1, b1) in zip(edges, starts, strict=True)
    ]
    pairs = []
    for block, before, after in zip(blocks, gaps, gaps[1:], strict=False):
        first, stop = block.a, block.a + block.size
        while first < stop and ours[first].key in before:
            first += 1
        while first < stop and ours[stop - 1].key in after:
            stop -= 1
        pairs += [(ours[i], theirs[i - block.a + block.b]) for i in range(first, stop)]
    return pairs
