"""Times of day."""

import re

from tts_align.text.reading.number_words import cardinal, number
from tts_align.text.reading.rule import Rule, rule
from tts_align.text.reading.sentence_end import period

_HALF = r"(?:\s?(?P<half>[aApP])(?:\.\s?[mM]\.|[mM]\b\.?))"


def _say(match: re.Match[str]) -> str:
    parts = match.groupdict()
    hour, minute, half = int(parts["hour"]), parts.get("minute"), parts["half"]
    words = "zero" if hour == 0 else cardinal(hour)
    if minute and int(minute):
        words += (" oh " if minute[0] == "0" else " ") + cardinal(int(minute))
    elif minute and not half:
        words = _full_hour(hour)
    second = parts.get("second")
    if second:
        words += f" and {cardinal(int(second))} second{'' if int(second) == 1 else 's'}"
    if half:
        words += " ay M" if half in "aA" else " P M"
    return words + (period(match.string, match.end()) if half else "")


def _say_decimal(match: re.Match[str]) -> str:
    return number(match["value"]) + (" ay M" if match["half"] == "am" else " P M")


def _full_hour(hour: int) -> str:
    if hour == 0:
        return "midnight"
    return f"{cardinal(hour)} o'clock" if hour <= 12 else f"{cardinal(hour)} hundred"


RULES: tuple[Rule, ...] = (
    rule(
        "time",
        rf"(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?![:\d]){_HALF}?",
        _say,
    ),
    rule("time", rf"(?P<hour>0?\d|1[0-2])(?:\.(?P<minute>[0-5]\d))?{_HALF}", _say),
    rule("time", r"(?P<value>\d+\.\d+)\s?(?P<half>[ap]m)\b", _say_decimal),
)
