"""Words in capitals, letters that stand alone, and words of letters and digits."""

import re

from tts_align.text.reading.letter_names import WORDS_THAT_ARE_NOT, is_spelled, spell
from tts_align.text.reading.number_words import cardinal, digits, number
from tts_align.text.reading.rule import Rule, after, before, rule

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
    around = f"{before(match, _NEARBY)} {after(match, _NEARBY)}"
    if _LOWER.search(around):
        return False
    words = [word for word in _CAPITALS.findall(around) if word not in WORDS_THAT_ARE_NOT and not is_spelled(word)]
    return bool(words)


def _say_letter_a(match: re.Match[str]) -> str | None:
    """A alone: the letter's name where it cannot be the article."""
    words_before = before(match, 40)
    is_article = _FIRST_IN_SENTENCE.search(words_before) or not _LOWER.search(words_before)
    return None if is_article else "ay"


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
    rule("letters", r"[A-Z]{1,3}(?:&[A-Z]{1,3})+\b", lambda match: " and ".join(map(spell, match[0].split("&")))),
    rule("letters", r"(?P<letters>[A-Z]{2,})(?P<ending>'?s)?(?![A-Za-z0-9])", _say),
    rule(
        "letters",
        r"(?P<letters>PhD|Ph\.D|MSc|BSc|LLB)(?P<ending>'?s)?(?!\w)",
        lambda match: spell(match["letters"].replace(".", "")) + ("'s" if match["ending"] else ""),
    ),
    rule(
        "letter",
        r"A(?=\s?(?:,(?!\s[a-z])|\.(?![A-Za-z])|[;:!?)\"/])|\sand\s[B-Z]\b|\sor\s[B-Z]\b|$)",
        lambda match: "ay",
    ),
    rule("letter", r"A\b(?!'|\s[A-Z][a-z])", _say_letter_a),
)
MIXED_RULES: tuple[Rule, ...] = (
    rule("letters and digits", r"(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]+(?:\.\d+)*(?:'s\b)?", _say_mixed),
)
