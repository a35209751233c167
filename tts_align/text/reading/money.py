"""Sums of money."""

import re

from tts_align.text.reading.measures import per_unit
from tts_align.text.reading.number_words import cardinal, is_one, number
from tts_align.text.reading.numbers import NUMBER
from tts_align.text.reading.rule import Rule, is_before_noun, rule

# sign: one, many, one of the small unit, many of it
CURRENCIES = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", "cent", "cents"),
    "¥": ("yen", "yen", "", ""),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "₽": ("ruble", "rubles", "kopeck", "kopecks"),
    "₩": ("won", "won", "", ""),
}
_CODES = {
    "USD": ("U S dollar", "U S dollars"),
    "GBP": ("pound", "pounds"),
    "EUR": ("euro", "euros"),
    "JPY": ("yen", "yen"),
    "CHF": ("Swiss franc", "Swiss francs"),
    "CAD": ("Canadian dollar", "Canadian dollars"),
    "AUD": ("Australian dollar", "Australian dollars"),
}
_COUNTRIES = {
    "US": "U S",
    "A": "Australian",
    "AU": "Australian",
    "C": "Canadian",
    "CA": "Canadian",
    "NZ": "New Zealand",
}
_SCALES = {
    "k": "thousand",
    "m": "million",
    "mn": "million",
    "b": "billion",
    "bn": "billion",
    "t": "trillion",
    "tn": "trillion",
}

_SIGN = r"(?P<sign>[$£€¥₹₽₩])"
_SCALE = r"(?:\s?(?P<letter>[kKmMbBtT]|[mbt]n)(?![\w']) | [\s-](?P<scale>hundred|thousand|million|billion|trillion)\b)?"
_AMOUNT = rf"(?P<amount>{NUMBER})(?:-[$£€¥]?(?P<last>{NUMBER}))?{_SCALE}"
_PER = r"(?:\s?/\s?(?P<per>[A-Za-z]+)\b)?"


def _say_sum(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    one, many, small_one, small_many = CURRENCIES[parts["sign"]]
    country = parts.get("country")
    if country:
        one, many = f"{_COUNTRIES[country]} {one}", f"{_COUNTRIES[country]} {many}"
    per = ""
    if parts.get("per"):
        per = per_unit(parts["per"])
    if is_before_noun(match):
        many, small_many = one, small_one
    amount, last = parts["amount"], parts["last"]
    scale = parts["scale"] or _SCALES.get((parts["letter"] or "").lower(), "")
    whole, _, cents = amount.partition(".")
    if scale or last or not small_one or len(cents) != 2:
        words = number(amount) + (f" to {number(last)}" if last else "") + (f" {scale}" if scale else "")
        return f"{words} {one if is_one(amount) and not scale and not last else many}{per}"
    n_whole, n_small = int((whole or "0").replace(",", "")), int(cents)
    big = f"{cardinal(n_whole)} {one if n_whole == 1 else many}"
    small = f"{cardinal(n_small)} {small_one if n_small == 1 else small_many}"
    if not n_small:
        return big + per
    return (f"{big} and {small}" if n_whole else small) + per


def _say_pence(match: re.Match[str]) -> str:
    one, many = ("cent", "cents") if match["sign"] == "¢" else ("penny", "pence")
    return f"{number(match['amount'])} {one if is_one(match['amount']) or is_before_noun(match) else many}"


def _say_code(match: re.Match[str]) -> str:
    one, many = _CODES[match["code"]]
    parts = match.groupdict()
    scale = parts["scale"] or _SCALES.get((parts["letter"] or "").lower(), "")
    words = number(match["amount"]) + (f" to {number(parts['last'])}" if parts["last"] else "")
    return f"{words} {scale + ' ' if scale else ''}{one if is_one(match['amount']) and not scale else many}"


def _say_behind(match: re.Match[str]) -> str:
    one, many = CURRENCIES[match["sign"]][:2]
    return f"{number(match['amount'])} {one if is_one(match['amount']) else many}"


_CODE = rf"(?P<code>{'|'.join(_CODES)})"
NUMBER_RULES: tuple[Rule, ...] = (
    rule("money", rf"(?P<amount>{NUMBER})(?<!480)(?<!720)(?<!080)(?P<sign>p|¢)(?![\w'])", _say_pence),
    rule("money", rf"(?P<amount>{NUMBER})\s?(?P<sign>[£€¥₹₽₩])(?![\w])", _say_behind),
    rule("money", rf"{_AMOUNT}\s?{_CODE}\b", _say_code),
)
UPPER_RULES: tuple[Rule, ...] = (
    rule("money", rf"(?P<country>{'|'.join(_COUNTRIES)})(?P<sign>[$])\s?{_AMOUNT}{_PER}", _say_sum),
    rule("money", rf"{_CODE}\s?{_AMOUNT}", _say_code),
)
SYMBOL_RULES: tuple[Rule, ...] = (rule("money", rf"{_SIGN}\s?{_AMOUNT}{_PER}", _say_sum),)
