"""The alphabet gives every character an id or an error, and drops none in silence."""

import numpy as np
import pytest

from tts_align.errors import TextError
from tts_align.text import DEFAULT_LETTERS, END, PAD, Alphabet, normalize


def test_ids_are_places_in_the_symbol_order():
    alphabet = Alphabet("xyz ")
    assert alphabet.symbols == (PAD, END, "x", "y", "z", " ")
    np.testing.assert_array_equal(alphabet.ids(alphabet.encode("zy x")), [4, 3, 5, 2, 1])


def test_an_unknown_character_is_named_with_its_code_and_place():
    with pytest.raises(TextError, match=r"'7' \(U\+0037\) at position 4, '%' \(U\+0025\) at position 5"):
        Alphabet().encode("just7%")


def test_many_unknown_characters_are_counted():
    with pytest.raises(TextError, match="and 3 more"):
        Alphabet().encode("a 12345678")


def test_skip_leaves_unknown_characters_out_and_closes_the_gap():
    assert "".join(Alphabet().encode("a 7 b", unknown="skip")) == "a b" + END


def test_map_takes_the_letters_under_accents_and_ligatures():
    assert "".join(Alphabet().encode("Café ﬁne", unknown="map")) == "cafe fine" + END


def test_map_does_not_invent_letters():
    with pytest.raises(TextError, match="'→'"):
        Alphabet().encode("a → b", unknown="map")


@pytest.mark.parametrize("text", ["", "   ", "?!...", "\u200b", '"" -'])
def test_a_text_with_nothing_to_say_is_an_error(text):
    with pytest.raises(TextError, match="at least one letter"):
        Alphabet().encode(text)


def test_skipping_everything_is_an_error():
    with pytest.raises(TextError, match="at least one letter"):
        Alphabet().encode("12 34 שלום", unknown="skip")


def test_a_letter_twice_in_the_alphabet_is_an_error():
    with pytest.raises(TextError, match=r"\['a'\] more than once"):
        Alphabet("abca")


@pytest.mark.parametrize(
    ("letters", "named"),
    [
        ("ABC", r"'A' \(U\+0041\), 'B'.*Write 'abc'"),
        ("ab’", r"'’' \(U\+2019\).*Write \"'\""),
        ("ab…", "U\\+2026"),
        ("ab\t", "U\\+0009"),
        ("ab\u00a0", "U\\+00A0"),
        ("ab\u200b", "U\\+200B"),
        ("ab\u212b", "U\\+212B"),  # the sign for the unit, which becomes the letter
        ("abİ", "U\\+0130"),
    ],
)
def test_a_letter_that_normalization_never_makes_is_an_error(letters, named):
    with pytest.raises(TextError, match=named):
        Alphabet(letters)


def test_accents_marks_and_other_scripts_can_be_letters():
    letters = " éß\u0301ſςעשĳ가"
    assert Alphabet(letters).letters == letters


def test_a_symbol_of_another_alphabet_has_no_id():
    with pytest.raises(TextError, match="'q'"):
        Alphabet("abc").ids(["a", "q"])


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Hello,\tWORLD\r\n", "hello, world"),
        ("“It’s” – he said — fine…", '"it\'s" - he said - fine...'),
        ("soft\u00adhyphen \ufeffbom", "softhyphen bom"),
        ("e\u0301", "é"),
        ("a\u00a0b", "a b"),
    ],
)
def test_normalization_changes_form_and_never_words(typed, read):
    assert normalize(typed) == read


def test_normalizing_twice_changes_nothing():
    text = "“Ça va?”  —  ‘Oui…’ İ"
    assert normalize(normalize(text)) == normalize(text)


def test_the_default_letters_are_unique():
    assert len(set(DEFAULT_LETTERS)) == len(DEFAULT_LETTERS)
