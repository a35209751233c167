"""Numbers with ' and ": feet and inches, or minutes and seconds of arc."""

import re

from tts_align.text.reading.number_words import cardinal, is_one, number
from tts_align.text.reading.numbers import QUANTITY, VULGAR, is_below_one, quantity
from tts_align.text.reading.rule import Rule, before, is_before_noun, rule

_QUOTED = 200  # characters before a " that tell whether it closes a quotation
_QUOTE = re.compile(r"(?<!\d)\"")
_SIDES = {"N": "north", "S": "south", "E": "east", "W": "west"}


def _say_height(match: re.Match[str]) -> str:
    return f"{cardinal(int(match['feet']))} foot {cardinal(int(match['inches']))}"


def _say_inches(match: re.Match[str]) -> str | None:
    """Inches, unless the mark closes a quotation."""
    if len(_QUOTE.findall(before(match, _QUOTED))) % 2:
        return None
    size = match["size"]
    is_single = is_one(size) or is_below_one(size) or is_before_noun(match)
    return f"{quantity(size)} {'inch' if is_single else 'inches'}"


def _say_feet(match: re.Match[str]) -> str | None:
    if is_before_noun(match):
        return f"{number(match['size'])} foot"
    many = "foot" if is_one(match["size"]) else "feet"
    return f"{number(match['size'])} {many}" if match["extent"] is not None else None


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
    rule("measure", rf"(?P<size>{QUANTITY})\"(?=\s[a-z]|[.,;)]|x\d|\s*$)", _say_inches),
    rule("measure", r"(?P<size>\d{1,3})'(?=\s[a-z])(?P<extent>(?=\s(?:tall|long|wide|deep|high)\b))?", _say_feet),
)
LOWER_RULES: tuple[Rule, ...] = (
    rule(
        "dimensions",
        rf"(?:(?<=\d\")|(?<=[{VULGAR}]\"))x(?=\d) | (?:(?<=\"\s)|(?<=[{VULGAR}]\s))x(?=\s\d)",
        lambda match: "by",
    ),
)
