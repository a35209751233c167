"""Whether the period of an abbreviation also ends a sentence."""

import re

_STARTERS = """A After All Although An And Another As At Both But By Can Could Did Do Does Even Every Few For From Had
Has Have He Her Here His How However I If In Is It Its Let Many Maybe More Most My Never No Nobody Not Nothing Now Of
On Once One Only Or Other Our Perhaps Please She Since So Some Somebody Soon Such Suddenly Than Thank That The Their
Then There These They This Those Though Thus To Today Tomorrow Too Two Under Until Was We Well Were What When Where
Whether Which While Who Whose Why Will With Without Would Yes Yesterday Yet You Your"""
_CLOSED = re.compile(r"""["')\]]*(?:\s*$|\s*\n)""")
_STARTER = re.compile(rf"""["')\]]*\s+["'(]*(?:{"|".join(_STARTERS.split())})\b""")
_CAPITAL = re.compile(r"""["')\]]*\s+["'(]*[A-Z]""")


def ends_sentence(text: str, stop: int, before_any_capital: bool = False) -> bool:
    """Says whether a sentence ends at a place.

    Args:
        text: the text.
        stop: the place, behind the period.
        before_any_capital: whether any word in capitals begins a sentence there (as after `5 kg.`), not only one that
            is no name (as after `9 a.m.`).

    Example:
        >>> ends_sentence("At 9 a.m. He left.", 9), ends_sentence("At 9 a.m. Monday.", 9)
        (True, False)
    """
    if _CLOSED.match(text, stop):
        return True
    return bool((_CAPITAL if before_any_capital else _STARTER).match(text, stop))


def period(text: str, stop: int, before_any_capital: bool = False) -> str:
    """The period that stays when an abbreviation that ends at `stop` is written out: `.` or nothing."""
    has_period = text[stop - 1] == "."
    return "." if has_period and ends_sentence(text, stop, before_any_capital) else ""
