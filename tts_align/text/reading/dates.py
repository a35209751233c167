"""Dates: of digits, or with the name of the month."""

import re

from tts_align.text.reading.number_words import ordinal, written_year, year
from tts_align.text.reading.rule import Rule, before, rule
from tts_align.text.reading.sentence_end import period

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t|tember)?|Oct(?:ober)?|"
    r"Nov(?:ember)?|Dec(?:ember)?)"
)
_YEAR = r"(?P<year>1\d{3}|20\d\d)(?![\w]|[.,]\d)"
_DAYS_OF_MONTH = r"(?:[12]\d|3[01]|0?[1-9])"
_DAY = rf"(?P<day>{_DAYS_OF_MONTH})(?P<suffix>st|nd|rd|th)?"
_WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thurs?|Thu|Fri|Sat(?:ur)?|Sun)(?:day)?"


def _month(written: str) -> str:
    return next(name for name in MONTHS if name.startswith(written[:3]))


def _say_day_of_digits(day: int, month: int, years: str) -> str | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    if len(years) == 2:  # up to 49 this century
        years = ("20" if years < "50" else "19") + years
    return f"{MONTHS[month - 1]} {ordinal(day)}, {year(int(years))}"


def _say_iso(match: re.Match[str]) -> str | None:
    return _say_day_of_digits(int(match["day"]), int(match["month"]), match["year"])


def _say_iso_before_time(match: re.Match[str]) -> str | None:
    words = _say_iso(match)
    return words and words + ","


def _say_slashed(match: re.Match[str]) -> str | None:
    """01/02/03 is January second; a first number that is no month is the day."""
    first, second = int(match["first"]), int(match["second"])
    month, day = (second, first) if first > 12 or match["link"] == "." else (first, second)
    return _say_day_of_digits(day, month, match["year"])


def _say_month_first(match: re.Match[str]) -> str:
    words = f"{_month(match['month'])} {ordinal(int(match['day']))}"
    if match["last"]:
        words += f" to {ordinal(int(match['last']))}"
    return words + (f", {year(int(match['year']))}" if match["year"] else "")


def _say_day_first(match: re.Match[str]) -> str:
    has_article = match["suffix"] or re.search(r"\b(?:the|this|our|a)\s$", before(match, 6), re.I)
    words = f"{'' if has_article else 'the '}{ordinal(int(match['day']))} of {_month(match['month'])}"
    if match["year"]:
        return f"{words}{',' if match['comma'] else ''} {year(int(match['year']))}"
    return words + period(match.string, match.end(), before_any_capital=True)


def _say_month_and_year(match: re.Match[str]) -> str:
    return f"{_month(match['month'])}{',' if match['comma'] else ''} {year(int(match['year']))}"


def _say_days_of_month(match: re.Match[str]) -> str:
    first, last = (ordinal(int(match[name])) for name in ("first", "last"))
    return f"the {first} to the {last} of {_month(match['month'])}"


def _say_months(match: re.Match[str]) -> str:
    return f"{_month(match['first'])} to {_month(match['last'])}{period(match.string, match.end())}"


def _say_weekday(match: re.Match[str]) -> str:
    return _weekday(match["name"]) + period(match.string, match.end())


def _say_weekdays(match: re.Match[str]) -> str:
    return f"{_weekday(match['first'])} to {_say_weekday(match)}"


def _weekday(written: str) -> str:
    return next(name for name in _DAYS if name.startswith(written[:3]))


def _say_fiscal_year(match: re.Match[str]) -> str:
    return f"F Y {written_year(match['first'])}" + (f" to {written_year(match['last'])}" if match["last"] else "")


NUMBER_RULES: tuple[Rule, ...] = (
    rule("date", r"(?P<year>\d{4})(?P<link>[-/])(?P<month>\d\d)(?P=link)(?P<day>\d\d)(?![\w/-])", _say_iso),
    rule("date", r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)T(?=\d\d:\d\d)", _say_iso_before_time),
    rule("date", rf"(?P<first>{_DAYS_OF_MONTH})-(?P<last>{_DAYS_OF_MONTH})\s(?P<month>{_MONTH})\b", _say_days_of_month),
    rule(
        "date",
        r"(?P<first>\d\d?)(?P<link>[/.-])(?P<second>\d\d?)(?P=link)(?P<year>\d{4}|\d\d)(?![\w/-]|\.\d)",
        lambda match: None if match["link"] != "/" and len(match["year"]) != 4 else _say_slashed(match),
    ),
    rule("date", rf"{_DAY}-(?P<month>{_MONTH})(?P<comma>)-{_YEAR}", _say_day_first),
    rule(
        "date",
        rf"{_DAY}\s(?:of\s)?(?P<month>{_MONTH})\b(?:\.?(?P<comma>,)?\s{_YEAR}|\.(?=[,;\s]|$))?",
        _say_day_first,
    ),
)
WORD_RULES: tuple[Rule, ...] = (
    rule(
        "date",
        rf"(?P<month>{_MONTH})\b\.?\s{_DAY}(?:-(?P<last>[12]\d|3[01]|0?[1-9]))?(?!\w|[:.,/]\d|-\d)(?:,?\s{_YEAR})?",
        _say_month_first,
    ),
    rule("date", rf"(?P<month>{_MONTH})\b\.?(?P<comma>,)?\s{_YEAR}", _say_month_and_year),
    rule("date", rf"(?P<month>{_MONTH})\b\.?(?=\s'\d\d\b)", lambda match: _month(match["month"])),
    rule("months", rf"(?P<first>{_MONTH})\b\.?-(?P<last>{_MONTH})\b\.?", _say_months),
    rule("fiscal year", r"FY\s?'?(?P<first>\d{4}|\d\d)(?:[-/](?P<last>\d{4}|\d\d))?(?!\w|[.,]\d)", _say_fiscal_year),
    rule(
        "month",
        r"(?P<month>Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\.",
        lambda match: _month(match["month"]) + period(match.string, match.end()),
    ),
    rule("weekdays", rf"(?P<first>{_WEEKDAY})\.?-(?P<name>{_WEEKDAY})\b\.?", _say_weekdays),
    rule("weekday", r"(?P<name>Mon|Tues?|Wed|Thurs?|Thu|Fri|Sat|Sun)\.(?=,|\s\d|\s[A-Z]|-)", _say_weekday),
)
