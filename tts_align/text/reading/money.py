"""Sums of money."""

import re

from tts_align.text.reading.measures import per_unit
from tts_align.text.reading.number_words import cardinal, is_one, number
from tts_align.text.reading.numbers import NUMBER, QUANTITY, WHOLE, quantity
from tts_align.text.reading.rule import Rule, is_before_noun, rule
from tts_align.text.reading.sentence_end import period

# sign: one, many, one of the small unit, many of it
CURRENCIES = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", "cent", "cents"),
    "¥": ("yen", "yen", "", ""),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "Rs": ("rupee", "rupees", "paisa", "paise"),
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
    "S": "Singapore",
    "HK": "Hong Kong",
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

_COUNTED = (
    "people|users|views|followers|subscribers|downloads|copies|jobs|homes|customers|voters|visitors|members|fans|"
    "viewers|students|workers|residents|refugees|words|parameters"
)
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
    n_whole, n_small = int(re.sub(r"[,\s]", "", whole or "0")), int(cents)
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


def _say_old_pence(match: re.Match[str]) -> str:
    """£3 10s. 6d., of the time before 1971."""
    parts = match.groupdict()
    coins = (("pounds", "pound", "pounds"), ("shillings", "shilling", "shillings"), ("pence", "penny", "pence"))
    named = [(parts.get(name), one, many) for name, one, many in coins]
    words = [f"{number(size)} {one if is_one(size) else many}" for size, one, many in named if size]
    return " and ".join([" ".join(words[:-1]), words[-1]]) + period(match.string, match.end())


def _say_scaled(match: re.Match[str]) -> str:
    return f"{quantity(match['quantity'])} {_SCALES[match['letter'].lower()]}"


def _say_behind(match: re.Match[str]) -> str:
    one, many = CURRENCIES[match["sign"]][:2]
    return f"{number(match['amount'])} {one if is_one(match['amount']) else many}"


_CODE = rf"(?P<code>{'|'.join(_CODES)})"
_SHILLINGS = r"(?P<shillings>\d{1,2})s\.?"
_PENCE = r"(?P<pence>1[01]|\d)d\b\.?"
NUMBER_RULES: tuple[Rule, ...] = (
    rule("money", rf"{_SHILLINGS},?\s{_PENCE}", _say_old_pence),
    rule("money", rf"(?P<amount>{NUMBER})(?<!480)(?<!720)(?<!080)(?P<sign>p|¢)(?![\w'])", _say_pence),
    rule("money", rf"(?P<amount>{NUMBER})\s?(?P<sign>[£€¥₹₽₩])(?![\w])", _say_behind),
    rule("money", rf"{_AMOUNT}\s?{_CODE}\b", _say_code),
    rule("scale", rf"(?P<quantity>{QUANTITY})\s?(?P<letter>[mbt]n)(?![\w'])", _say_scaled),
    rule(
        "scale",
        rf"(?P<quantity>{QUANTITY})(?P<letter>[kKmM])(?=(?:-{NUMBER}(?P=letter))?\s(?:{_COUNTED})\b)",
        _say_scaled,
    ),
)
UPPER_RULES: tuple[Rule, ...] = (
    rule("money", rf"(?P<country>{'|'.join(_COUNTRIES)})(?P<sign>[$])\s?{_AMOUNT}{_PER}", _say_sum),
    rule("money", rf"{_CODE}\s?{_AMOUNT}", _say_code),
    rule("money", rf"(?P<sign>Rs)\.?\s?{_AMOUNT}{_PER}", _say_sum),
)
SYMBOL_RULES: tuple[Rule, ...] = (
    rule("money", rf"£(?P<pounds>{WHOLE}),?\s{_SHILLINGS}(?:,?\s{_PENCE})?(?!\w)", _say_old_pence),
    rule("money", rf"{_SIGN}\s?{_AMOUNT}{_PER}", _say_sum),
)
