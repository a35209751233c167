"""Symbols that are said by a word, and marks that are only seen."""

import re

from tts_align.text.reading.rule import Rule, after, before, rule

WORDS = {
    "&": "and", "+": "plus", "=": "equals", "%": "percent", "@": "at", "<": "is less than", ">": "is greater than",
    "≤": "is at most", "≥": "is at least", "≠": "is not equal to", "≈": "is about", "±": "plus or minus",
    "×": "times", "÷": "divided by", "√": "the square root of", "∞": "infinity", "°": "degrees", "§": "section",
    "¶": "paragraph", "©": "copyright", "®": "registered", "™": "trademark", "→": "to", "←": "from", "$": "dollar",
    "£": "pound", "€": "euro", "¥": "yen", "¢": "cent", "₹": "rupee", "₽": "ruble", "₩": "won",
    "π": "pi", "µ": "micro", "Ω": "ohm", "²": "squared", "³": "cubed", "№": "number", "‰": "per thousand",
    "^": "to the power of", "\\": "backslash", "/": "slash", "#": "hash", "~": "about", "|": "bar",
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "λ": "lambda", "σ": "sigma", "Δ": "delta",
}  # fmt: skip
_BRACKETS = {"[": "(", "]": ")", "{": "(", "}": ")"}
_ANY = "|".join(re.escape(symbol) for symbol in WORDS)

RULES: tuple[Rule, ...] = (
    rule(
        "mark", r"\[\d+\]|[*_]+(?=[\w\"'(])|(?<=[\w\"').,!?])[*_]+|[*_]{2,}|[•·●▪◦†‡]", lambda match: _say_mark(match)
    ),
    rule("symbol", r"\*", lambda match: "times" if re.search(r"\d\s*$", before(match, 8)) else "star"),
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
    rule("symbol", rf"(?:{_ANY})", lambda match: WORDS[match[0]]),
)


def _before(match: re.Match[str]) -> str:
    return before(match, 12).rsplit(" ", 1)[-1].lower()


def _say_mark(match: re.Match[str]) -> str | None:
    """Emphasis, bullets and footnote marks are seen, not said; a star between numbers is said."""
    if match[0] == "*" and re.search(r"\d\s?$", before(match, 2)):
        return None
    if match[0] == "_" and re.search(r"\w$", before(match, 1)) and re.match(r"\w", after(match, 1)):
        return None
    return ""
