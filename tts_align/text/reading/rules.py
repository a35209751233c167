"""All rules of reading, in the order in which they are tried, by the kind of character that they begin with."""

from tts_align.text.reading import (
    abbreviations,
    acronyms,
    addresses,
    dates,
    formulas,
    measures,
    money,
    numbers,
    phones,
    primes,
    romans,
    symbols,
    times,
)
from tts_align.text.reading.rule import Rule

NUMBER_RULES: tuple[Rule, ...] = (
    *addresses.RULES,
    *dates.NUMBER_RULES,
    *times.RULES,
    *phones.NUMBER_RULES,
    *money.NUMBER_RULES,
    *numbers.FIRST_RULES,
    *primes.RULES,
    *formulas.NUMBER_RULES,
    *measures.RULES,
    *numbers.RULES,
    *acronyms.MIXED_RULES,
    *numbers.LAST_RULES,
)
UPPER_RULES: tuple[Rule, ...] = (
    *addresses.RULES,
    *money.UPPER_RULES,
    *dates.WORD_RULES,
    *formulas.UPPER_RULES,
    *abbreviations.UPPER_RULES,
    *romans.RULES,
    *acronyms.UPPER_RULES,
    *acronyms.MIXED_RULES,
)
LOWER_RULES: tuple[Rule, ...] = (
    *addresses.RULES,
    *formulas.LOWER_RULES,
    *primes.LOWER_RULES,
    *abbreviations.LOWER_RULES,
    *romans.LOWER_RULES,
    *acronyms.MIXED_RULES,
)
SYMBOL_RULES: tuple[Rule, ...] = (
    *phones.SYMBOL_RULES,
    *money.SYMBOL_RULES,
    *numbers.SYMBOL_RULES,
    *formulas.SYMBOL_RULES,
    *addresses.SYMBOL_RULES,
    *symbols.RULES,
)
