"""What a speaking engine returns: sound, and when each word and phone of it was said."""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from tts_align.alignment.textgrid import Interval
from tts_align.alignment.words import Word, words_of


@dataclass(frozen=True)
class Spoken:
    """One utterance with its true timings.

    Attributes:
        wave: (S,) int16.
        sample_rate: samples per second.
        words: in order of time; words that are spoken as one ("of the") are one interval with both in its label.
        phones: in order of time; pauses are gaps, phones that got no sample are left out.
    """

    wave: np.ndarray
    sample_rate: int
    words: tuple[Interval, ...]
    phones: tuple[Interval, ...]

    @property
    def seconds(self) -> float:
        return len(self.wave) / self.sample_rate


class Engine(Protocol):
    """Whatever speaks: the same engine over the same texts in the same order says the same samples."""

    def speak(self, text: str) -> Spoken: ...

    def describe(self) -> dict[str, object]:
        """What made the sound: `sample_rate` and whatever else decides the samples."""
        ...


@dataclass(frozen=True)
class Sound:
    """A phone in samples, and the 0-based index of the character that its word begins near."""

    start: int
    stop: int
    label: str
    position: int


def tiers_of(text: str, sounds: Sequence[Sound], rate: int) -> tuple[tuple[Interval, ...], tuple[Interval, ...]]:
    """The word and phone tiers of sounds that know near which character their word begins.

    A sound belongs to the last word whose territory begins at or before its position; words that no sound points to
    were spoken together with the word before.

    Args:
        text: what was said.
        sounds: in order of time.
        rate: samples per second.

    Returns:
        Words and phones.

    Example:
        >>> sounds = [Sound(0, 9, "ʌ", 0), Sound(9, 20, "ðə", 0), Sound(25, 50, "ˈɛnd", 7)]
        >>> words, phones = tiers_of("of the end", sounds, rate=10)
        >>> [(word.label, word.start_seconds, word.stop_seconds) for word in words]
        [('of the', 0.0, 2.0), ('end', 2.5, 5.0)]
    """
    units = units_of(text, [(each.position, each.label) for each in sounds])
    words, begin = [], 0
    for unit in units:
        first, last = sounds[begin], sounds[begin + len(unit.phones) - 1]
        words.append(Interval(first.start / rate, last.stop / rate, " ".join(unit.words)))
        begin += len(unit.phones)
    return tuple(words), tuple(Interval(each.start / rate, each.stop / rate, each.label) for each in sounds)


@dataclass(frozen=True)
class Unit:
    """Phones that are spoken as one, and the words that they say."""

    words: tuple[str, ...]
    phones: tuple[str, ...]


def units_of(text: str, phones: Sequence[tuple[int, str]]) -> list[Unit]:
    """Gathers phones into units, each of one word or of several that are spoken as one.

    Args:
        text: what was said.
        phones: in order, each with the index of the character that its word begins near.

    Returns:
        Units whose words together are the words of the text.

    Example:
        >>> units_of("of the end", [(0, "ʌ"), (0, "v"), (0, "ðə"), (7, "ˈɛnd")])
        [Unit(words=('of', 'the'), phones=('ʌ', 'v', 'ðə')), Unit(words=('end',), phones=('ˈɛnd',))]
    """
    words, starts = words_of(text), territories(text)
    firsts: list[int] = []  # per unit, the index of its first word
    gathered: list[list[str]] = []
    for position, phone in phones:
        word = bisect.bisect_right(starts, position) - 1
        if not firsts or word > firsts[-1]:
            firsts.append(word if firsts else 0)
            gathered.append([])
        gathered[-1].append(phone)
    ends = [*firsts[1:], len(words)]
    return [
        Unit(tuple(word.text for word in words[first:stop]), tuple(each))
        for first, stop, each in zip(firsts, ends, gathered, strict=False)
    ]


def territories(text: str) -> list[int]:
    """For each word of the text, where the characters that count as its own begin: behind the token of the word before.

    Example:
        >>> territories('He said -- "no".')
        [0, 2, 7]
    """
    words = words_of(text)
    return [0, *(_token_stop(text, word) for word in words[:-1])] if words else []


def _token_stop(text: str, word: Word) -> int:
    stop = word.stop
    while stop < len(text) and not text[stop].isspace():
        stop += 1
    return stop
