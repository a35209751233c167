"""The alphabet gives every character an id or an error, and drops none in silence."""

import numpy as np
import pytest

from tts_align.alignment import words_of
from tts_align.errors import TextError
from tts_align.text import DEFAULT_LETTERS, END, PAD, PHONES, Alphabet, normalize


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


PHONETIC = Alphabet(DEFAULT_LETTERS, "cmudict")


def test_phones_follow_the_letters_whose_ids_stay():
    plain = Alphabet()
    assert PHONETIC.symbols == (*plain.symbols, *PHONES)
    assert PHONETIC.ids(["a", "AA0", "ZH"]).tolist() == [plain.ids(["a"])[0], 40, 108]
    with pytest.raises(TextError, match="'AA0'"):
        plain.ids(["AA0"])


def test_known_words_are_phones_and_the_rest_letters():
    symbols = PHONETIC.encode("Hello, Zxq! It's “well-known”…")
    assert " ".join(symbols) == 'HH AH0 L OW1 ,   z x q !   IH1 T S   " W EH1 L N OW1 N " . . . <end>'


def test_what_to_do_with_unknown_characters_is_decided_before_words_are_looked_up():
    with pytest.raises(TextError, match=r"'é' \(U\+00E9\) at position 3"):
        PHONETIC.encode("café")
    assert PHONETIC.encode("Café", unknown="map") == ["K", "AH0", "F", "EY1", END]
    assert PHONETIC.encode("ca7t", unknown="skip") == ["K", "AE1", "T", END]
    with pytest.raises(TextError, match="at least one letter"):
        PHONETIC.encode("- 77", unknown="skip")


def test_a_word_stays_in_letters_where_asked_for_and_marks_do_not_count():
    asked = []

    def second(word):
        asked.append(word)
        return word == 1

    assert " ".join(PHONETIC.encode("Oh -- the cat.", is_spelled=second)) == "OW1   - -   t h e   K AE1 T . <end>"
    assert asked == [0, 1, 2]


def test_without_a_lexicon_nothing_is_spelled_or_looked_up():
    assert Alphabet().encode("oh no", is_spelled=lambda word: True) == [*"oh no", END]


@pytest.mark.parametrize(
    "text",
    [
        "It's the dogs' well-known o'clock, 'twas said.",
        "J. F. K. -- at 'Five p.m.' (U.S.A.)",
        "stop—Zxq-like “rock 'n' roll” and/or none…",
        "' - a",
        "Kowalczyk's\u00a0cat's\tand\u200bor",
    ],
)
def test_words_are_those_of_the_text_in_number_and_name(text):
    alphabet = Alphabet(DEFAULT_LETTERS + "/", "cmudict")
    for is_spelled in (None, lambda word: word % 2 == 0, lambda word: True):
        words = words_of(alphabet.encode(text, is_spelled=is_spelled), text)
        assert [word.text for word in words] == [word.text for word in words_of(text)]


def test_the_default_letters_are_unique():
    assert len(set(DEFAULT_LETTERS)) == len(DEFAULT_LETTERS)
