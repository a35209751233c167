"""Texts are split where a reader would stop, whatever they are."""

import time

import pytest

from tts_align.synthesis.sentences import MOST_CHARACTERS, split_sentences


def texts(text):
    return [sentence.text for sentence in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Mr. J. R. Jones came at 5 p.m. on Jan. 5th. Ok.", ["Mr. J. R. Jones came at 5 p.m. on Jan. 5th.", "Ok."]),
        ('"What?" she said. "No!" He ran.', ['"What?" she said.', '"No!"', "He ran."]),
        ("“Curly quotes.” He ran. ‘Yes.’ Done?", ["“Curly quotes.”", "He ran.", "‘Yes.’", "Done?"]),
        ("He went... and then came back. Good.", ["He went... and then came back.", "Good."]),
        ("no punctuation at all", ["no punctuation at all"]),
        ("It costs $3.50. Really?! Yes.", ["It costs $3.50.", "Really?!", "Yes."]),
        ("1. First. 2. Second.", ["1. First.", "2. Second."]),
        ("One\ntwo\r\nthree.", ["One two three."]),
        ("Title\n \t\nText.", ["Title", "Text."]),
        ("He ran. !!! She sat.", ["He ran. !!!", "She sat."]),
        ("* * *", ["* * *"]),
        ("", []),
        (" \n\n\t ", []),
        ("\ud800a.", ["\ufffda."]),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_would_stop(text, parts):
    assert texts(text) == parts


def test_every_ending_is_known():
    found = [(one.text, one.ends) for one in split_sentences("One. Two.\n\nThree")]
    assert found == [("One.", "sentence"), ("Two.", "paragraph"), ("Three", "paragraph")]


def test_a_thousand_characters_without_punctuation_are_one_piece():
    text = ("word " * 200).strip() + "s"
    assert len(text) == MOST_CHARACTERS
    (only,) = split_sentences(text)
    assert only.text == text and not only.is_cut


def test_a_longer_sentence_is_cut_after_a_comma_or_else_at_a_space_or_else_anywhere():
    at_comma, rest = split_sentences("word " * 150 + "last, " + "word " * 100)
    assert at_comma.text.endswith("last,") and at_comma.is_cut and at_comma.ends == "clause"
    assert rest.text.startswith("word") and not rest.is_cut and rest.ends == "paragraph"
    at_space, _ = split_sentences("word, " + "word " * 220)
    assert at_space.text.endswith("word") and len(at_space.text) == 995 and at_space.ends == "word"
    anywhere = list(split_sentences("a" * 2500))
    assert [len(one.text) for one in anywhere] == [1000, 1000, 500]


def test_nothing_but_spaces_is_lost():
    text = "“Oh, well-known Dr. Who…” (he said); 3.5 times: yes! " * 400
    assert "".join("".join(texts(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "text",
    ["word " * 2_000_000, "a" * 10_000_000, '("Mr. ' * 400_000, "\n \n" * 3_000_000, "No. Yes.\n\n" * 200_000],
)
def test_megabytes_are_split_in_seconds(text):
    start = time.perf_counter()
    for sentence in split_sentences(text):
        assert len(sentence.text) <= MOST_CHARACTERS
    assert time.perf_counter() - start < 10
