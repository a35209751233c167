"""Number words of English: cardinals, ordinals, years, digits, decimals, fractions."""

import functools

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MOST_DIGITS = 36  # beyond a decillion number words say less than the digits


@functools.lru_cache(4096)
def cardinal(value: int) -> str:
    """A whole number in words, without commas; one of more than 36 digits is said digit by digit.

    Example:
        >>> cardinal(1234), cardinal(-5)
        ('one thousand two hundred and thirty-four', 'minus five')
    """
    from num2words import num2words

    if len(str(abs(value))) > _MOST_DIGITS:
        return ("minus " if value < 0 else "") + digits(str(abs(value)))
    return str(num2words(value)).replace(",", "")


@functools.lru_cache(4096)
def ordinal(value: int) -> str:
    """The place in a row.

    Example:
        >>> ordinal(1), ordinal(112)
        ('first', 'one hundred and twelfth')
    """
    from num2words import num2words

    return str(num2words(value, to="ordinal")).replace(",", "")


def year(value: int) -> str:
    """A year as it is said.

    Args:
        value: 1 to 9999.

    Example:
        >>> [year(value) for value in (1603, 1900, 1984, 2001, 2024)]
        ['sixteen oh three', 'nineteen hundred', 'nineteen eighty-four', 'two thousand and one', 'twenty twenty-four']
    """
    century, rest = divmod(value, 100)
    if value < 1000 or (century % 10 == 0 and rest < 10):
        return cardinal(value)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def written_year(written: str) -> str:
    """A year as it is said that is written with two digits or four.

    Example:
        >>> written_year("2021"), written_year("21"), written_year("08")
        ('twenty twenty-one', 'twenty-one', 'oh eight')
    """
    if len(written) == 4:
        return year(int(written))
    return ("oh " if written[0] == "0" else "") + ("oh" if written == "00" else cardinal(int(written)))


def digits(written: str, zero: str = "zero") -> str:
    """Digits one by one.

    Example:
        >>> digits("007"), digits("404", zero="oh")
        ('zero zero seven', 'four oh four')
    """
    return " ".join(zero if digit == "0" else _DIGITS[int(digit)] for digit in written)


def number(written: str) -> str:
    """A number as it is written: with commas or spaces between thousands, a decimal point, leading zeros, a sign.

    Example:
        >>> number("1,234.05"), number("-.5"), number("007")
        ('one thousand two hundred and thirty-four point zero five', 'minus point five', 'zero zero seven')
    """
    if written[0] in "+-":
        return ("plus " if written[0] == "+" else "minus ") + number(written[1:])
    whole, point, decimals = written.replace(",", "").replace(" ", "").partition(".")
    words = []
    if whole:
        is_code = (len(whole) > 1 and whole[0] == "0") or (written.isdigit() and len(whole) > 12)
        words.append(digits(whole) if is_code else cardinal(int(whole)))
    if point:
        words.append(f"point {digits(decimals)}")
    return " ".join(words)


def is_one(written: str) -> bool:
    """Says whether a noun after the number is in the singular.

    Example:
        >>> is_one("1"), is_one("1.0"), is_one("0.5")
        (True, False, False)
    """
    return written.lstrip("+-") == "1"


def fraction(above: int, below: int) -> str:
    """A common fraction; one with a large or an odd denominator is said as a division.

    Example:
        >>> fraction(1, 2), fraction(3, 4), fraction(2, 3), fraction(28, 53)
        ('one half', 'three quarters', 'two thirds', 'twenty-eight over fifty-three')
    """
    named = 2 <= below <= 20 or below in (24, 25, 30, 32, 40, 48, 50, 60, 64, 100, 1000)
    if not named or not 0 < above <= 100:
        return f"{cardinal(above)} over {cardinal(below)}"
    one = {2: "half", 4: "quarter"}.get(below, ordinal(below))
    many = "halves" if below == 2 else one + "s"
    return f"{cardinal(above)} {one if above == 1 else many}"


def plural(words: str) -> str:
    """Number words in the plural, as of decades.

    Example:
        >>> plural("nineteen sixty"), plural("six"), plural("nineteen hundred")
        ('nineteen sixties', 'sixes', 'nineteen hundreds')
    """
    if words.endswith("y"):
        return words[:-1] + "ies"
    return words + ("es" if words.endswith("x") else "s")
