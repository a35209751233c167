"""Chooses sentences that a listener with a dictionary can judge: every word in it, equal shares of all categories.

python -m benchmarks.chosen_sentences data/hard_sentences.txt --out hard300.txt
python -m benchmarks.chosen_sentences data/hard_sentences.txt --out few.txt --per-category 5 --seed 1

An aligner needs to know how a word sounds: it is no judge of names that nobody has. So a sentence is left out if the
CMU Pronouncing Dictionary lacks one of its words. The texts are written as they are read: numbers and abbreviations in
words, so that voices that read no digits speak the same words. An id begins with its category: `list-012`.
"""

import argparse
import random
import re
from collections.abc import Sequence
from pathlib import Path

from tts_align.corpus.sentences import Sentence, read_sentences, sentence_lines
from tts_align.errors import TextError
from tts_align.files import write_text
from tts_align.text import load_lexicon, normalize, read_text

LONGEST = 1000
_WORD = re.compile(r"[a-z']+")


def as_read(sentence: Sentence) -> Sentence | None:
    """The sentence in the words that are said for it; None if it has characters that cannot be read, or foreign ones.

    Example:
        >>> as_read(Sentence("number-1", "Dr. Lee, at 9 p.m.")).text
        'Doctor Lee, at nine P M.'
        >>> as_read(Sentence("name-1", "Zoë.")) is None
        True
    """
    try:
        spoken = read_text(sentence.text).spoken
    except TextError:
        return None
    return Sentence(sentence.id, spoken) if normalize(spoken).isascii() else None


def is_known(text: str) -> bool:
    """Whether the dictionary has every word of a text.

    Example:
        >>> is_known("Forty-two cats."), is_known("Zheedaukaustad.")
        (True, False)
    """
    known = load_lexicon("cmudict")
    words = [word.strip("'") for word in _WORD.findall(normalize(text))]
    return all(known.phones(word) for word in words if word)


def chosen(sentences: Sequence[Sentence], per_category: int, n_long: int, seed: int) -> list[Sentence]:
    """A seeded choice, in the order of the list.

    Args:
        sentences: the list; what stands before the first `-` of an id is its category.
        per_category: at most so many of each.
        n_long: at most so many of the category `long`; sentences of more than 1,000 characters are never taken.
        seed: of the choice.

    Returns:
        Sentences with the texts that are spoken.
    """
    spoken = [each for each in map(as_read, sentences) if each and len(each.text) <= LONGEST and is_known(each.text)]
    categories: dict[str, list[Sentence]] = {}
    for sentence in spoken:
        categories.setdefault(sentence.id.partition("-")[0], []).append(sentence)
    draw = random.Random(seed)
    kept: set[str] = set()
    for name, members in sorted(categories.items()):
        n = min(len(members), n_long if name == "long" else per_category)
        kept.update(sentence.id for sentence in draw.sample(members, n))
    return [sentence for sentence in spoken if sentence.id in kept]


def main() -> None:
    """Reads the options, chooses, writes the list."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sentences", type=Path, help="lines id|text")
    parser.add_argument("--out", type=Path, required=True, help="file to write, lines id|text")
    parser.add_argument("--per-category", type=int, default=25, help="sentences of a category at most")
    parser.add_argument("--long", type=int, default=4, help="sentences of the category `long` at most")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    found = chosen(read_sentences(options.sentences, digits=True), options.per_category, options.long, options.seed)
    write_text(options.out, sentence_lines(found))
    n_words = sum(len(sentence.text.split()) for sentence in found)
    print(f"{options.out}: {len(found)} sentences, {n_words:,} words")


if __name__ == "__main__":
    main()
