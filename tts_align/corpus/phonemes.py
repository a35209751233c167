"""A text as groups of phonemes, each with the words that it says: the reading of a sentence for a neural voice."""

import difflib
import re
from dataclasses import dataclass
from typing import Protocol

from tts_align.corpus.spoken import Unit, units_of


@dataclass(frozen=True)
class Group:
    """Phonemes that are spoken as one, the word or words that they say, and the mark that ends their clause, if any."""

    words: tuple[str, ...]
    phonemes: str
    mark: str

    @property
    def label(self) -> str:
        return " ".join(self.words)


class Reader(Protocol):
    """What reads: `EspeakEngine`."""

    def clauses(self, text: str) -> list[tuple[str, str]]: ...

    def units(self, text: str) -> list[tuple[int, str]]: ...


def groups_of(text: str, reader: Reader) -> list[Group]:
    """Ties the phonemes of each clause to the words of the text.

    The reader says phonemes without words in one way (`clauses`, as the voice was trained on), and sounds with words
    in another (`units`). Where both spell alike they are tied; a stretch where they differ becomes one group over all
    its words, so that no time is ever guessed. A unit of k words and k groups gives each word its own.

    Returns:
        Groups in order; together their labels are the words of the text.
    """
    groups = [group for clause, used in reader.clauses(text) for group in _read(clause, used)]
    units = units_of(text, reader.units(text))
    blocks: list[tuple[list[Group], list[Unit]]] = []
    ours, theirs = [group.phonemes for group in groups], ["".join(unit.phones) for unit in units]
    for same, g0, g1, u0, u1 in difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if same == "equal":
            blocks += [([group], [unit]) for group, unit in zip(groups[g0:g1], units[u0:u1], strict=True)]
        else:
            blocks += _blocks(groups[g0:g1], units[u0:u1])
    return [group for said, units_said in _without_orphans(blocks) for group in _tied(said, units_said)]


def _read(clause: str, used: str) -> list[Group]:
    """The groups of a clause, the last with its mark; the reader looks one character ahead, so `used` may have one."""
    mark = re.search(r"([.,;:?!])\W*\w?$", used)
    phonemes = clause.split()
    return [Group((), each, mark[1] if mark and i == len(phonemes) - 1 else "") for i, each in enumerate(phonemes)]


def _blocks(groups: list[Group], units: list[Unit]) -> list[tuple[list[Group], list[Unit]]]:
    """Splits a stretch that is spelled in other pieces: groups that together spell the next unit belong to it."""
    blocks: list[tuple[list[Group], list[Unit]]] = []
    begin = 0
    for i, unit in enumerate(units):
        spelled, stop = "", begin
        while stop < len(groups) and len(spelled) < len("".join(unit.phones)):
            spelled, stop = spelled + groups[stop].phonemes, stop + 1
        if spelled != "".join(unit.phones):
            return [*blocks, (groups[begin:], units[i:])]
        blocks.append((groups[begin:stop], [unit]))
        begin = stop
    return [*blocks, (groups[begin:], [])] if begin < len(groups) else blocks


def _without_orphans(blocks: list[tuple[list[Group], list[Unit]]]) -> list[tuple[list[Group], list[Unit]]]:
    """Joins groups without a unit, and units without a group, to the block before (the first to the one after)."""
    whole: list[tuple[list[Group], list[Unit]]] = []
    for groups, units in blocks:
        if whole and not (groups and units and whole[-1][0] and whole[-1][1]):
            whole[-1] = (whole[-1][0] + groups, whole[-1][1] + units)
        else:
            whole.append((groups, units))
    return [(groups, units) for groups, units in whole if groups]


def _tied(groups: list[Group], units: list[Unit]) -> list[Group]:
    words = [word for unit in units for word in unit.words]
    if len(words) == len(groups):
        return [Group((word,), group.phonemes, group.mark) for word, group in zip(words, groups, strict=True)]
    phonemes = " ".join(group.phonemes + group.mark for group in groups[:-1])
    return [Group(tuple(words), f"{phonemes} {groups[-1].phonemes}".strip(), groups[-1].mark)]
