"""Cuts prose into texts of 50 to 1,000 characters, each to be spoken in one piece: does a voice get worse with length?

python -m benchmarks.prose_by_length sentences.csv --out lengths.txt
python -m benchmarks.prose_by_length LJSpeech/metadata.csv --without corpora/joe/sentences.csv --out lengths.txt

The last sentences of the list that no `--without` list names are joined to stretches of 1,000 characters; full stops
inside become commas, so that one sentence remains. Every length has the beginnings of the same stretches, as often cut
as it fits into 400 characters, so that the lengths differ in nothing but length. An id begins with it: `0050-012`.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tts_align.corpus.sentences import Sentence, read_sentences, sentence_lines
from tts_align.errors import CorpusError, TtsAlignError
from tts_align.files import write_text
from tts_align.text import read_text

LENGTHS = (50, 100, 200, 400, 700, 1000)
LEAST = 400  # characters of a stretch that every length says
_STOPS = re.compile(r"\s*[.!?;:]+(?=[\s\"')]|$)")
_WEAK = re.compile(  # a sentence hardly ends with these
    r"(?i)(?:^| )(?:an?|the|this|that|these|those|such|its?|his|her|their|of|to|in|on|at|by|for|from|with|and|or|but|if"
    r"|as|is|are|was|were|be|been|has|had|have|would|should|will|not|no|he|she|they|which|who|where|when)$"
)


def texts_by_length(sentences: Sequence[str], n_stretches: int, lengths: Sequence[int] = LENGTHS) -> list[Sentence]:
    """Texts of each length.

    Args:
        sentences: prose in order.
        n_stretches: stretches of the greatest length, from the end of the prose.
        lengths: in characters; texts come within a fifth of them.

    Returns:
        Texts with ids `LENGTH-NUMBER`, sorted.

    Raises:
        CorpusError: there is not prose enough.
    """
    prose = " ".join(one_sentence(sentence) for sentence in sentences)
    stretches = list(pieces(prose, max(lengths)))[:-1][-n_stretches:]
    if len(stretches) < n_stretches:
        raise CorpusError(
            where="sentences",
            expected=f"{n_stretches} stretches of {max(lengths)} characters",
            found=f"{len(prose)} characters",
            fix="Give more sentences, or ask for fewer stretches.",
        )
    found = []
    for length in lengths:
        n_pieces = max(1, LEAST // length)
        texts = [text for each in stretches for _, text in zip(range(n_pieces), pieces(each, length), strict=False)]
        found += [Sentence(f"{length:04d}-{number:03d}", closed(text)) for number, text in enumerate(texts, 1)]
    return found


def one_sentence(text: str) -> str:
    """A sentence read in words, with commas for all stops, to be joined with others.

    Example:
        >>> one_sentence("Dr. Lee came; nobody knew. Then")
        'Doctor Lee came, nobody knew, Then'
    """
    return _STOPS.sub(",", read_text(text, "map").spoken.strip())


def pieces(prose: str, length: int) -> Iterator[str]:
    """The prose cut at spaces into pieces of about a length, rather after a comma than after a word such as `the`.

    Example:
        >>> list(pieces("one two, three four", 10))
        ['one two,', 'three four']
    """
    start = 0
    while len(prose) - start > length:
        part = prose[start : start + length + length // 5 + 1]
        spaces = [place for place in range(1, len(part)) if part[place] == " "] or [length]
        stop = min(spaces, key=lambda place: abs(place - length) + _cost(part[:place], length))
        yield prose[start : start + stop].strip()
        start += stop + 1
    if start < len(prose):
        yield prose[start:]


def _cost(piece: str, length: int) -> int:
    """How many characters of difference in length an ending is worth: none for a comma."""
    if piece.endswith((",", "-")):
        return 0
    return length // 5 if _WEAK.search(piece) else min(length // 10, 20)


def closed(text: str) -> str:
    """The text with a capital and a full stop.

    Example:
        >>> closed("and so it was,")
        'And so it was.'
    """
    bare = text.strip(" ,-")
    return bare[:1].upper() + bare[1:] + "."


def main() -> None:
    """Reads the options and writes the texts; an error ends it with status 2."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sentences", type=Path, help="prose in order, lines id|text")
    parser.add_argument("--out", type=Path, required=True, help="file to write, lines id|text")
    parser.add_argument("--without", type=Path, action="append", default=[], help="list whose ids are left out")
    parser.add_argument("--stretches", type=int, default=10, help="texts of 1,000 characters")
    options = parser.parse_args()
    try:
        known = {sentence.id for path in options.without for sentence in read_sentences(path, digits=True)}
        prose = [each.text for each in read_sentences(options.sentences, digits=True) if each.id not in known]
        texts = texts_by_length(prose, options.stretches)
        write_text(options.out, sentence_lines(texts))
    except TtsAlignError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(2) from error
    print(f"{options.out}: {len(texts)} texts, {sum(len(each.text) for each in texts):,} characters")


if __name__ == "__main__":
    main()
