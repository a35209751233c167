"""Numbers with units."""

import re

from tts_align.text.reading.number_words import is_one
from tts_align.text.reading.numbers import NUMBER, QUANTITY, is_below_one, quantity
from tts_align.text.reading.rule import Rule, after, is_before_noun, rule
from tts_align.text.reading.sentence_end import period

# American spelling, as in the dictionary
_PREFIXED = {
    "m": "meter", "g": "gram", "l": "liter", "L": "liter", "W": "watt", "V": "volt", "Hz": "hertz", "Pa": "pascal",
    "J": "joule", "s": "second", "B": "byte", "N": "newton", "cal": "calorie", "bps": "bit per second",
}  # fmt: skip
_PREFIXES = {"": "", "k": "kilo", "M": "mega", "G": "giga", "T": "tera", "c": "centi", "m": "milli", "µ": "micro",
             "μ": "micro", "n": "nano", "h": "hecto", "d": "deci", "P": "peta"}  # fmt: skip
_USED = """km cm mm m µm μm nm dm kg g mg µg μg l L ml mL cl dl kW MW GW mW W V kV mV Hz kHz MHz GHz THz Pa kPa hPa
MPa J kJ MJ s ms µs μs ns kB MB GB TB PB N kN kcal cal kbps Mbps Gbps"""
_OTHERS = {
    "KB": ("kilobyte", "kilobytes"), "t": ("ton", "tons"), "lb": ("pound", "pounds"), "lbs": ("pound", "pounds"),
    "oz": ("ounce", "ounces"), "in": ("inch", "inches"), "ft": ("foot", "feet"), "yd": ("yard", "yards"),
    "yds": ("yard", "yards"), "mi": ("mile", "miles"), "mph": ("mile per hour", "miles per hour"),
    "kph": ("kilometer per hour", "kilometers per hour"), "gal": ("gallon", "gallons"), "pt": ("pint", "pints"),
    "qt": ("quart", "quarts"), "tsp": ("teaspoon", "teaspoons"), "tbsp": ("tablespoon", "tablespoons"),
    "min": ("minute", "minutes"), "mins": ("minute", "minutes"), "sec": ("second", "seconds"),
    "secs": ("second", "seconds"), "h": ("hour", "hours"), "hr": ("hour", "hours"), "hrs": ("hour", "hours"),
    "yr": ("year", "years"), "yrs": ("year", "years"), "mos": ("month", "months"),
    "wk": ("week", "weeks"), "wks": ("week", "weeks"), "ha": ("hectare", "hectares"), "dB": ("decibel", "decibels"),
    "rpm": ("revolution per minute", "revolutions per minute"), "hp": ("horsepower", "horsepower"),
    "psi": ("pound per square inch", "pounds per square inch"), "px": ("pixel", "pixels"),
    "kWh": ("kilowatt hour", "kilowatt hours"), "mA": ("milliamp", "milliamps"),
    "mAh": ("milliamp hour", "milliamp hours"),
    "fps": ("frame per second", "frames per second"), "ppm": ("part per million", "parts per million"),
    "%": ("percent", "percent"), "‰": ("per thousand", "per thousand"), "°": ("degree", "degrees"),
    "°C": ("degree Celsius", "degrees Celsius"), "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "℃": ("degree Celsius", "degrees Celsius"), "℉": ("degree Fahrenheit", "degrees Fahrenheit"),
    "kΩ": ("kiloohm", "kiloohms"), "MΩ": ("megaohm", "megaohms"), "mo": ("month", "months"),
    "sqm": ("square meter", "square meters"), "sqft": ("square foot", "square feet"), "doz": ("dozen", "dozen"),
    "pct": ("percent", "percent"),
    "K": ("kelvin", "kelvin"), "cc": ("cubic centimeter", "cubic centimeters"), "Ω": ("ohm", "ohms"),
}  # fmt: skip
_POWERS = {"²": "square", "³": "cubic", "2": "square", "3": "cubic", "^2": "square", "^3": "cubic"}
_OF_TIME = {power: {"square": "squared", "cubic": "cubed"}[word] for power, word in _POWERS.items()}
_CAPITALS = {"J", "K", "L", "N", "V", "W"}  # may also be an initial: 1984 W. Smith
_NEEDS_PERIOD = {"in"}


def _metric(unit: str) -> tuple[str, str]:
    base = next(
        base
        for base in sorted(_PREFIXED, key=len, reverse=True)
        if unit.endswith(base) and unit[: -len(base)] in _PREFIXES
    )
    one = _PREFIXES[unit[: -len(base)]] + _PREFIXED[base]
    first, space, rest = one.partition(" ")
    return one, one if base == "Hz" else first + "s" + space + rest


UNITS: dict[str, tuple[str, str]] = {unit: _metric(unit) for unit in _USED.split()} | _OTHERS
_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
_POWER = r"(?:\^?[23](?!\d)|[²³])"


def per_unit(unit: str, power: str = "") -> str:
    """A slash and what follows it in a price or a rate: `/oz` is "per ounce", `/day` is "per day".

    Example:
        >>> per_unit("oz"), per_unit("day")
        (' per ounce', ' per day')
    """
    one = UNITS[unit][0] if unit in UNITS else unit
    if not power:
        return f" per {one}"
    return f" per {one} {_OF_TIME[power]}" if one == "second" else f" per {_POWERS[power]} {one}"


def _say(match: re.Match[str]) -> str | None:
    unit, amount = match["unit"], match["quantity"]
    following = after(match, 3)
    if unit == "K" and not match["gap"]:  # 4K is a screen
        return None
    if unit in _CAPITALS and match["dot"] and re.match(r"\s?[A-Z]", following):
        return None
    if unit in _NEEDS_PERIOD and not match["dot"] and not re.match(r"[,;)\"'?!]|\s*$", following):
        return None
    one, many = UNITS[unit]
    power = match["prefix"] or match["power"]
    if power:
        word = {"sq": "square ", "cu": "cubic "}.get(power[:2]) or _POWERS[power] + " "
        one, many = word + one, word + many
    per = ""
    if match["per"]:
        per = per_unit(match["per"], match["per_power"] or "")
    words = quantity(amount)
    if is_below_one(amount) and unit not in "%‰":
        words = f"{words} of {'an' if (one[0] in 'aeiou' and not one.startswith('u')) or one == 'hour' else 'a'} {one}"
    else:
        words = f"{words} {one if is_one(amount) or match['gap'] == '-' or is_before_noun(match) else many}"
    return words + per + period(match.string, match.end(), before_any_capital=True)


def _say_dimensions(match: re.Match[str]) -> str | None:
    unit = match["unit"]
    if unit in _NEEDS_PERIOD and not match["dot"]:
        return None
    sizes = " by ".join(quantity(size) for size in re.split(r"\s?[x×]\s?", match["sizes"]))
    one, many = UNITS[unit]
    return (
        f"{sizes} {one if is_before_noun(match) else many}{period(match.string, match.end(), before_any_capital=True)}"
    )


_REST = r"(?![\w'°²³^/]|-\w)(?P<dot>\.(?!\w))?"
RULES: tuple[Rule, ...] = (
    rule("measure", rf"(?P<sizes>{NUMBER}(?:\s?[x×]\s?{NUMBER}){{1,3}})\s?(?P<unit>{_UNIT}){_REST}", _say_dimensions),
    rule(
        "measure",
        rf"""(?P<quantity>{QUANTITY})(?P<gap>\s|-|)(?P<prefix>(?:sq|cu)\.?\s)?(?P<unit>{_UNIT})(?P<power>{_POWER})?
        (?:\s?/\s?(?P<per>{_UNIT})(?P<per_power>{_POWER})?)?{_REST}""",
        _say,
    ),
)
