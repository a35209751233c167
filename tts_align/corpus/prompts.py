"""Seeded sentences from frequent words: nonsense with the length, the rhythm and the punctuation of prose.

What a voice learns to attend to is words and marks in order, so the sentences need not mean anything; it must not be
able to guess the next word instead of reading it.
"""

import random
from collections.abc import Iterator, Sequence

from tts_align.corpus.prompt_words import plain_words
from tts_align.errors import CorpusError

_BEFORE_NAMES_TEXT = """
the|the|the|a|a|my|your|his|her|our|their|this|that|some|any|every|no|of the|in the|to the|on the|for a|with a|at the|
from the|by the|and the|or a|all the|one of the|into the|about the|under a|over the|after the|before the|as a|like a"""
_BEFORE_DEEDS_TEXT = """
to|and|will|can|would|could|should|must|may|has|had|have been|is|was|are|were|will be|has been|they|we|it|i|you|she|he|
but|if|when|while|because|so|then|not|also|still|never|always|who|which|that|as if|of|in|on|at|by|with|for|from"""
_STATEMENT_TEXT = """
the|a|we|they|she|he|i|it was|there is|there were|this|that|our|my|in the|on a|some|no one|when|if|now"""
_QUESTION_TEXT = """
do you|did the|is the|are they|can we|why is the|why did|where was the|when will|who has|what|how|which|would you|
should the|have you"""
_EXCLAMATION_TEXT = "what a|never|stop the|oh|look at the|how|please|we|no|the|so"
_BEFORE_NAMES, _BEFORE_DEEDS, _STATEMENT, _QUESTION, _EXCLAMATION = (
    tuple(each.strip() for each in text.split("|"))
    for text in (_BEFORE_NAMES_TEXT, _BEFORE_DEEDS_TEXT, _STATEMENT_TEXT, _QUESTION_TEXT, _EXCLAMATION_TEXT)
)

# Share of sentences by number of words, and their ends.
_LENGTHS = ((1, 3, 0.12), (4, 7, 0.28), (8, 12, 0.30), (13, 18, 0.20), (19, 25, 0.10))
_ENDS = ((".", _STATEMENT, 0.70), ("?", _QUESTION, 0.18), ("!", _EXCLAMATION, 0.12))
_BREAKS = ((",", 0.80), (";", 0.08), (":", 0.06), (" -", 0.06))
_WORDS_PER_BREAK = 7


def make_prompts(n: int, seed: int = 0, words: Sequence[str] | None = None) -> list[str]:
    """Makes sentences; the first k of n are the same for every n.

    Content words are dealt from a shuffled deck, so that each comes about equally often.

    Args:
        n: how many, at least 1.
        seed: another seed, other sentences.
        words: content words; the frequent words of English if None.

    Returns:
        n different sentences of 1 to about 28 words, without digits.

    Raises:
        CorpusError: `n` is less than 1, or the word list is not installed.

    Example:
        >>> make_prompts(1, seed=1, words=["table", "river", "open", "green", "often"])
        ['We table was open, a green often also river often, at the open.']
    """
    if n < 1:
        raise CorpusError(where="make-prompts", expected="n of at least 1", found=str(n), fix="Ask for more.")
    dice = random.Random(f"tts_align prompts {seed}")
    deck = _deal(plain_words() if words is None else words, dice)
    prompts: dict[str, None] = {}
    while len(prompts) < n:
        prompts[_sentence(deck, dice)] = None
    return list(prompts)


def _deal(words: Sequence[str], dice: random.Random) -> Iterator[str]:
    while True:
        yield from dice.sample(words, len(words))


def _sentence(deck: Iterator[str], dice: random.Random) -> str:
    low, high, _ = dice.choices(_LENGTHS, [share for *_, share in _LENGTHS])[0]
    end, openers, _ = dice.choices(_ENDS, [share for *_, share in _ENDS])[0]
    n_words = dice.randint(low, high)
    if n_words <= 3:
        phrases = [" ".join(next(deck) for _ in range(n_words))]
    else:
        phrases = [f"{dice.choice(openers)} {next(deck)}"]
    while len(" ".join(phrases).split()) < n_words:
        phrases.append(_phrase(deck, dice))
    words = _articles(" ".join(_with_breaks(phrases, dice)).split())
    words = _with_quotes(words, dice) if n_words >= 8 else words
    text = " ".join(words)
    return text[:1].upper() + text[1:] + end


def _phrase(deck: Iterator[str], dice: random.Random) -> str:
    """Function words or none, then one or two content words."""
    before = dice.choice(_BEFORE_NAMES if dice.random() < 0.5 else _BEFORE_DEEDS) if dice.random() < 0.7 else ""
    content = [next(deck) for _ in range(dice.choice((1, 1, 1, 2)))]
    return f"{before} {('-' if dice.random() < 0.08 else ' ').join(content)}".strip()


def _articles(words: list[str]) -> list[str]:
    """`a` becomes `an` before a vowel; `i` is written large."""
    written = []
    for word, after in zip(words, [*words[1:], ""], strict=True):
        vowel = word == "a" and after[:1] in tuple("aeiou")
        large = word == "i" or word.startswith(("i'", "i,", "i;", "i:"))
        written.append("an" if vowel else word.capitalize() if large else word)
    return written


def _with_breaks(phrases: list[str], dice: random.Random) -> list[str]:
    """A comma or another mark after some phrases, but the last."""
    broken, since = [], 0
    for phrase in phrases[:-1]:
        since += len(phrase.split())
        if dice.random() < since / _WORDS_PER_BREAK / 2:
            phrase, since = phrase + dice.choices([mark for mark, _ in _BREAKS], [share for _, share in _BREAKS])[0], 0
        broken.append(phrase)
    return [*broken, phrases[-1]]


def _with_quotes(words: list[str], dice: random.Random) -> list[str]:
    """Now and then quotation marks or brackets around two or three words in the middle."""
    start = dice.randrange(2, len(words) - 4)
    stop = start + dice.choice((2, 3))
    left, right = dice.choice(('""', '""', "()", "''"))
    if dice.random() < 0.9 or any(not word.isalpha() for word in words[start:stop]):
        return words
    return [*words[:start], left + words[start], *words[start + 1 : stop - 1], words[stop - 1] + right, *words[stop:]]
