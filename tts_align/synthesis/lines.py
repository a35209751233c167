"""What there is to say of a text: its sentences, read in words and turned into symbols."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from tts_align.errors import TextError
from tts_align.noise import mix
from tts_align.synthesis.sentences import MOST_CHARACTERS, Sentence, cut_sentence, split_sentences
from tts_align.synthesis.speaker import Utterance
from tts_align.text import Alphabet, Reading, Unknown, read_text

_MOST_SPOKEN = 3 * MOST_CHARACTERS // 2  # characters of the words that a sentence is read as
_ORNAMENTS = set("*-_=~#•·.+ \u2013\u2014")


@dataclass(frozen=True)
class Line:
    """A sentence, how it is read, and what is spoken.

    Attributes:
        sentence: as it is written; a part of its words where those are too many for one piece.
        reading: in words.
    """

    sentence: Sentence
    reading: Reading


def read_lines(text: str, letters: str, unknown: Unknown) -> Iterator[Line]:
    """Reads a text of any length, sentence by sentence.

    Sentences of marks alone are not said, nor are rows of ornaments such as `* * *` between empty lines, nor what is
    empty after unknown characters were skipped.

    Args:
        text: any text.
        letters: of the voice's alphabet.
        unknown: what to do with characters that cannot be read.

    Raises:
        TextError: a sentence cannot be read, or there is nothing to say in all of the text.

    Example:
        >>> [line.reading.spoken for line in read_lines("Chapter 2.\\n\\n* * *\\n\\nYes!", "ceahptrtwoys .!", "error")]
        ['Chapter two.', 'Yes!']
    """
    n_lines = 0
    for number, sentence in enumerate(split_sentences(text), 1):
        if sentence.ends == "paragraph" and _ORNAMENTS.issuperset(sentence.text):
            continue
        reading = _read(sentence.text, letters, unknown, number)
        if any(letter.isalnum() for letter in reading.spoken):
            n_lines += 1
            yield from _in_parts(Line(sentence, reading))
    if n_lines == 0:
        raise TextError(
            where=f"text {_shorten(text)!r}",
            expected="at least one letter",
            found="nothing that can be spoken",
            fix="Give a text with at least one word.",
        )


def utterance_of(spoken: str, alphabet: Alphabet, seed: int, unknown: Unknown) -> Utterance:
    """The symbols of a text in words, with a seed that depends on them: the same in whatever text it stands."""
    symbols = tuple(alphabet.encode(spoken, unknown))
    return Utterance(spoken, symbols, mix(seed, zlib.crc32("".join(symbols).encode())))


def _in_parts(line: Line) -> Iterator[Line]:
    """The line itself, or where its numbers became too many words, parts of those."""
    if len(line.reading.spoken) <= _MOST_SPOKEN:
        yield line
        return
    for number, part in enumerate(cut_sentence(line.reading.spoken, line.sentence.ends)):
        pieces = line.reading.pieces if number == 0 else ()  # to be told once
        yield Line(part, Reading(part.text, part.text, pieces))


def _read(text: str, letters: str, unknown: Unknown, number: int) -> Reading:
    try:
        return read_text(text, unknown, letters)
    except TextError as error:
        where = error.where if number == 1 else f"sentence {number}, {error.where}"
        raise TextError(where=where, expected=error.expected, found=error.found, fix=error.fix) from error


def _shorten(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 3] + "..."
