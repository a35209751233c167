"""Hard sentences: seeded, in categories, readable by the default alphabet, and the file in data/ is what is made."""

import re
from collections import Counter
from pathlib import Path

import pytest

from tts_align.corpus import hard_sentences
from tts_align.corpus.hard_sentences import make_hard_sentences
from tts_align.corpus.sentences import Sentence, read_sentences, sentence_lines
from tts_align.errors import CorpusError
from tts_align.text import Alphabet, normalize

DATA = Path(__file__).resolve().parents[2] / "data"
WORDS = ["table", "river", "open", "green", "often", "apple", "quiet", "seven", "you've", "letter", "warm", "mostly"]
CATEGORIES = [
    *("word", "few", "repeat", "twin", "twister", "digits", "breathless"),
    *("nested", "list", "name", "spelling", "question", "number", "long"),
]


@pytest.fixture(scope="module")
def shipped() -> list[Sentence]:
    return read_sentences(DATA / "hard_sentences.txt", digits=True)


def category(sentence: Sentence) -> str:
    return sentence.id.removeprefix("hard-").partition("-")[0]


def hard(n: int = 300, seed: int = 0, **options: object) -> list[Sentence]:
    return make_hard_sentences(n, seed, words=WORDS, **options)


def test_the_same_seed_makes_the_same_sentences() -> None:
    assert hard(seed=5) == hard(seed=5)
    assert hard(seed=6) != hard(seed=5)


def test_every_number_of_sentences_is_made_exactly_and_all_differ() -> None:
    for n in (1, 7, 300):
        made = hard(n)
        assert len({normalize(each.text) for each in made}) == len({each.id for each in made}) == n


def test_shares_of_a_test_and_of_a_drill() -> None:
    counts = Counter(map(category, hard(1000)))
    assert list(counts) == CATEGORIES
    assert counts["repeat"] == 100 and counts["number"] == 60 and counts["long"] == 20
    drill = Counter(map(category, hard(1000, purpose="drill")))
    assert drill["word"] == drill["few"] == drill["repeat"] == 150 and drill["long"] == 10
    assert set(CATEGORIES) - set(drill) == {"twister", "number"}


def test_a_drill_can_be_read_and_spoken_and_is_mostly_short() -> None:
    drill = hard(600, seed=1, purpose="drill")
    for each in drill:
        Alphabet().encode(each.text)
        assert len(each.text) <= (700 if category(each) == "long" else 350)
    lengths = sorted(len(each.text) for each in drill)
    assert lengths[len(lengths) // 2] < 60 and lengths[-1] >= 351
    assert {category(each) for each in drill[:60]} >= {"word", "few", "repeat", "twin", "digits", "list"}


def test_what_is_to_be_avoided_is_not_made_in_capitals_either() -> None:
    before = hard(seed=3)
    after = hard(seed=3, avoid=[each.text.upper() for each in before[::2]])
    assert not {each.text for each in before[::2]} & {each.text for each in after}


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("repeat", r"\b(\w[\w' ]*)\b\W+(and )?\1\b"),
        ("digits", r"(?i)(\b(zero|one|two|three|four|five|six|seven|eight|nine|oh|double|[A-Z])\b\W*){3}"),
        ("list", r"(.*[,;]){2}| (and|or) "),
        ("question", r"[?!]$"),
        ("number", r"\d|&"),
        ("breathless", r"^[^,;:.]*\.?$"),
        ("nested", r", |which|that|\("),
        ("long", r"(?s).{600,2000}"),
    ],
)
def test_a_sentence_has_what_its_category_says(kind: str, pattern: str) -> None:
    made = [each for each in hard(800) if category(each) == kind]
    assert len(made) >= 16
    assert [each.text for each in made if not re.search(pattern, each.text, re.IGNORECASE)] == []


def test_sentences_begin_large_and_articles_fit() -> None:
    for each in hard(800):
        assert re.match(r'"?[A-Z0-9]', each.text), each
        assert not re.search(r"\b[Aa] (a|e|i|o|u|honest)[a-z]+", each.text), each


def test_none_is_too_few() -> None:
    with pytest.raises(CorpusError, match="expected n of at least 1, found 0"):
        hard(0)


def test_a_category_that_is_used_up_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hard_sentences, "_MOST_TRIES", 1)
    with pytest.raises(CorpusError, match="expected another sentence of the category word, found none in 1 tries"):
        hard(avoid=[each.text for each in hard()])


def test_the_shipped_file_is_what_the_command_makes() -> None:
    pytest.importorskip("wordfreq", reason="wordfreq is not installed")
    by_hand = read_sentences(DATA / "hard_by_hand.txt", digits=True)
    made = make_hard_sentences(1000, 0, avoid=[each.text for each in by_hand])
    assert (DATA / "hard_sentences.txt").read_text(encoding="utf8") == sentence_lines(by_hand + made)


def test_the_shipped_file_has_enough_of_every_category_and_no_sentence_twice(shipped: list[Sentence]) -> None:
    assert len({normalize(each.text) for each in shipped}) == len(shipped) == 1270
    counts, by_hand = Counter(map(category, shipped)), Counter(category(each) for each in shipped if "-h" in each.id)
    assert set(counts) == set(by_hand) == set(CATEGORIES)
    assert min(by_hand[kind] for kind in CATEGORIES if kind != "long") >= 15 and sum(by_hand.values()) == 270
    lengths = [len(each.text) for each in shipped]
    assert max(lengths) <= 2000
    assert sum(length > 600 for length in lengths) == counts["long"] == 23
    assert sum(length <= 200 for length in lengths) >= 0.88 * len(lengths)


def test_the_default_alphabet_reads_all_of_the_shipped_file_but_numbers(shipped: list[Sentence]) -> None:
    for each in shipped:
        if category(each) != "number":
            Alphabet().encode(each.text)
    odd = {letter for each in shipped for letter in each.text if not " " <= letter <= "~"}
    assert odd == set("°£€")


def test_no_prompt_of_the_demo_is_a_hard_sentence(shipped: list[Sentence]) -> None:
    prompts = read_sentences(DATA / "demo_prompts.txt")
    assert not {normalize(each.text) for each in shipped} & {normalize(each.text) for each in prompts}
