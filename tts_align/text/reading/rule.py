"""A rule of reading: which written characters it is about, and which words they become."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_ARTICLE = re.compile(r"(?:^|\W)[Aa]n?\s$")
_NOUN = re.compile(r"\s(?!(?:in|of|or|and|to|for|on|at|is|was|per|by|a|each)\b)[A-Za-z]")


@dataclass(frozen=True)
class Rule:
    """One way to read some characters.

    A pattern is tried where a word, a number or a symbol begins; it may look at what stands before. It sees the text
    with plain quotes, hyphens and spaces. Patterns know ASCII letters and digits only.

    Attributes:
        kind: the name of it, for the record.
        pattern: what it is about.
        say: words for a match, or None where the rule does not hold after all.
    """

    kind: str
    pattern: re.Pattern[str]
    say: Callable[[re.Match[str]], str | None]


def before(match: re.Match[str], most: int) -> str:
    """Up to so many characters before a match."""
    return match.string[max(0, match.start() - most) : match.start()]


def after(match: re.Match[str], most: int) -> str:
    """Up to so many characters behind a match."""
    return match.string[match.end() : match.end() + most]


def is_before_noun(match: re.Match[str]) -> bool:
    """Says whether an amount stands before what it is an amount of, in the singular: a *five dollar* bill."""
    return bool(_ARTICLE.search(before(match, 4)) and _NOUN.match(after(match, 8)))


def rule(kind: str, pattern: str, say: Callable[[re.Match[str]], str | None]) -> Rule:
    """A rule from the source of its pattern, which is written with spaces for reading (`re.VERBOSE`)."""
    return Rule(kind, re.compile(pattern, re.VERBOSE | re.ASCII), say)
