"""Formulas: powers, numbers with a power of ten, indices, and what a substance is made of."""

import re

from tts_align.text.reading.letter_names import spell
from tts_align.text.reading.measures import UNITS
from tts_align.text.reading.number_words import cardinal, digits, number
from tts_align.text.reading.numbers import NUMBER
from tts_align.text.reading.rule import Rule, before, rule

_RAISED, _LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"
_ON_THE_LINE = str.maketrans(_RAISED + _LOWERED + "⁻", "01234567890123456789-")
_RAISED_PART = re.compile(rf"[{_RAISED}]+|.")
_SAID = {"⁺": "plus", "⁻": "minus", "ⁿ": "N"}
_POWERS = {"2": "squared", "3": "cubed"}
_UNIT_WORDS = frozenset(word for pair in UNITS.values() for word in pair)
_WORD_BEFORE = re.compile(r"(?:[A-Za-z]{4,}|[.,;:!?\"'])$")  # no name of a variable, no function
_PART = re.compile(rf"[A-Za-z]+|[{_LOWERED}]+")


def _power(exponent: str) -> str:
    exponent = exponent.translate(_ON_THE_LINE)
    return _POWERS.get(exponent) or f"to the power of {number(exponent)}"


def _say_power(match: re.Match[str]) -> str:
    return f"{number(match['base'])} {_power(match['exponent'])}"


def _say_scientific(match: re.Match[str]) -> str:
    exponent = match["exponent"].translate(_ON_THE_LINE).strip("^{}").replace("+", "")
    return f"{number(match['base'])} times ten to the power of {number(exponent)}"


def _say_in_base(match: re.Match[str]) -> str:
    return f"{digits(match['value'])} base {cardinal(int(match['base'].translate(_ON_THE_LINE)))}"


def _say_raised(match: re.Match[str]) -> str:
    """A charge (²⁺), a power, or behind a word or a stop the number of a note, which is seen and not said."""
    raised = match[0]
    words = [_SAID.get(part) or number(part.translate(_ON_THE_LINE)) for part in _RAISED_PART.findall(raised)]
    if raised[-1] in "⁺⁻":
        return " ".join(words)
    if not set(raised.removeprefix("⁻")) <= set(_RAISED):
        return " ".join(["to the power of", *words])
    found = _WORD_BEFORE.search(before(match, 12))
    is_note = found and found[0] not in _UNIT_WORDS and raised[0] != "⁻"
    return "" if is_note else _power(raised)


def _say_formula(match: re.Match[str]) -> str:
    """H₂O, Fe₂O₃, x₁: letters by name, but those of a function (`log₁₀`)."""
    return " ".join(_part(part) for part in _PART.findall(match[0]))


def _say_gas(match: re.Match[str]) -> str:
    """CO2, with the digit on the line: letters that would else make a word."""
    return f"{spell(match['atoms'])} {number(match['n'])}"


def _part(part: str) -> str:
    if part[0] in _LOWERED:
        return cardinal(int(part.translate(_ON_THE_LINE)))
    return part if part.islower() and len(part) > 1 else spell(part)


_FORMULA = rule("formula", rf"[A-Za-z]{{1,12}}[{_LOWERED}]+(?:[A-Za-z]{{1,12}}[{_LOWERED}]*)*", _say_formula)
NUMBER_RULES: tuple[Rule, ...] = (
    rule(
        "scientific",
        rf"(?P<base>{NUMBER})\s?[x×·*]\s?10(?P<exponent>\^-?\d+|\^\{{-?\d+\}}|⁻?[{_RAISED}]+)(?!\w)",
        _say_scientific,
    ),
    rule("scientific", rf"(?P<base>{NUMBER})[eE](?P<exponent>[+-]?\d+)\b", _say_scientific),
    rule("power", rf"(?P<base>{NUMBER})\^\{{(?P<exponent>-?{NUMBER})\}}", _say_power),
    rule("power", rf"(?P<base>{NUMBER})\^(?P<exponent>-?{NUMBER})", _say_power),
    rule("power", rf"(?P<base>{NUMBER})(?P<exponent>⁻?[{_RAISED}]+)", _say_power),
    rule("base", rf"(?P<value>\d+)(?P<base>[{_LOWERED}]+)", _say_in_base),
)
UPPER_RULES: tuple[Rule, ...] = (
    _FORMULA,
    rule("formula", r"(?P<atoms>CO|NO|SO)(?P<n>[234])\b", _say_gas),
)
LOWER_RULES: tuple[Rule, ...] = (_FORMULA,)
SYMBOL_RULES: tuple[Rule, ...] = (
    rule("raised", rf"[{_RAISED}⁺⁻ⁿ]+", _say_raised),
    rule("power", rf"\^\{{?(?P<exponent>-?{NUMBER})\}}?", lambda match: _power(match["exponent"])),
    rule("index", rf"[{_LOWERED}]+", lambda match: cardinal(int(match[0].translate(_ON_THE_LINE)))),
)
