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


def _say_duration(match: re.Match[str]) -> str:
    """1h 30m, 5h30, 2m 30s."""
    parts = match.groupdict()
    sizes = [(unit, int(parts[unit])) for unit in ("hour", "minute", "second") if parts.get(unit)]
    return " ".join(f"{cardinal(size)} {unit}{'' if size == 1 else 's'}" for unit, size in sizes)


RULES: tuple[Rule, ...] = (
    rule(
        "duration",
        r"(?P<hour>\d{1,3})h\s?(?P<minute>[0-5]?\d)(?:m|min)?(?:\s?(?P<second>[0-5]?\d)s)?(?!\w)",
        _say_duration,
    ),
    rule("duration", r"(?P<minute>\d{1,3})m\s?(?P<second>[0-5]?\d)s(?!\w)", _say_duration),
    rule("time", r"0(?P<hour>\d)00(?=\s(?:hours|hrs)\b)", lambda match: f"oh {cardinal(int(match['hour']))} hundred"),
    rule(
        "time",
        rf"(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?![:\d]){_HALF}?",
        _say,
    ),
    rule("time", rf"(?P<hour>0?\d|1[0-2])(?:\.(?P<minute>[0-5]\d))?{_HALF}", _say),
    rule("time", r"(?P<value>\d+\.\d+)\s?(?P<half>[ap]m)\b", _say_decimal),
)
