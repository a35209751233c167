"""What a benchmark can be asked on its command line."""

import argparse
from collections.abc import Callable


def parser(description: str | None) -> argparse.ArgumentParser:
    """A parser whose help is the description as it is laid out, the docstring of a benchmark."""
    return argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)


def at_least(least: int) -> Callable[[str], int]:
    """The type of an option that is a whole number from `least` on.

    Example:
        >>> at_least(5)("7")
        7
    """

    def read(written: str) -> int:
        if not written.isdecimal() or int(written) < least:
            raise argparse.ArgumentTypeError(f"expected a whole number from {least} on, found {written!r}")
        return int(written)

    return read


def of_sound(description: str | None) -> argparse.Namespace:
    """The options of a benchmark of sound: `clips`, `rounds`."""
    asked = parser(description)
    asked.add_argument("--clips", type=at_least(1), default=20)
    asked.add_argument("--rounds", type=at_least(5), default=5, help="interleaved rounds, at least 5")
    return asked.parse_args()
