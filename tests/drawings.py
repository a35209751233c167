"""Alignments drawn in ASCII: one line for each symbol, one column for each step.

    c ##......
    a ..#++...
    t ...++###

The first character is the symbol (`_` is a space, `$` is `<end>`). `#` is weight 1, `+` one half, a digit so many
tenths, `.` zero.
"""

import numpy as np

from tts_align.alignment import Alignment

_SYMBOLS = {"_": " ", "$": "<end>"}
_WEIGHTS = {"#": 1.0, "+": 0.5, ".": 0.0} | {str(n): n / 10 for n in range(10)}


def drawn(drawing: str, seconds_per_step: float = 0.03, repeat: int = 1) -> Alignment:
    """Parses a drawing into an alignment; each column stands for `repeat` steps."""
    lines = [line.split() for line in drawing.strip().splitlines()]
    symbols = tuple(_SYMBOLS.get(symbol, symbol) for symbol, _ in lines)
    weights = np.array([[_WEIGHTS[mark] for mark in marks] for _, marks in lines]).T
    return Alignment(weights.repeat(repeat, axis=0), symbols, seconds_per_step)


def spoken(text: str, order: str | None = None, steps: int = 3, seconds_per_step: float = 0.03) -> Alignment:
    """Hard attention that stays `steps` steps on each symbol.

    Args:
        text: what should be said; `$` is `<end>`.
        order: what was said: characters of the text, and `[a:b]` for a span of positions; None means all, once.
    """
    symbols = tuple(_SYMBOLS.get(letter, letter) if letter == "$" else letter for letter in text)
    said = list(range(len(text))) if order is None else [j for span in order.split() for j in _span(span, len(text))]
    return Alignment(np.eye(len(text))[said].repeat(steps, axis=0), symbols, seconds_per_step)


def _span(span: str, n_symbols: int) -> range:
    start, _, stop = span.partition(":")
    return range(int(start or 0), int(stop or n_symbols))
