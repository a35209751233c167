"""Numbers with ' and ": feet and inches, or minutes and seconds of arc."""

import re

from tts_align.text.reading.measures import UNITS
from tts_align.text.reading.number_words import cardinal, is_one, number
from tts_align.text.reading.numbers import NUMBER, quantity
from tts_align.text.reading.rule import Rule, before, is_before_noun, rule

_QUOTED = 200  # characters before a " that tell whether it closes a quotation
_QUOTE = re.compile(r"(?<!\d)\"")
_SIDES = {"N": "north", "S": "south", "E": "east", "W": "west"}


def _say_height(match: re.Match[str]) -> str:
    return f"{cardinal(int(match['feet']))} foot {cardinal(int(match['inches']))}"


def _say_inches(match: re.Match[str]) -> str | None:
    """Inches, unless the mark closes a quotation."""
    is_open = len(_QUOTE.findall(before(match, _QUOTED))) % 2
    return None if is_open else _amount(match, "in")


def _say_feet(match: re.Match[str]) -> str | None:
    return _amount(match, "ft") if match["extent"] is not None or is_before_noun(match) else None


def _amount(match: re.Match[str], unit: str) -> str:
    one, many = UNITS[unit]
    return f"{number(match['size'])} {one if is_one(match['size']) or is_before_noun(match) else many}"


def _say_angle(match: re.Match[str]) -> str:
    parts = [("degree", match["degrees"]), ("minute", match["minutes"]), ("second", match["seconds"])]
    words = [f"{number(size)} {unit}{'' if is_one(size) else 's'}" for unit, size in parts if size]
    return " ".join([*words, _SIDES[match["side"]]] if match["side"] else words)


RULES: tuple[Rule, ...] = (
    rule(
        "angle",
        r"""(?P<degrees>\d{1,3})°\s?(?P<minutes>\d{1,2}(?:\.\d+)?)'(?:\s?(?P<seconds>\d{1,2}(?:\.\d+)?)(?:\"|''))?
        (?:\s?(?P<side>[NSEW])\b)?""",
        _say_angle,
    ),
    rule("height", r"(?P<feet>\d)'\s?(?P<inches>\d|1[01])(?:\"|'')", _say_height),
    rule("height", r"(?P<feet>[3-8])'(?P<inches>1[01]|\d)(?![\w'\"]|\.\d)", _say_height),
    rule("measure", r"(?P<size>(?:\d+\s)?\d+/\d+)\"(?=\s[a-z])", lambda match: f"{quantity(match['size'])} inch"),
    rule("measure", rf"(?P<size>{NUMBER})\"(?=\s[a-z]|[.,;)]|\s*$)", _say_inches),
    rule("measure", r"(?P<size>\d{1,3})'(?=\s[a-z])(?P<extent>(?=\s(?:tall|long|wide|deep|high)\b))?", _say_feet),
)
