"""Reading: a text is gone through once, and each piece that is not a plain word is read by the first rule for it."""

import re
import unicodedata

from tts_align.errors import TextError
from tts_align.text.alphabet import DEFAULT_LETTERS, Unknown
from tts_align.text.normalization import normalize
from tts_align.text.reading.record import Piece, Reading
from tts_align.text.reading.rule import Rule
from tts_align.text.reading.rules import LOWER_RULES, NUMBER_RULES, SYMBOL_RULES, UPPER_RULES

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]")
_AS_PLAIN = {ord(quote): "'" for quote in "‘’‛ʼ`´′"} | {ord(quote): '"' for quote in "“”„″"}
_AS_PLAIN |= {ord(slash): "/" for slash in "⁄∕"}
_AS_PLAIN |= {ord(dash): "-" for dash in "–‐‑‒−"} | {ord(space): " " for space in "\t\n\r\v\f\u00a0\u2007\u2009\u202f"}
_LIGATURES = {
    "æ": "ae",
    "Æ": "Ae",
    "œ": "oe",
    "Œ": "Oe",
    "ø": "o",
    "Ø": "O",
    "ß": "ss",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "þ": "th",
}
_LETTER = r"[^\W\d_²³¹⁰-₟⅐-↋①-⓿¼-¾]"
_LETTERS = re.compile(rf"{_LETTER}+(?:'{_LETTER}+)*")
_SMALL = r"(?!(?:aka|eg|etc|ie|vs|[ivxl]{2,8})\b)[a-z]+(?:'[a-z]+)?"
# words with nothing to read in them, each before a word in small letters: a short way past
_PLAIN_WORDS = re.compile(rf"(?:(?:{_SMALL}|[A-Z][a-z]+(?=[,;]?[ ][a-z]))[,;]?[ ])+(?=[a-z])")


def read_text(text: str, unknown: Unknown = "error", letters: str = DEFAULT_LETTERS) -> Reading:
    """Reads a text aloud, in words: what a speaker would say for its numbers, dates, abbreviations and symbols.

    Plain words stay as they are, in capitals or not. Nothing is dropped without a record of it: a character that
    cannot be read is an error, or, when asked, a piece of the kind `skipped` or `letter`. The words follow English.

    Args:
        text: any text; best one sentence or paragraph, whose parts decide how ambiguous forms are read.
        unknown: what to do with characters that cannot be read: `error`; `skip` leaves them out; `map` takes the
            letters under accents and ligatures (é to e), and is an error where there are none.
        letters: characters that the voice reads itself, as in `Alphabet.letters`.

    Returns:
        The words to speak and where they came from; `spoken` has, but for case and the form of quotes and dashes, no
        characters other than `letters` and those of English words.

    Raises:
        TextError: a character cannot be read.

    Example:
        >>> reading = read_text("Dr. Lee paid $3.50 in 1984.")
        >>> reading.spoken
        'Doctor Lee paid three dollars and fifty cents in nineteen eighty-four.'
        >>> [str(piece) for piece in reading.pieces]
        ['Dr. -> Doctor', '$3.50 -> three dollars and fifty cents', '1984 -> nineteen eighty-four']
    """
    written = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    seen = written.translate(_AS_PLAIN)
    reader = _Reader(written, letters, unknown)
    place = 0
    while place < len(seen):
        plain = _PLAIN_WORDS.match(seen, place)
        if plain:
            reader.copy(place, plain.end())
            place = plain.end()
        found = _first(seen, place)
        if found is not None:
            kind, stop, words = found
            reader.say(kind, place, stop, words)
            place = stop
            continue
        word = _LETTERS.match(seen, place)
        stop = word.end() if word else place + 1
        reader.copy(place, stop)
        place = stop
    return reader.reading()


class _Reader:
    """The spoken text while it grows."""

    def __init__(self, written: str, letters: str, unknown: Unknown):
        self._written, self._unknown = written, unknown
        self._letters = set(letters)
        self._spoken: list[str] = []
        self._length = 0
        self._copied = 0  # up to where the written text has been taken over
        self._pieces: list[Piece] = []
        self._unreadable: list[int] = []

    def say(self, kind: str, start: int, stop: int, words: str) -> None:
        """Puts words in the place of written characters, apart from the words beside them."""
        self._take(start)
        before = self._spoken[-1][-1] if self._spoken else " "
        after = self._written[stop : stop + 1]
        gap = " " if words[:1].isalnum() and _parts(before) else ""
        behind = " " if words[-1:].isalnum() and (after.isalnum() or after == "(") else ""
        self._put(kind, start, stop, words, gap + words + behind)

    def copy(self, start: int, stop: int) -> None:
        """Takes characters over as they are, but for those that cannot be read."""
        if self._letters.issuperset(self._written[start:stop].lower()):
            return
        for place in range(start, stop):
            character = self._written[place]
            if self._is_readable(character):
                continue
            under = _under_accents(character) if self._unknown == "map" else ""
            if under and all(self._is_readable(letter) for letter in under):
                self._take(place)
                self._put("letter", place, place + 1, under, under)
            elif self._unknown == "skip":
                self._take(place)
                self._put("skipped", place, place + 1, "", "")
            else:
                self._unreadable.append(place)

    def reading(self) -> Reading:
        if self._unreadable:
            raise _unreadable(self._written, self._unreadable)
        self._take(len(self._written))
        return Reading(self._written, "".join(self._spoken), tuple(self._pieces))

    def _take(self, stop: int) -> None:
        self._add(self._written[self._copied : stop])
        self._copied = stop

    def _put(self, kind: str, start: int, stop: int, words: str, spoken: str) -> None:
        begin = self._length
        self._add(spoken)
        self._copied = stop
        written = self._written[start:stop]
        self._pieces.append(Piece(kind, start, stop, begin, self._length, written, words))

    def _add(self, spoken: str) -> None:
        if spoken:
            self._spoken.append(spoken)
            self._length += len(spoken)

    def _is_readable(self, character: str) -> bool:
        return character.isspace() or all(letter in self._letters for letter in normalize(character))


def _first(seen: str, place: int) -> tuple[str, int, str] | None:
    """What the first rule for a place says: its kind, where it stops, and the words."""
    for each in _rules_for(seen[place]):
        match = each.pattern.match(seen, place)
        if match and match.end() > place:
            words = each.say(match)
            if words is not None:
                return each.kind, match.end(), words
    return None


def _rules_for(character: str) -> tuple[Rule, ...]:
    if "a" <= character <= "z":
        return LOWER_RULES
    if "A" <= character <= "Z":
        return UPPER_RULES
    if "0" <= character <= "9":
        return NUMBER_RULES
    return () if character == " " else SYMBOL_RULES


def _parts(character: str) -> bool:
    """Says whether a character must not stand right before a word that was put in."""
    return character.isalnum() or character in ".,:;!?)%"


def _under_accents(character: str) -> str:
    parts = unicodedata.normalize("NFKD", _LIGATURES.get(character, character))
    return "".join(part for part in parts if not unicodedata.combining(part))


def _unreadable(written: str, places: list[int], most: int = 5) -> TextError:
    named = [f"{written[place]!r} (U+{ord(written[place]):04X}) at position {place}" for place in places[:most]]
    more = f" and {len(places) - most} more" if len(places) > most else ""
    shown = written if len(written) <= 40 else written[:37] + "..."
    return TextError(
        where=f"text {shown!r}",
        expected="characters that can be read",
        found=", ".join(named) + more,
        fix="Write them out in letters, or pass --unknown skip (leave out) or --unknown map (é becomes e).",
    )
