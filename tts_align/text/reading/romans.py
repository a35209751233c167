"""Roman numerals: of kings, chapters, wars, centuries and years."""

import re

from tts_align.text.reading.number_words import cardinal, ordinal, year
from tts_align.text.reading.rule import Rule, after, before, rule

_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_NAMES = (
    "Henry Louis Elizabeth George Edward Charles James William Richard Mary John Paul Pius Benedict Leo Gregory "
    "Clement Innocent Urban Nicholas Peter Catherine Frederick Philip Ferdinand Alexander Napoleon Ramses Ramesses "
    "Ptolemy Francis Christian Gustav Otto Leopold Albert Alfonso Ivan Haakon Harald Margaret Victor Emmanuel "
    "Maximilian Rudolf Joseph Stephen Sixtus Julius Adrian Boniface Celestine Callixtus Eugene Martin Wilhelm Umberto "
    "Carlos Felipe Robert Malcolm David Kenneth Artaxerxes Darius Xerxes Theodore Mehmed Selim Murad Constantine "
    "Justinian Theodosius Antiochus Philippe Franz Karl Friedrich Thutmose Amenhotep Seti Cleopatra Juan Alexius "
    "Harold Edmund Ludwig Oscar Olaf Sigismund Casimir Michael Abdul Ahmed Suleiman Tiberius Baldwin Bela"
)
_RULERS = frozenset(_NAMES.split())
_NUMBERED = re.compile(
    r"\b(?:chapter|part|book|volume|act|scene|section|article|appendix|canto|phase|type|war|figure|table|class|title|"
    r"plate|level|stage|division|group|psalm|sonnet|bowl|ch\.|vol\.|sec\.|pt\.|bk\.|art\.|fig\.|chap\.|act\.)\s$",
    re.IGNORECASE,
)
_PAGE = re.compile(r"\bpages?\s$", re.IGNORECASE)
_NAME_BEFORE = re.compile(r"\b([A-Z][a-z]+),?\s$")
_ONE_AFTER = re.compile(
    r"(?:\s(?:of|was|is|and|had|has|who|whose|died|reigned|became|ruled|in|to|on|at|by|did|gave)\b|['.,;:!?)]|\s*$)"
)
_NO_WORD = re.compile(r"(?:\s(?:of|and)\b|[.,:;!?)]|\s*$)")
_NO_VERB = re.compile(r"(?!\s(?:have|had|am|was|will|shall|would|do|did|think|know|can|could|said)\b|'(?!s))")
_COUNTED = re.compile(r"\s(?:century|centuries|dynasty|olympiad|legion)\b", re.IGNORECASE)


def value_of(roman: str) -> int | None:
    """What a Roman numeral in capitals is worth, None if it is none.

    Example:
        >>> value_of("XIV"), value_of("MCMLXXXIV"), value_of("IIX")
        (14, 1984, None)
    """
    if not roman or not _ROMAN.fullmatch(roman):
        return None
    values = [_VALUES[letter] for letter in roman]
    return sum(-one if one < following else one for one, following in zip(values, [*values[1:], 0], strict=True))


def _say(match: re.Match[str]) -> str | None:
    roman = match["roman"]
    value = value_of(roman)
    if value is None:
        return None
    words_before = before(match, 40)
    name = _NAME_BEFORE.search(words_before)
    if name and name[1] == "Malcolm" and roman == "X":
        return None
    if name and name[1] in _RULERS:
        is_number = value < 60 and (roman != "I" or _ONE_AFTER.match(match.string, match.end()))
        return f"the {ordinal(value)}" if is_number else None
    numbered = _NUMBERED.search(words_before)
    if numbered:
        return cardinal(value) if _is_number(match, roman, numbered[0]) else None
    if _COUNTED.match(match.string, match.end()):
        return ordinal(value)
    if len(roman) < 2 or not set(roman) <= set("IVX"):
        return year(value) if len(roman) >= 4 and 1000 <= value < 2100 else None
    return cardinal(value)


def _is_number(match: re.Match[str], roman: str, numbered: str) -> bool:
    """Says whether letters behind `Chapter` are its number, not a letter (`Section C`) or a word."""
    if roman in "LCDM":
        return False
    if roman != "I":
        return True
    following = after(match, 12)
    return bool((_NO_VERB if numbered[0].isupper() else _NO_WORD).match(following))


def _say_ordinal(match: re.Match[str]) -> str | None:
    value = value_of(match["roman"])
    return None if value is None else ordinal(value)


def _say_small(match: re.Match[str]) -> str | None:
    """(iii), chapter iv, page ix."""
    value = value_of(match["roman"].upper())
    words_before = before(match, 40)
    in_brackets = words_before.endswith("(") and after(match, 1) == ")"
    is_number = in_brackets or _NUMBERED.search(words_before) or _PAGE.search(words_before)
    return cardinal(value) if value is not None and is_number else None


def _say_world_war(match: re.Match[str]) -> str:
    return f"World War {'one' if match['number'] in ('I', '1') else 'two'}"


RULES: tuple[Rule, ...] = (
    rule(
        "Roman numeral",
        r"WW\s?(?P<number>I{1,2}|[12])\b",
        _say_world_war,
    ),
    rule("Roman numeral", r"I(?=,\s(?:and\s)?II\b)", lambda match: "one"),
    rule("Roman numeral", r"(?P<roman>[IVXLCDM]+)(?![\w&]|-\w|'[a-rt-z]|\.\w)", _say),
    rule("Roman numeral", r"(?P<roman>[IVXLCDM]+)(?:st|nd|rd|th)\b", _say_ordinal),
)
LOWER_RULES: tuple[Rule, ...] = (rule("Roman numeral", r"(?<=[(\s])(?P<roman>[ivxl]{2,8})(?![\w'-])", _say_small),)
