"""The alphabet: which symbols a model reads, and their ids."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from tts_align.errors import TextError
from tts_align.text.lexicon import PHONES, Pronunciations, load_lexicon
from tts_align.text.normalization import normalize

PAD = "<pad>"
END = "<end>"
DEFAULT_LETTERS = " abcdefghijklmnopqrstuvwxyz!\"'(),-.:;?"

Unknown = Literal["error", "skip", "map"]

_RUN = re.compile(r" |[^ ]+")


class Alphabet:
    """An ordered set of symbols; a symbol's place is its id.

    `<pad>` has id 0 and never occurs in a text; `<end>` has id 1 and closes every text, so that attention has a
    place to rest when all is said. With a lexicon, phones follow the letters, and stand in a text for the words that
    the lexicon knows.

    Args:
        letters: one-character symbols in id order, each once.
        pronunciations: name of the lexicon; `none` reads every word by its letters.

    Raises:
        TextError: `letters` is empty, has a character twice, or one that no normalized text has (a capital, a curly
            quote).

    Example:
        >>> alphabet = Alphabet(DEFAULT_LETTERS)
        >>> alphabet.encode("Oh, no!")
        ['o', 'h', ',', ' ', 'n', 'o', '!', '<end>']
        >>> alphabet.ids(alphabet.encode("ab"))
        array([3, 4, 1])
        >>> Alphabet(DEFAULT_LETTERS, "cmudict").encode("Oh, Zxq!")
        ['OW1', ',', ' ', 'z', 'x', 'q', '!', '<end>']
    """

    def __init__(self, letters: str = DEFAULT_LETTERS, pronunciations: Pronunciations = "none"):
        repeated = sorted({letter for letter in letters if letters.count(letter) > 1})
        if not letters or repeated:
            raise TextError(
                where="alphabet",
                expected="at least one letter, each once",
                found=f"{repeated} more than once" if repeated else "no letter",
                fix="Mend `letters` in the [text] table of the recipe.",
            )
        never_seen = [letter for letter in letters if normalize(f".{letter}.") != f".{letter}."]
        if never_seen:
            raise TextError(
                where="alphabet",
                expected="letters as in normalized text: composed, lower case, plain quotes, dashes and spaces",
                found=", ".join(f"{letter!r} (U+{ord(letter):04X})" for letter in never_seen[:5]),
                fix=f"Write {normalize(''.join(never_seen))!r} in their place, or leave them out.",
            )
        self.letters = letters
        self.pronunciations = pronunciations
        phones = () if pronunciations == "none" else PHONES
        self.symbols: tuple[str, ...] = (PAD, END, *letters, *phones)
        self._ids = {symbol: i for i, symbol in enumerate(self.symbols)}

    def __len__(self) -> int:
        return len(self.symbols)

    def unknown(self, text: str) -> list[tuple[int, str]]:
        """Position and character of everything in the normalized text that is not in the alphabet.

        Example:
            >>> Alphabet("ab ").unknown("a cab")
            [(2, 'c')]
        """
        return [(i, letter) for i, letter in enumerate(normalize(text)) if letter not in self._ids]

    def encode(
        self, text: str, unknown: Unknown = "error", is_spelled: Callable[[int], bool] | None = None
    ) -> list[str]:
        """The symbols of a text, normalized and closed by `<end>`.

        Words are the same ones, and in the same order, as in the text, whether they are letters or phones.

        Args:
            text: any text.
            unknown: what to do with characters outside the alphabet: `error`; `skip` leaves them out; `map` takes
                the letters under accents and ligatures (é to e), and is an error where there are none.
            is_spelled: says of a word, by its place among the words, whether it stays in letters though it is known.

        Returns:
            N symbols, the last of them `<end>`.

        Raises:
            TextError: a character is outside the alphabet, or no letter or digit is left to say.

        Example:
            >>> Alphabet().encode("né", unknown="map")
            ['n', 'e', '<end>']
        """
        plain = self._readable(text, unknown)
        if self.pronunciations == "none":
            return [*plain, END]
        lexicon = load_lexicon(self.pronunciations)
        symbols: list[str] = []
        n_words = 0
        for run in _RUN.findall(plain):
            is_word = any(letter.isalnum() for letter in run)
            spelled = is_word and is_spelled is not None and is_spelled(n_words)
            symbols += run if spelled else lexicon.read(run)
            n_words += is_word
        return [*symbols, END]

    def ids(self, symbols: Sequence[str]) -> np.ndarray:
        """Ids of symbols.

        Args:
            symbols: N symbols of this alphabet.

        Returns:
            (N,) int64.

        Raises:
            TextError: a symbol is not in the alphabet.
        """
        strange = [symbol for symbol in symbols if symbol not in self._ids]
        if strange:
            raise TextError(
                where="symbols",
                expected=f"symbols of the alphabet {self.letters!r}",
                found=f"{strange[0]!r}",
                fix="Use encode() of the same alphabet.",
            )
        return np.array([self._ids[symbol] for symbol in symbols], dtype=np.int64)

    def _readable(self, text: str, unknown: Unknown) -> str:
        """The normalized text in characters of this alphabet."""
        plain = normalize(text)
        if unknown == "map":
            plain = "".join(letter if letter in self._ids else self._under_accents(letter) for letter in plain)
        outside = self.unknown(plain)
        if unknown == "skip":
            plain = normalize("".join(letter for letter in plain if letter in self._ids))
        elif outside:
            raise TextError(
                where=f"text {_shorten(text)!r}",
                expected="characters of the alphabet only",
                found=_describe(outside),
                fix="Write them out in letters, or pass --unknown skip (leave out) or --unknown map (é becomes e).",
            )
        if not any(letter.isalnum() for letter in plain):
            raise TextError(
                where=f"text {_shorten(text)!r}",
                expected="at least one letter",
                found="nothing that can be spoken",
                fix="Give a text with at least one word.",
            )
        return plain

    def _under_accents(self, letter: str) -> str:
        plain = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
        plain = plain.lower()
        return plain if plain and all(part in self._ids for part in plain) else letter


def _describe(outside: list[tuple[int, str]], most: int = 5) -> str:
    shown = ", ".join(f"{letter!r} (U+{ord(letter):04X}) at position {i}" for i, letter in outside[:most])
    return shown + (f" and {len(outside) - most} more" if len(outside) > most else "")


def _shorten(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 3] + "..."
