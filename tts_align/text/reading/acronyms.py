"""Words in capitals, letters that stand alone, and words of letters and digits."""

import re

from tts_align.text.reading.letter_names import WORDS_THAT_ARE_NOT, is_spelled, spell
from tts_align.text.reading.number_words import cardinal, digits, number
from tts_align.text.reading.rule import Rule, rule

_CAPITALS = re.compile(r"[A-Z]{2,}", re.ASCII)
_LOWER = re.compile(r"\b[a-z]{2,}|\b[A-Z][a-z]+", re.ASCII)
_PARTS = re.compile(r"[A-Za-z]+|[0-9]+(?:\.[0-9]+)*", re.ASCII)
_NEARBY = 80  # characters to each side that tell whether all is in capitals
_FIRST_IN_SENTENCE = re.compile(r"(?:^|[.?!:\"(\n-])[\s\"'(]*$")


def _say(match: re.Match[str]) -> str | None:
    letters = match["letters"]
    if (_is_shouted(match, letters) and letters not in ("BBC", "FBI", "CIA", "USA")) or not is_spelled(letters):
        return None
    return spell(letters) + ("'s" if match["ending"] else "")


def _is_shouted(match: re.Match[str], letters: str) -> bool:
    """Says whether the words around are in capitals as well, so that capitals say nothing about a word."""
    around = match.string[max(0, match.start() - _NEARBY) : match.start()] + " " + match.string[match.end() :][:_NEARBY]
    if _LOWER.search(around):
        return False
    words = [word for word in _CAPITALS.findall(around) if word not in WORDS_THAT_ARE_NOT and not is_spelled(word)]
    return bool(words)


def _say_letter_a(match: re.Match[str]) -> str | None:
    """A alone: the letter's name where it cannot be the article."""
    before = match.string[: match.start()][-40:]
    return None if _FIRST_IN_SENTENCE.search(before) or not _LOWER.search(before) else "ay"


def _say_mixed(match: re.Match[str]) -> str:
    """B2B, MP3s, gr8, 5G, R2: letters by name or as the word they make, numbers as numbers."""
    written, ending = match[0], ""
    if re.search(r"\d'?s$", written):
        written, ending = written.rstrip("s").rstrip("'"), "s"
    words = [_part(part) for part in _PARTS.findall(written)]
    last = words[-1] + ("es" if ending and words[-1].endswith("x") else ending)
    return " ".join([*words[:-1], last])


def _part(part: str) -> str:
    if part[0].isdigit():
        if "." in part:
            return " point ".join(cardinal(int(each)) if len(each) < 3 else digits(each) for each in part.split("."))
        return number(part) if len(part) < 4 and part[0] != "0" else digits(part)
    if (part.isupper() and (len(part) == 1 or is_spelled(part))) or len(part) == 1 or part.lower() == "mp":
        return spell(part)
    return part


UPPER_RULES: tuple[Rule, ...] = (
    rule("letters", r"(?P<letters>[A-Z]{2,})(?P<ending>'?s)?(?![A-Za-z0-9])", _say),
    rule(
        "letters",
        r"(?P<first>[A-Z])&(?P<second>[A-Z])\b",
        lambda match: f"{spell(match['first'])} and {spell(match['second'])}",
    ),
    rule(
        "letter",
        r"A(?=[\s]?[,.;:!?)\"]|$)|A(?=\sand\s[B-Z]\b)|(?<=[Vv]itamin\s)A\b|(?<=\b[Pp]lan\s)A\b|(?<=[Gg]rade\s)A\b",
        _say_letter_a,
    ),
)
MIXED_RULES: tuple[Rule, ...] = (
    rule("letters and digits", r"(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]+(?:\.\d+)*(?:'s\b)?", _say_mixed),
)
