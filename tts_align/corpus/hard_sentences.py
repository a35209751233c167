"""Seeded hard sentences by category: to test a voice with, or, as drill, to train one with."""

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from tts_align.corpus import hard_forms, hard_long, hard_numbers, hard_sounds
from tts_align.corpus.hard_dealer import Dealer
from tts_align.corpus.prompt_words import plain_words
from tts_align.corpus.sentences import Sentence
from tts_align.errors import CorpusError
from tts_align.text import normalize

Purpose = Literal["hard", "drill"]

_LONGEST = 2000
_MOST_TRIES = 2000  # in a row for one sentence, before a category counts as used up


@dataclass(frozen=True)
class _Portion:
    """How many sentences of a category, of which length in characters, and what makes them."""

    category: str
    share: float
    make: Callable[[Dealer, int], str]
    shortest: int = 1
    longest: int = 350


def _short(make: Callable[[Dealer], str]) -> Callable[[Dealer, int], str]:
    return lambda deal, n_characters: make(deal)


# A voice is never trained on twisters, numbers and very long texts of this kind: they are for the test alone.
_MIXES: dict[Purpose, tuple[_Portion, ...]] = {
    "hard": (
        _Portion("word", 0.07, _short(hard_forms.word)),
        _Portion("few", 0.08, _short(hard_forms.few)),
        _Portion("repeat", 0.10, _short(hard_forms.repeat)),
        _Portion("twin", 0.08, _short(hard_forms.twin)),
        _Portion("twister", 0.08, _short(hard_sounds.twister)),
        _Portion("digits", 0.08, _short(hard_forms.digits)),
        _Portion("breathless", 0.07, hard_long.breathless, 80, 400),
        _Portion("nested", 0.07, hard_long.nested, 80, 400),
        _Portion("list", 0.08, _short(hard_long.listing)),
        _Portion("name", 0.08, _short(hard_sounds.name)),
        _Portion("spelling", 0.06, _short(hard_sounds.spelling)),
        _Portion("question", 0.07, _short(hard_forms.question)),
        _Portion("number", 0.06, _short(hard_numbers.number)),
        _Portion("long", 0.02, hard_long.paragraph, 600, _LONGEST),
    ),
    "drill": (
        _Portion("word", 0.15, _short(hard_forms.word)),
        _Portion("few", 0.15, _short(hard_forms.few)),
        _Portion("repeat", 0.15, _short(hard_forms.repeat)),
        _Portion("twin", 0.10, _short(hard_forms.twin)),
        _Portion("digits", 0.10, _short(hard_forms.digits)),
        _Portion("list", 0.10, _short(hard_long.listing)),
        _Portion("question", 0.10, _short(hard_forms.question)),
        _Portion("name", 0.06, _short(hard_sounds.name)),
        _Portion("spelling", 0.04, _short(hard_sounds.spelling)),
        _Portion("breathless", 0.02, hard_long.breathless, 80, 350),
        _Portion("nested", 0.02, hard_long.nested, 80, 350),
        _Portion("long", 0.01, hard_long.paragraph, 351, 700),
    ),
}


def make_hard_sentences(
    n: int,
    seed: int = 0,
    purpose: Purpose = "hard",
    avoid: Collection[str] = (),
    words: Sequence[str] | None = None,
) -> list[Sentence]:
    """Makes hard sentences, the dice of each category its own.

    Args:
        n: how many, at least 1.
        seed: another seed, other sentences.
        purpose: `hard` is for tests: all categories, in order, up to 2,000 characters; `number` has digits and symbols.
            `drill` is for training: no twisters and no numbers, mostly short, up to 700 characters, in mixed order.
        avoid: texts not to make, in capitals or not.
        words: plain words; the frequent words of English if None.

    Returns:
        n sentences, all different; an id is the category and a number, `hard-` before it in a drill.

    Raises:
        CorpusError: `n` is less than 1, a category has no more sentences, or the word list is not installed.

    Example:
        >>> words = ["table", "river", "open", "green", "often"]
        >>> made = make_hard_sentences(100, words=words)
        >>> made[14].id, made[14].text, made[15].text
        ('few-008', 'The lake?', 'Open hen open hen open hen.')
    """
    if n < 1:
        raise CorpusError(where="make-prompts", expected="n of at least 1", found=str(n), fix="Ask for more.")
    plain = plain_words() if words is None else words
    seen = {normalize(text) for text in avoid}
    sentences: list[Sentence] = []
    mix = _MIXES[purpose]
    prefix, width = ("hard-", 4) if purpose == "drill" else ("", 3)
    for portion, count in zip(mix, _counts(n, [portion.share for portion in mix]), strict=True):
        deal = Dealer(random.Random(f"tts_align {purpose} {portion.category} {seed}"), plain)
        for number in range(1, count + 1):
            text = _new(portion, deal, seen)
            seen.add(normalize(text))
            sentences.append(Sentence(f"{prefix}{portion.category}-{number:0{width}d}", text))
    if purpose == "drill":  # so that the first of them are a fair sample
        random.Random(f"tts_align drill order {seed}").shuffle(sentences)
    return sentences


def _new(portion: _Portion, deal: Dealer, seen: Collection[str]) -> str:
    for _ in range(_MOST_TRIES):
        text = portion.make(deal, deal.dice.randint(portion.shortest, portion.longest))
        if portion.shortest <= len(text) <= portion.longest and normalize(text) not in seen:
            return text
    raise CorpusError(
        where="make-prompts",
        expected=f"another sentence of the category {portion.category}",
        found=f"none in {_MOST_TRIES} tries",
        fix="Ask for fewer.",
    )


def _counts(n: int, shares: Sequence[float]) -> list[int]:
    """Whole numbers that add up to n, by rounding the running sum of the shares."""
    ends = [round(n * sum(shares[: i + 1]) / sum(shares)) for i in range(len(shares))]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]
