"""Which symbols make which word."""

import functools
import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

_NO_SPACE = re.compile(r"\S+")


class Word(NamedTuple):
    """A word of the text and the half-open span `[start, stop)` of its symbols."""

    text: str
    start: int
    stop: int

    @property
    def n_symbols(self) -> int:
        """How many symbols the word has (at least 1)."""
        return self.stop - self.start


def words_of(symbols: Sequence[str], text: str = "") -> list[Word]:
    """Finds the words in a row of symbols, and their names in the text that the symbols came from.

    A word is a longest run of symbols between white space, with punctuation stripped off both ends, kept only if a
    letter or digit is in it. Marks such as `<end>` (a name in angle brackets) part words as white space does. Symbols
    of several characters (phones such as `AH0`) are letters.

    Args:
        symbols: (N,) one string each.
        text: as it was given. If it has as many words they are named as there: phones of a word make no name.

    Returns:
        The words in order; their spans do not overlap. Definition: this project.

    Example:
        >>> [(word.text, word.start, word.stop) for word in words_of([*"Don't (stop)!", "<end>"])]
        [("Don't", 0, 5), ('stop', 7, 11)]
        >>> words_of(["OW1", ",", " ", "K", "AE1", "T", "<end>"], "Oh, cat")
        [Word(text='Oh', start=0, stop=1), Word(text='cat', start=3, stop=6)]
    """
    characters = symbols if isinstance(symbols, str) else "".join(map(_stand_in, symbols))
    spans = _spans(characters)
    is_text = characters[: len(text)] in (text, text.lower()) and not characters[len(text) :].strip()
    named = spans if is_text else _spans(text)
    if len(named) == len(spans):
        names = [text[start:stop] for start, stop in named]
    else:
        names = ["".join(symbols[start:stop]) for start, stop in spans]
    return [Word(name, start, stop) for name, (start, stop) in zip(names, spans, strict=True)]


def letters_of(words: Sequence[Word], symbols: Sequence[str]) -> list[Word]:
    """Each letter or phone of the words as a word of its own.

    Example:
        >>> [letter.text for letter in letters_of(words_of("it's."), "it's.")]
        ['i', 't', 's']
    """
    places = [place for word in words for place in range(word.start, word.stop) if is_letter(symbols[place])]
    return [Word(symbols[place], place, place + 1) for place in places]


@functools.lru_cache(4096)
def is_letter(symbol: str) -> bool:
    """Says whether a symbol is spoken: a letter, digit, combining sign or phone; not punctuation, space or a mark.

    Example:
        >>> [is_letter(symbol) for symbol in ("a", "7", "é", "AH0", ",", " ", "<end>")]
        [True, True, True, True, False, False, False]
    """
    return not is_break(symbol) and any(unicodedata.category(character)[0] in "LNM" for character in symbol)


@functools.lru_cache(4096)
def is_break(symbol: str) -> bool:
    """Says whether a symbol parts words: white space, nothing at all, or a mark in angle brackets.

    Example:
        >>> [is_break(symbol) for symbol in (" ", "<end>", "<", "-")]
        [True, True, False, False]
    """
    return not symbol.strip() or (len(symbol) > 2 and symbol.startswith("<") and symbol.endswith(">"))


@functools.lru_cache(4096)
def _stand_in(symbol: str) -> str:
    """One character that is of the same kind as a symbol."""
    if len(symbol) == 1:
        return symbol
    return " " if is_break(symbol) else "a" if is_letter(symbol) else "-"


def _spans(characters: str) -> list[tuple[int, int]]:
    spans = []
    for match in _NO_SPACE.finditer(characters):
        start, stop = match.span()
        while start < stop and not is_letter(characters[start]):
            start += 1
        while stop > start and not is_letter(characters[stop - 1]):
            stop -= 1
        if stop > start:
            spans.append((start, stop))
    return spans
