"""What the utterances of other systems should say: from an argument, a file, a corpus, or beside the matrix."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tts_align.errors import FileError, TextError

_ENDINGS = re.compile(r"[-_.](attn|att_ws?|attentions?|alignments?|align)$", re.IGNORECASE)
_SUFFIXES = re.compile(r"\.(wav|flac|mp3|ogg|npy|npz|pth?)$", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """What an utterance should say: the text for people, and the symbols that were encoded."""

    text: str
    symbols: tuple[str, ...]


@dataclass(frozen=True)
class Texts:
    """The texts that are known by name.

    Args:
        by_name: the text of each id.
        of_all: the text of every utterance, if there is only one.

    Example:
        >>> texts = Texts({"LJ001-0001": Said("cat", ("c", "a", "t"))})
        >>> texts.find("speech/LJ001-0001_attn").text
        'cat'
    """

    by_name: dict[str, Said] = field(default_factory=dict)
    of_all: Said | None = None

    def named(self, name: str) -> Said | None:
        """The text of this very utterance: of its full name, its name without folders or without such as `_attn`."""
        short = name.rsplit("/", 1)[-1]
        for each in (name, short, plain_name(short)):
            if each in self.by_name:
                return self.by_name[each]
        return None

    def find(self, name: str) -> Said | None:
        """The text of this utterance, or of all."""
        return self.named(name) or self.of_all

    def count(self, name: str) -> int:
        """How many utterances of a batch are known: `name[0]`, `name[1]` and so on."""
        n = 0
        while self.named(f"{name}[{n}]") is not None:
            n += 1
        return n


def said(encoded: str, phones: str | None = None, written: str = "") -> Said:
    """Makes symbols of a text.

    Args:
        encoded: the text as it was encoded.
        phones: if given, the symbols are parted by spaces, and this one stands between words.
        written: the words as people write them, if they are known, too.

    Example:
        >>> said("HH AY1 | DH EH1 R", phones="|", written="Hi there")
        Said(text='Hi there', symbols=('HH', 'AY1', ' ', 'DH', 'EH1', 'R'))
        >>> said("hi").symbols
        ('h', 'i')
    """
    if phones is None:
        return Said(encoded, tuple(encoded))
    symbols = tuple(" " if symbol == phones else symbol for symbol in encoded.split())
    return Said(written or encoded, symbols)


def plain_name(name: str) -> str:
    """The name of an utterance without what some systems put behind it for its attention.

    Example:
        >>> plain_name("LJ001-0001_attn"), plain_name("a-b")
        ('LJ001-0001', 'a-b')
    """
    return _ENDINGS.sub("", name)


def read_texts(path: Path, phones: str | None = None) -> Texts:
    """Reads a file with one text, or lines of id|text (the last column counts), or such a metadata.csv of a corpus.

    With phones, a line id|text|phones has the words as people write them in the middle.

    Raises:
        FileError: it cannot be read.
        TextError: it is neither.
    """
    file = path / "metadata.csv" if path.is_dir() else path
    lines = _lines(file)
    if len(lines) == 1 and len(_columns(lines[0], phones)) == 1:
        return Texts(of_all=said(lines[0], phones))
    wrong = next((number for number, line in enumerate(lines, 1) if len(_columns(line, phones)) == 1), None)
    if wrong is not None or not lines:
        found = f"no | in line {wrong}" if wrong else "an empty file"
        fix = "Put the name of the matrix's file and a | before each text."
        raise TextError(where=str(file), expected="one text, or lines of id|text", found=found, fix=fix)
    return Texts(_by_name(lines, phones))


def read_text_beside(path: Path, name: str, phones: str | None = None) -> Texts:
    """Reads NAME.txt beside a matrix: its text, or those of its batch, one on each line, with id| or without.

    Example:
        >>> read_text_beside(Path("nowhere/a.npy"), "a")
        Texts(by_name={}, of_all=None)
    """
    file = path.with_suffix(".txt")
    if not file.is_file():
        return Texts()
    lines = _lines(file)
    if not lines:
        raise TextError(where=str(file), expected="a text", found="an empty file", fix="Write the text to it.")
    if all(len(_columns(line, phones)) > 1 for line in lines):
        return Texts(_by_name(lines, phones))
    if len(lines) == 1:
        return Texts({name: said(lines[0], phones)})
    return Texts({f"{name}[{i}]": said(line, phones) for i, line in enumerate(lines)})


def _lines(file: Path) -> list[str]:
    try:
        content = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        found = getattr(error, "strerror", None) or str(error)
        fix = "Check it; --text-file takes a text, lines of id|text, or the folder of a corpus."
        raise FileError(where=str(file), expected="a text file in UTF-8", found=found, fix=fix) from error
    return [line.rstrip("\r") for line in content.split("\n") if line.strip()]


def _columns(line: str, phones: str | None) -> list[str]:
    """The columns of a line; if | is also what stands between words of phones, that one has a space before it."""
    return re.split(r"(?<! )\|" if phones == "|" else r"\|", line)


def _by_name(lines: Sequence[str], phones: str | None) -> dict[str, Said]:
    found: dict[str, Said] = {}
    for line in lines:
        name, *texts = _columns(line, phones)
        one = said(texts[-1] or texts[0], phones, texts[0] if phones is not None and len(texts) > 1 else "")
        name = _SUFFIXES.sub("", name.strip())
        found[name] = one
        found.setdefault(name.rsplit("/", 1)[-1], one)
    return found
