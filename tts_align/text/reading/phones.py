"""Telephone numbers, digit by digit, a comma between the groups."""

import re

from tts_align.text.reading.number_words import digits
from tts_align.text.reading.rule import Rule, rule


def _say(match: re.Match[str]) -> str:
    written, _, extension = match[0].partition("x")
    words = ", ".join(digits(group, zero="oh") for group in re.findall(r"\d+", written))
    words = f"plus {words}" if written[0] == "+" else words
    return words + (f", extension {digits(extension.strip())}" if extension else "")


def _say_with_word(match: re.Match[str]) -> str:
    """1-800-FLOWERS, to be dialled by the letters on the keys."""
    return ", ".join([*(digits(group, zero="oh") for group in match["digits"].split("-")), match["word"]])


_END = r"(?:\sx\s?\d{1,5})?(?![\w-]|[.,]\d)"
NUMBER_RULES: tuple[Rule, ...] = (
    rule("phone", rf"(?:1[\s.-])?\d{{3}}[\s.-]\d{{3}}[\s.-]\d{{4}}{_END}", _say),
    rule("phone", rf"\d{{3}}-\d{{4}}{_END}", _say),
    rule("phone", r"(?P<digits>1-8\d\d)-(?P<word>[A-Z]{3,10})\b", _say_with_word),
    rule("phone", rf"0\d{{2,4}}(?:[\s-]\d{{3,6}}){{1,3}}{_END}", _say),
)
SYMBOL_RULES: tuple[Rule, ...] = (
    rule("phone", rf"\+\d{{1,3}}(?:[\s-]?\(?\d{{1,4}}\)?){{2,6}}{_END}", _say),
    rule("phone", rf"\(\d{{3,5}}\)\s?\d{{3,4}}[\s-]\d{{3,4}}{_END}", _say),
)
