"""A text file of sentences to speak: one a line, with or without ids."""

import os
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tts_align.alignment.words import words_of
from tts_align.errors import CorpusError

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")


@dataclass(frozen=True)
class Sentence:
    """A text to speak and the name of its files."""

    id: str
    text: str


def read_sentences(path: str | os.PathLike[str], prefix: str = "", digits: bool = False) -> list[Sentence]:
    """Reads sentences: lines `text`, which get ids by their number, or `id|text`, which keep theirs.

    UTF-8 with or without a byte order mark, LF or CRLF, blank lines skipped. In `id|raw text|normalized text` the last
    column is spoken.

    Args:
        path: the file.
        prefix: put before every id.
        digits: whether texts may have them; those that are spoken into a corpus may not.

    Raises:
        CorpusError: the file is missing, empty or no UTF-8 text; a line has digits against the rule, no word, a strange
            or a second id.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "lines.txt"
        >>> _ = path.write_text("Hello!\\n\\nHow are you?\\n")
        >>> read_sentences(path, prefix="demo-")
        [Sentence(id='demo-00001', text='Hello!'), Sentence(id='demo-00002', text='How are you?')]
    """
    path = Path(path)
    lines = [(number, line.strip()) for number, line in enumerate(_text(path).split("\n"), start=1) if line.strip()]
    if not lines:
        raise _wrong(path, None, "at least one sentence", "none", "Write one sentence a line.")
    named = "|" in lines[0][1]
    sentences: list[Sentence] = []
    seen: dict[str, int] = {}
    for count, (number, line) in enumerate(lines, start=1):
        if ("|" in line) != named:
            raise _wrong(path, number, "lines all with an id or all without", repr(line[:40]), "Mend the line.")
        columns = [column.strip() for column in line.split("|")]
        sentence = Sentence(prefix + (columns[0] if named else f"{count:05d}"), columns[-1])
        _check(path, number, sentence, len(columns))
        if not digits:
            _check_digits(path, number, sentence.text)
        if sentence.id in seen:
            raise _wrong(
                path, number, "an id of its own", f"{sentence.id!r} of line {seen[sentence.id]} again", "Rename one."
            )
        seen[sentence.id] = number
        sentences.append(sentence)
    return sentences


def sentence_lines(sentences: Iterable[Sentence]) -> str:
    """The content of an `id|text` file."""
    return "".join(f"{sentence.id}|{sentence.text}\n" for sentence in sentences)


def _text(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte 0x{error.object[error.start]:02x} at offset {error.start}"
        raise _wrong(path, None, "text in UTF-8", found, "Save the file as UTF-8.") from error
    except OSError as error:
        found = error.strerror or str(error)
        raise _wrong(path, None, "a text file", found, "Name a file with one sentence a line.") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check(path: Path, number: int, sentence: Sentence, n_columns: int) -> None:
    strange = [letter for letter in sentence.text if unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn")]
    if not _ID.fullmatch(sentence.id):
        found, fix = repr(sentence.id[:40]), "Use letters, digits, '-', '_' and '.'."
        raise _wrong(path, number, "an id that can name a file", found, fix)
    if n_columns > 3:
        found, fix = f"{n_columns} columns", "Take the '|' out of the text."
        raise _wrong(path, number, "'id|text'", found, fix)
    if strange:
        found, fix = f"the character U+{ord(strange[0]):04X}", "Remove it, or check that this is a text file."
        raise _wrong(path, number, "text", found, fix)
    if not words_of(sentence.text):
        raise _wrong(path, number, "a sentence with a word", repr(sentence.text[:40]), "Remove the line.")


def _check_digits(path: Path, number: int, text: str) -> None:
    digits = re.findall(r"\d+", text)
    if digits:
        fix = "Write numbers out: voices group digits in ways that leave no timing per word."
        raise _wrong(path, number, "text without digits", repr(digits[0]), fix)


def _wrong(path: Path, number: int | None, expected: str, found: str, fix: str) -> CorpusError:
    where = str(path) if number is None else f"{path}, line {number}"
    return CorpusError(where=where, expected=expected, found=found, fix=fix)
