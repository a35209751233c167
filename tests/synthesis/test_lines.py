"""What there is to say of a text."""

import pytest

from tts_align.errors import TextError
from tts_align.synthesis.lines import read_lines
from tts_align.text import DEFAULT_LETTERS


def spoken(text, unknown="error"):
    return [line.reading.spoken for line in read_lines(text, DEFAULT_LETTERS, unknown)]


def test_numbers_are_read_and_the_written_text_is_kept():
    (line,) = read_lines("It cost $5.", DEFAULT_LETTERS, "error")
    assert (line.sentence.text, line.reading.spoken) == ("It cost $5.", "It cost five dollars.")


def test_ornaments_between_paragraphs_are_not_said():
    assert spoken("One.\n\n* * *\n\nTwo.\n\n-----\n\n...\n\nThree.") == ["One.", "Two.", "Three."]


def test_a_sentence_that_cannot_be_read_is_named_by_its_number():
    with pytest.raises(TextError, match=r"sentence 3, text '日本語です.': .* found '日' \(U\+65E5\) at position 0"):
        spoken("One. Two.\n\n日本語です. Four.")
    assert spoken("One. Two.\n\n日本語. Four.", "skip") == ["One.", "Two.", "Four."]


@pytest.mark.parametrize("text", ["", "  \n\n ", "?!...", "***", "“…”", "\u200b\ufeff"])
def test_a_text_without_anything_to_say_is_an_error(text):
    with pytest.raises(TextError, match="expected at least one letter, found nothing that can be spoken"):
        spoken(text)


@pytest.mark.parametrize("text", ["🙂 🙂", "שלום", "日本語"])
def test_unknown_symbols_alone_are_an_error_also_when_they_may_be_skipped(text):
    with pytest.raises(TextError, match="characters that can be read"):
        spoken(text)
    with pytest.raises(TextError, match="nothing that can be spoken"):
        spoken(text, "skip")


def test_numbers_that_become_too_many_words_are_cut():
    lines = list(read_lines("7" * 990 + " is it.", DEFAULT_LETTERS, "error"))
    assert len(lines) == 6 and all(len(line.reading.spoken) <= 1000 for line in lines)
    assert [line.sentence.is_cut for line in lines] == [True] * 5 + [False]
    assert " ".join(line.reading.spoken for line in lines).split().count("seven") == 990
    assert [len(line.reading.pieces) for line in lines] == [1] + [0] * 5
