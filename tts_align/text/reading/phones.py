"""Telephone numbers, digit by digit, a comma between the groups."""

import re

from tts_align.text.reading.number_words import digits
from tts_align.text.reading.rule import Rule, rule


def _say(match: re.Match[str]) -> str:
    groups = re.findall(r"\d+", match[0])
    return ("plus " if match[0][0] == "+" else "") + ", ".join(digits(group, zero="oh") for group in groups)


_END = r"(?![\w-]|[.,]\d)"
NUMBER_RULES: tuple[Rule, ...] = (
    rule("phone", rf"(?:1[\s.-])?\d{{3}}[\s.-]\d{{3}}[\s.-]\d{{4}}{_END}", _say),
    rule("phone", rf"\d{{3}}-\d{{4}}{_END}", _say),
    rule("phone", rf"0\d{{2,4}}(?:[\s-]\d{{3,6}}){{1,3}}{_END}", _say),
)
SYMBOL_RULES: tuple[Rule, ...] = (
    rule("phone", rf"\+\d{{1,3}}(?:[\s-]?\(?\d{{1,4}}\)?){{2,6}}{_END}", _say),
    rule("phone", rf"\(\d{{3,5}}\)\s?\d{{3,4}}[\s-]\d{{3,4}}{_END}", _say),
)
