"""Prompts: seeded, without digits, with the marks and lengths of prose."""

import re
from pathlib import Path

import pytest

from tts_align.corpus.prompts import make_prompts
from tts_align.errors import CorpusError
from tts_align.text import Alphabet

DATA = Path(__file__).resolve().parents[2] / "data"
WORDS = ["table", "river", "open", "green", "often", "apple", "quiet", "seven"]


def test_the_same_seed_makes_the_same_prompts_and_fewer_are_the_first_of_more() -> None:
    assert make_prompts(30, 5, WORDS) == make_prompts(50, 5, WORDS)[:30]
    assert make_prompts(30, 6, WORDS) != make_prompts(30, 5, WORDS)


def test_prompts_differ_and_have_no_digit() -> None:
    prompts = make_prompts(500, 0, WORDS)
    assert len(set(prompts)) == 500
    assert not re.search(r"\d", "".join(prompts))


def test_short_and_long_prompts_questions_and_commas_occur() -> None:
    prompts = make_prompts(500, 0, WORDS)
    lengths = [len(prompt.split()) for prompt in prompts]
    assert min(lengths) <= 2 and 19 <= max(lengths) <= 30
    for mark, share in (("?", 0.1), ("!", 0.05), (",", 0.2), (";", 0.01), ('"', 0.005), ("-", 0.02)):
        assert sum(mark in prompt for prompt in prompts) >= share * 500, mark


def test_every_prompt_begins_large_ends_with_a_mark_and_fits_the_alphabet() -> None:
    for prompt in make_prompts(300, 1, WORDS):
        assert prompt[0].isupper() and prompt[-1] in ".?!"
        assert not Alphabet().unknown(prompt)


def test_an_article_fits_the_word_after_it() -> None:
    text = " ".join(make_prompts(500, 0, WORDS)).lower()
    assert not re.search(r"\ba (apple|open|often)\b", text)
    assert re.search(r"\ban (apple|open|often)\b", text)


def test_none_is_too_few() -> None:
    with pytest.raises(CorpusError, match="expected n of at least 1, found 0"):
        make_prompts(0, 0, WORDS)


def test_the_file_of_the_demo_can_be_made_again() -> None:
    pytest.importorskip("wordfreq", reason="wordfreq is not installed")
    lines = (DATA / "demo_prompts.txt").read_text(encoding="utf8").splitlines()
    assert make_prompts(200) == lines[:200]


def test_the_files_of_the_demo_have_no_sentence_in_common_and_fit_the_alphabet() -> None:
    prompts, heldout = ((DATA / f"demo_{name}.txt").read_text("utf8").splitlines() for name in ("prompts", "heldout"))
    assert (len(prompts), len(heldout)) == (1200, 20)
    assert not set(prompts) & set(heldout)
    assert not Alphabet().unknown(" ".join(prompts + heldout))
