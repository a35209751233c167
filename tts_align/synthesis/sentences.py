"""A text of any length into the sentences that are spoken one by one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import sentencex

Ends = Literal["word", "clause", "sentence", "paragraph"]

MOST_CHARACTERS = 1000
"""A sentence of so many characters is spoken in one piece; a longer one is cut."""

_EMPTY_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LONE_HALF = re.compile("[\ud800-\udfff]")  # half of a character: bytes of the command line that are no UTF-8
_ITEM_NUMBER = re.compile(r"\W*\d{1,3}[.)]")
_CLOSING = "\"'’”»)]} "
_CLAUSE = ",;:-–—"


@dataclass(frozen=True)
class Sentence:
    """A part of a text that is spoken without a stop.

    Attributes:
        text: one line, at most `MOST_CHARACTERS`.
        ends: what ends with it; it chooses the pause that follows.
        is_cut: whether a sentence that was too long goes on in the next part.
    """

    text: str
    ends: Ends
    is_cut: bool = False


def split_sentences(text: str) -> Iterator[Sentence]:
    """Splits a text into sentences, one paragraph at a time: the rest of a book is not looked at before its turn.

    Empty lines part paragraphs, all other line ends are spaces. Within a paragraph the library sentencex knows
    abbreviations, initials, quotes and dots of omission. The number of a list item stays with its item, and marks
    without a letter stay with the sentence before. A sentence beyond `MOST_CHARACTERS` is cut after the last mark
    of a clause in the second half of what fits, else at the last space, else where it must be.

    Args:
        text: any text; one without a letter or digit is given as it is, so that whoever reads it can say so.

    Yields:
        The sentences in order.

    Example:
        >>> [one.text for one in split_sentences("Dr. Lee came at 5 p.m. to see us. “Who?” he said. Nobody.")]
        ['Dr. Lee came at 5 p.m. to see us.', '“Who?” he said.', 'Nobody.']
        >>> [(one.text, one.ends) for one in split_sentences("The End\\n\\nby\\nnobody")]
        [('The End', 'paragraph'), ('by nobody', 'paragraph')]
    """
    for paragraph in _paragraphs(_LONE_HALF.sub("\ufffd", text)):
        line = " ".join(paragraph.split())
        parts = _with_numbers_and_marks(sentencex.segment("en", line)) if line else []
        for number, part in enumerate(parts, 1):
            yield from cut_sentence(part, "paragraph" if number == len(parts) else "sentence")


def cut_sentence(text: str, ends: Ends) -> Iterator[Sentence]:
    """Cuts a sentence of one line into parts of at most `MOST_CHARACTERS`; a shorter one stays whole.

    Example:
        >>> [len(part.text) for part in cut_sentence("words, " * 200, "sentence")]
        [993, 405]
    """
    start = 0
    while len(text) - start > MOST_CHARACTERS:
        stop = start + _place_to_cut(text[start : start + MOST_CHARACTERS])
        piece = text[start:stop].strip()
        bare = piece.rstrip(_CLOSING)
        yield Sentence(piece, "clause" if bare and bare[-1] in _CLAUSE else "word", is_cut=True)
        start = stop
    yield Sentence(text[start:].strip(), ends)


def _paragraphs(text: str) -> Iterator[str]:
    start = 0
    for gap in _EMPTY_LINE.finditer(text):
        yield text[start : gap.start()]
        start = gap.end()
    yield text[start:]


def _with_numbers_and_marks(pieces: list[str]) -> list[str]:
    """Joins numbers of list items to what follows, and marks without a letter to what is before them."""
    joined: list[str] = []
    is_open = False  # whether the last part waits for what follows
    for piece in (piece.strip() for piece in pieces):
        has_letter = any(letter.isalnum() for letter in piece)
        if joined and piece and (is_open or not has_letter):
            joined[-1] += " " + piece
        elif piece:
            joined.append(piece)
        is_open = bool(joined) and (
            _ITEM_NUMBER.fullmatch(joined[-1]) is not None or not any(letter.isalnum() for letter in joined[-1])
        )
    return joined


def _place_to_cut(part: str) -> int:
    clause = max(part.rfind(mark + " ", len(part) // 2) for mark in _CLAUSE)
    if clause >= 0:
        return clause + 1
    space = part.rfind(" ", 1)
    return space if space > 0 else len(part)
