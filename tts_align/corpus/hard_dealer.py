"""The dealer of hard sentences: words from seeded dice, and how they become a sentence."""

import random
from collections.abc import Iterator, Sequence

from tts_align.corpus.hard_vocabulary import DEEDS, QUALITIES, THINGS


class Dealer:
    """Deals words of every kind from seeded dice.

    Args:
        dice: the only source of chance.
        words: plain words of any kind; each comes about equally often.

    Example:
        >>> deal = Dealer(random.Random(3), ["pear", "oak"])
        >>> sorted(deal.some(2)), len(set(deal.things(5)))
        (['oak', 'pear'], 5)
    """

    def __init__(self, dice: random.Random, words: Sequence[str]):
        self.dice = dice
        self._plain = _endless(words, dice)

    def some(self, n: int) -> list[str]:
        """n plain words."""
        return [next(self._plain) for _ in range(n)]

    def things(self, n: int) -> list[str]:
        """n different things, without article."""
        return self.dice.sample(THINGS, n)

    def qualities(self, n: int) -> list[str]:
        """n different qualities."""
        return self.dice.sample(QUALITIES, n)

    def deeds(self, n: int) -> list[str]:
        """n different deeds in the past."""
        return [past for _, past, _ in self.dice.sample(DEEDS, n)]

    def one(self, *choices: str) -> str:
        """One of the choices."""
        return self.dice.choice(choices)


def sentence(text: str, end: str) -> str:
    """Capital, articles and end mark.

    Example:
        >>> sentence("a old owl, i think", ".")
        'An old owl, I think.'
    """
    words = text.split()
    written = [_article(word, after) for word, after in zip(words, [*words[1:], ""], strict=True)]
    joined = " ".join(written)
    first = joined[:1] == '"'
    return joined[:first] + joined[first : first + 1].upper() + joined[first + 1 :] + end


def _endless(words: Sequence[str], dice: random.Random) -> Iterator[str]:
    while True:
        yield from dice.sample(words, len(words))


def _article(word: str, after: str) -> str:
    if word == "a" and (after[:1].lower() in ("a", "e", "i", "o", "u") or after == "honest"):
        return "an"
    return word.capitalize() if word == "i" or word.startswith(("i'", "i,")) else word
