"""The lexicon: words to phones, by the CMU Pronouncing Dictionary and a few plain rules of English."""

import bisect
import functools
import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

Pronunciations = Literal["none", "cmudict"]

_VOWELS = ("AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW")
_CONSONANTS = "B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH"
PHONES = (*(vowel + stress for vowel in _VOWELS for stress in "012"), *_CONSONANTS.split())

_HISSING = {"S", "Z", "SH", "ZH", "CH", "JH"}
_VOICELESS = {"P", "T", "K", "F", "TH"}
_MARKS = "-.,:;!?\"()[]/'"  # may stand around a word
_JOINT = re.compile(r"[-.,:;!?\"()\[\]/]+")  # may stand between the parts of a compound


class Lexicon:
    """Words that have a pronunciation.

    Args:
        entries: pronunciation of each word in lower case, phones with a space between.

    Example:
        >>> lexicon = Lexicon({"well": "W EH1 L", "known": "N OW1 N", "cat": "K AE1 T", "a.m.": "EY2 EH1 M"})
        >>> lexicon.phones("cat's")
        ('K', 'AE1', 'T', 'S')
        >>> " ".join(lexicon.read('"well-known'))
        '" W EH1 L - N OW1 N'
    """

    def __init__(self, entries: Mapping[str, str]):
        self._entries = entries

    def phones(self, word: str) -> tuple[str, ...] | None:
        """The phones of a word; one in `'s` that is not listed has those of its stem and S, Z or IH0 Z.

        Args:
            word: normalized, without punctuation around it.

        Returns:
            One phone or more of `PHONES`, or None for an unknown word.
        """
        listed = self._entries.get(word)
        if listed is not None:
            return tuple(listed.split())
        stem = self._entries.get(word.removesuffix("'s"))
        return None if stem is None else (*stem.split(), *_genitive(stem.split()[-1]))

    def read(self, run: str) -> list[str]:
        """The symbols of a run of characters: phones for what is known, the characters themselves for the rest.

        A compound that is not listed is read part by part. Every mark stays where it is, but for those within a listed
        word (`a.m.`, `x-ray`), so that a run is one word before and after.

        Args:
            run: normalized text without white space.

        Returns:
            One symbol or more.
        """
        core = run.strip(_MARKS)
        if not core:
            return list(run)
        before, _, after = run.partition(core)
        phones = self._in_place(core, before, after)
        if phones is not None:
            return [*before, *phones, *after]
        joint = _JOINT.search(core)
        if joint is None:
            return list(run)
        return self.read(before + core[: joint.end()]) + self.read(core[joint.end() :] + after)

    def _in_place(self, core: str, before: str, after: str) -> tuple[str, ...] | None:
        """The phones of a word between its marks: `'em` and `vs.` may be listed with them, other than without."""
        forms = ["'" + core] if before.endswith("'") else []
        forms += [core + "."] if after.startswith(".") else []
        forms += [core]
        forms += [core + "'"] if after.startswith("'") else []
        return next((phones for form in forms if (phones := self.phones(form)) is not None), None)


@functools.cache
def load_lexicon(name: Literal["cmudict"]) -> Lexicon:
    """The lexicon of that name, read when it is first asked for: about 126,000 words, a fiftieth of a second.

    The list is that of the CMU Pronouncing Dictionary (Carnegie Mellon University; its notice is in `cmudict.LICENSE`),
    sorted, without its remarks and with the first pronunciation of each word only.

    Example:
        >>> load_lexicon("cmudict").phones("hello")
        ('HH', 'AH0', 'L', 'OW1')
    """
    text = gzip.decompress(Path(__file__).with_name(f"{name}.gz").read_bytes()).decode("ascii")
    return Lexicon(_SortedLines(text.splitlines()))


def is_spelled(utterance_id: str, word: int, share: float) -> bool:
    """Says whether a word of an utterance is one of those that are spelled though they are known; always the same.

    Args:
        utterance_id: of the utterance.
        word: its place among the words, from 0.
        share: of all words, in [0, 1].

    Example:
        >>> sum(is_spelled("LJ001-0001", word, share=0.1) for word in range(1000))
        102
    """
    digest = hashlib.blake2b(f"{utterance_id}\n{word}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) < share * 2**64


class _SortedLines(Mapping[str, str]):
    """Lines of a word, a space and its phones, looked up in place: a dict of them takes longer than to speak a word."""

    def __init__(self, lines: Sequence[str]):
        self._lines = lines

    def __getitem__(self, word: str) -> str:
        start = word + " "
        place = bisect.bisect_left(self._lines, start)
        if place == len(self._lines) or not self._lines[place].startswith(start):
            raise KeyError(word)
        return self._lines[place].removeprefix(start)

    def __iter__(self) -> Iterator[str]:
        return (line.partition(" ")[0] for line in self._lines)

    def __len__(self) -> int:
        return len(self._lines)


def _genitive(last: str) -> tuple[str, ...]:
    if last in _HISSING:
        return ("IH0", "Z")
    return ("S",) if last in _VOICELESS else ("Z",)
