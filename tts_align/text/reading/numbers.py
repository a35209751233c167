"""Plain numbers: cardinals, decimals, ordinals, years, decades, ranges, fractions, dimensions, powers."""

import re

from tts_align.text.reading.number_words import cardinal, digits, fraction, number, ordinal, plural, written_year, year
from tts_align.text.reading.rule import Rule, after, before, rule

# thousands by commas, or by spaces where the last three digits leave no doubt (10 000)
WHOLE = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|[1-9]\d{0,2}(?:\s\d{3}){0,3}\s000(?!\d)|\d+)"
NUMBER = rf"(?:{WHOLE}(?:\.\d+)?|\.\d+)"
_VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
    "⅐": (1, 7), "⅑": (1, 9), "⅒": (1, 10),
}  # fmt: skip
VULGAR = "".join(_VULGAR)
QUANTITY = rf"(?:\d+[\s-])?\d+/\d+(?![/\d]) | (?:\d+\s?)?[{VULGAR}] | {NUMBER}(?:\s?-\s?{NUMBER})?"
_YEAR_BEFORE = re.compile(
    r"\b(?:in|since|by|until|till|from|year|est\.|b\.|d\.|ca?\.|circa|before|after|around)\s$", re.I
)
_TYPED = re.compile(r"\b(?:dial|call|text|code|PIN|ZIP|zip)(?:\sis)?\s$", re.I)
# 5-, 5%-, 5pm-, 5 p.m.-, 1st-, 1960s-, 5k-, 5bn-
_ENDS_BEFORE_DASH = (
    r"\d", "%", "[apAP][mM]", r"[ap]\.m\.", r"\dst", r"\dnd", r"\drd", r"\dth", r"\ds", r"\d[kmbKMB]", r"\d[mb]n",
    f"[{VULGAR}]",
)  # fmt: skip
_BEFORE_DASH = "|".join(rf"(?<={ending})" for ending in _ENDS_BEFORE_DASH)
_MODEL_BEFORE = re.compile(r"(?<=[A-Za-z])-$|\b[A-Z]\w*\s$")
_SAID_APART = {"24/7": "twenty-four seven", "9/11": "nine eleven", "50/50": "fifty fifty", "20/20": "twenty twenty"}
_TENS = {"10": "tens", "100": "hundreds", "1000": "thousands", "10000": "tens of thousands",
         "100000": "hundreds of thousands", "1000000": "millions"}  # fmt: skip
_SEASON = r"season|campaign|tax\syear|financial\syear|school\syear|academic\syear"


def quantity(written: str) -> str:
    """The words of an amount: a number, a range, a fraction, a number with a fraction.

    Example:
        >>> quantity("1 1/2"), quantity("3/4"), quantity("8-10"), quantity("2½")
        ('one and a half', 'three quarters', 'eight to ten', 'two and a half')
    """
    if written[-1] in _VULGAR:
        return _with_fraction(written[:-1].rstrip(), *_VULGAR[written[-1]])
    if "/" in written:
        whole, _, rest = written.replace("-", " ").rpartition(" ")
        above, _, below = rest.partition("/")
        return _with_fraction(whole, int(above), int(below))
    first, dash, last = written.partition("-")
    return f"{number(first.strip())} to {number(last.strip())}" if dash else number(written)


def is_below_one(written: str) -> bool:
    """Says whether an amount is a bare fraction: three quarters *of a* pound."""
    return written in _VULGAR or ("/" in written and " " not in written and "-" not in written)


def is_year(written: str) -> bool:
    """Says whether four digits are read as a year wherever they stand.

    Example:
        >>> [is_year(digits) for digits in ("1066", "1603", "2024", "2500")]
        [False, True, True, False]
    """
    return len(written) == 4 and written.isdigit() and 1100 <= int(written) < 2100


def _with_fraction(whole: str, above: int, below: int) -> str:
    part = fraction(above, below)
    if not whole:
        return part
    return f"{cardinal(int(whole))} and {'a' + part.removeprefix('one') if above == 1 and below < 8 else part}"


def _say_ordinal(match: re.Match[str]) -> str:
    return ordinal(int(re.sub(r"[,\s]", "", match["value"])))


def _say_decade(match: re.Match[str]) -> str | None:
    value = match["value"]
    if len(value) == 2:
        return plural(cardinal(int(value))) if value[1] == "0" else None
    return plural(year(int(value)))


def _say_years(match: re.Match[str]) -> str | None:
    first, last = match["first"], match["last"]
    if not is_year(first) or (len(last) == 4 and not is_year(last)):
        return None
    if last == "00":  # 1999-00
        last = str(100 * (int(first) // 100 + 1))
    return f"{written_year(first)} to {written_year(last)}"


def _say_season(match: re.Match[str]) -> str | None:
    """Two years in a row, not a fraction: the winter of *1980/81*, the *20/21* season."""
    first, last = match["first"], match["last"]
    if (int(first) + 1) % 100 != int(last) % 100:
        return None
    return _say_years(match) if len(first) == 4 else f"{written_year(first)} to {written_year(last)}"


def _say_plural(match: re.Match[str]) -> str | None:
    """Several of a model, not seconds: *B-52s*, *Boeing 747s*."""
    model = _MODEL_BEFORE.search(before(match, 20))
    return plural(cardinal(int(match["value"]))) if model and (model[0] == "-" or len(match["value"]) == 3) else None


def _say_year(match: re.Match[str]) -> str | None:
    written = match[0]
    in_context = 1000 <= int(written) < 2100 and _YEAR_BEFORE.search(before(match, 8))
    return year(int(written)) if is_year(written) or in_context else None


def _say_fraction(match: re.Match[str]) -> str:
    return _SAID_APART.get(match[0]) or quantity(match[0].rstrip("rdths"))


def _say_dimensions(match: re.Match[str]) -> str:
    link = " times " if match["equals"] is not None else " by "
    return link.join(number(part) for part in re.findall(NUMBER, match["sizes"]))


def _say_code(match: re.Match[str]) -> str:
    return ", ".join(digits(group) for group in match[0].split("-"))


def _say_ratio(match: re.Match[str]) -> str:
    return " to ".join(cardinal(int(part)) for part in match[0].split(":"))


def _say_verses(match: re.Match[str]) -> str:
    return f"{number(match['chapter'])}, {number(match['first'])} to {number(match['last'])}"


def _say_number(match: re.Match[str]) -> str:
    """A number; one to dial or to type in is said digit by digit."""
    if match[0].isdigit() and _TYPED.search(before(match, 12)):
        return digits(match[0])
    return number(match[0])


def _say_dotted(match: re.Match[str]) -> str:
    dotted, _, port = match[0].partition(":")
    parts = dotted.split(".")
    link = " dot " if len(parts) > 3 else " point "
    words = link.join(cardinal(int(part)) if len(part) < 3 or len(parts) < 4 else digits(part) for part in parts)
    return words + (f" colon {digits(port)}" if port else "")


FIRST_RULES: tuple[Rule, ...] = (
    rule(
        "plural",
        r"(?P<value>1(?:0{1,6}|,000|0,000|00,000|,000,000))'?s(?=\s(?:of\b|(?:and|or)\s1))",
        lambda match: _TENS.get(match["value"].replace(",", "")),
    ),
    rule("decade", r"(?P<value>\d\d00|\d\d\d0|\d0)'?s\b", _say_decade),
    rule("plural", r"(?P<value>\d{2,3})s(?![\w'])", _say_plural),
)
RULES: tuple[Rule, ...] = (
    rule("years", r"(?P<first>\d{4})/(?P<last>\d{4}|\d\d)(?![\w/-]|[.,]\d)", _say_season),
    rule("years", rf"(?P<first>\d\d)/(?P<last>\d\d)(?=\s(?:{_SEASON})\b)", _say_season),
    rule("fraction", rf"(?:\d+[\s-])?\d+/\d+(?![/\d])(?:rds?|ths?)? | \d+\s?[{VULGAR}]", _say_fraction),
    rule("chance", r"50-50(?![\w-])", lambda match: "fifty fifty"),
    rule("code", r"\d+(?:-\d+){2,9}(?![\w-])", _say_code),
    rule("always", r"24/7/365(?![\w/])", lambda match: "twenty-four seven three sixty-five"),
    rule("code", r"\d+(?:/\d+){2,9}(?![\w/])", lambda match: " slash ".join(map(number, match[0].split("/")))),
    rule("verse", r"(?P<chapter>\d+):(?P<first>\d+)-(?P<last>\d+)(?![\w:])", _say_verses),
    rule("version", r"\d+(?:(?:\.\d+){3}:\d{2,5}|(?:\.\d+){2,9})(?![\w])", _say_dotted),
    rule("ordinal", rf"(?P<value>{WHOLE})(?:(?:st|nd|rd|th|ST|ND|RD|TH)\b|ˢᵗ|ⁿᵈ|ʳᵈ|ᵗʰ)", _say_ordinal),
    rule("years", r"(?P<first>\d{4})\s?-\s?(?P<last>\d{4}|\d\d)(?![\w-]|[.,]\d)", _say_years),
    rule(
        "dimensions", rf"(?P<sizes>{NUMBER}(?:\s?[x×]\s?{NUMBER}){{1,3}})(?!\w)(?P<equals>(?=\s?=))?", _say_dimensions
    ),
    rule("ratio", r"\d+(?::\d+){1,3}(?![\w:])", _say_ratio),
    rule("range", rf"{NUMBER}-{NUMBER}(?![\w-]|[.,]\d)", lambda match: quantity(match[0])),
)
LAST_RULES: tuple[Rule, ...] = (
    rule("year", r"\d{4}(?![\w]|[.,]\d)", _say_year),
    rule("number", NUMBER, _say_number),
)
SYMBOL_RULES: tuple[Rule, ...] = (
    rule("decade", r"'(?P<value>\d0)'?s\b", _say_decade),
    rule("year", r"'(?P<value>\d\d)(?![\w'])", lambda match: written_year(match["value"])),
    rule("decimal", r"(?<![\w.])\.\d+(?![\w])", lambda match: number(match[0])),
    rule("fraction", rf"[{VULGAR}]", lambda match: quantity(match[0])),
    rule("range", rf"(?:{_BEFORE_DASH})-(?='?[$£€¥]?\d)", lambda match: "to"),
    rule("range", r"(?<=\d)-(?=(?:present|today|now)\b)", lambda match: "to"),
    rule("range", r"(?<=[ap]m)-(?=(?:noon|midday|midnight)\b)", lambda match: "to"),
    rule("minus", rf"(?<![\w)\].%-])-(?=[$£€¥]?{NUMBER})", lambda match: "minus"),
    rule(
        "range", r"(?:(?<=%\s)|(?<=[ap]\.m\.\s)|(?<=[ap]m\s))-(?=\s[$£€]?\d)|(?<=\d\s)-(?=\s[$£€])", lambda match: "to"
    ),
    rule("minus", r"(?<=\d\s)-(?=\s\d)", lambda match: "minus" if "=" in after(match, 30) else "to"),
)
