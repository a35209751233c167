"""Symbols that are said by a word, and marks that are only seen."""

import re

from tts_align.text.reading.rule import Rule, after, before, rule
from tts_align.text.reading.sentence_end import period

WORDS = {
    "&": "and", "+": "plus", "=": "equals", "%": "percent", "@": "at", "<": "is less than", ">": "is greater than",
    "≤": "is at most", "≥": "is at least", "≠": "is not equal to", "±": "plus or minus",
    "×": "times", "÷": "divided by", "√": "the square root of", "∞": "infinity", "°": "degrees", "§": "section",
    "¶": "paragraph", "©": "copyright", "®": "registered", "™": "trademark", "→": "to", "←": "from", "$": "dollar",
    "£": "pound", "€": "euro", "¥": "yen", "¢": "cent", "₹": "rupee", "₽": "ruble", "₩": "won",
    "µ": "micro", "Ω": "ohm", "№": "number", "‰": "per thousand",
    ">=": "is at least", "<=": "is at most", "!=": "is not equal to", "==": "equals", "->": "to", "=>": "to",
    "<->": "to and from", "↔": "to and from",
    "§§": "sections", "∛": "the cube root of", "∑": "the sum of",
    "^": "to the power of", "\\": "backslash", "/": "slash", "#": "hash", "~": "about", "|": "bar",
}  # fmt: skip
_GREEK = """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau
upsilon phi chi psi omega"""
WORDS |= {chr(ord("α") + i): name for i, name in enumerate(_GREEK.split())} | {"Δ": "delta", "Σ": "sigma", "Φ": "phi"}
_BRACKETS = {"[": "(", "]": ")", "{": "(", "}": ")"}
_SIDE = re.compile(r"(?:\b\w|\d|\))\s?$")  # of an equation
_PRODUCT = re.compile(r"\d\s?·\s?\d|\w·\w")
_ANY = "|".join(re.escape(symbol) for symbol in sorted(WORDS, key=len, reverse=True))

RULES: tuple[Rule, ...] = (
    rule("symbol", r"(?<=\d)\*\*(?=\d)", lambda match: "to the power of"),
    rule(
        "mark", r"\[\d+\]|[*_]+(?=[\w\"'(])|(?<=[\w\"').,!?])[*_]+|[*_]{2,}|[•·●▪◦†‡]", lambda match: _say_mark(match)
    ),
    rule("symbol", r"&c\b\.?", lambda match: "et cetera" + period(match.string, match.end())),
    rule("symbol", r"\*", lambda match: "times" if _is_between_factors(match) else "star"),
    rule("symbol", r"~(?=/)", lambda match: "tilde"),
    rule("symbol", r"_", lambda match: "underscore"),
    rule("bracket", r"[\[\]{}]", lambda match: _BRACKETS[match[0]]),
    rule("symbol", r"\#(?=\d)", lambda match: "number"),
    rule("symbol", r"\#(?=[A-Za-z])", lambda match: "hashtag"),
    rule("symbol", r"&\#?\w{2,6};", lambda match: {"&amp;": "and", "&nbsp;": "", "&lt;": "is less than"}.get(match[0])),
    rule("symbol", r"(?<=\d\s)/(?=\s\d)", lambda match: "divided by"),
    rule(
        "symbol",
        r"(?<=[a-z])/(?=[a-z])",
        lambda match: "or" if _before(match) in ("he", "his", "him", "she", "either", "yes") else "slash",
    ),
    rule("symbol", r"≈", lambda match: "is about" if _SIDE.search(before(match, 4)) else "about"),
    rule("symbol", rf"(?:{_ANY})", lambda match: WORDS[match[0]]),
)


def _before(match: re.Match[str]) -> str:
    return before(match, 12).rsplit(" ", 1)[-1].lower()


def _is_between_factors(match: re.Match[str]) -> bool:
    """5 * 3 and 5*x, but not a 5* hotel."""
    return bool(
        re.search(r"(?:\d\s*|\b[A-Za-z])$", before(match, 8)) and re.match(r"\s*(?:[\d(]|[A-Za-z]\b)", after(match, 8))
    )


def _say_mark(match: re.Match[str]) -> str | None:
    """Emphasis, bullets and footnote marks are seen, not said; a star between numbers is said."""
    behind_digit = re.search(r"\d\s?$", before(match, 2))
    if match[0] == "*" and (behind_digit or _is_between_factors(match)):
        return None
    if match[0] == "·" and _PRODUCT.search(before(match, 2) + match[0] + after(match, 2)):
        return "times"
    if match[0] == "_" and re.search(r"\w$", before(match, 1)) and re.match(r"\w", after(match, 1)):
        return None
    return ""
