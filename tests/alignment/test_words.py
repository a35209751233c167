from hypothesis import given
from hypothesis import strategies as st

from tts_align.alignment import is_letter, words_of


def found(symbols) -> list[tuple[str, int, int]]:
    return [(word.text, word.start, word.stop) for word in words_of(symbols)]


def test_punctuation_is_stripped_off_both_ends_and_kept_inside() -> None:
    assert found("'don't', well-known!") == [("don't", 1, 6), ("well-known", 9, 19)]


def test_marks_part_words_and_belong_to_none() -> None:
    assert found(["<pad>", "a", "<end>", "b", "<end>"]) == [("a", 1, 2), ("b", 3, 4)]


def test_a_run_without_letter_or_digit_is_no_word() -> None:
    assert found("a -- 7, ...") == [("a", 0, 1), ("7", 5, 6)]


def test_phones_are_letters() -> None:
    assert found(["K", "AE1", "T", " ", "S"]) == [("KAE1T", 0, 3), ("S", 4, 5)]


def test_words_are_named_by_the_text_if_it_has_as_many() -> None:
    symbols = ["'", "K", "AE1", "T", "!", " ", "-", " ", "S", "<end>"]
    assert [(word.text, word.start, word.stop) for word in words_of(symbols, "‘Cat!’ - “Ess”")] == [
        ("Cat", 1, 4),
        ("Ess", 8, 9),
    ]
    assert [word.text for word in words_of(symbols, "one two three")] == ["KAE1T", "S"]


def test_a_combining_accent_at_the_end_stays_in_the_word() -> None:
    assert found("cafe\u0301.") == [("cafe\u0301", 0, 5)]


@given(st.lists(st.sampled_from(["a", "b", " ", ",", "'", "<end>", "7", "\t"])))
def test_words_cover_every_letter_once_and_begin_and_end_in_one(symbols: list[str]) -> None:
    words = words_of(symbols)
    inside = [j for word in words for j in range(word.start, word.stop)]
    assert len(inside) == len(set(inside))
    assert {j for j, symbol in enumerate(symbols) if is_letter(symbol)} <= set(inside)
    for word in words:
        assert is_letter(symbols[word.start])
        assert is_letter(symbols[word.stop - 1])
        assert "".join(symbols[word.start : word.stop]) == word.text
