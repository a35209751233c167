"""Phonemes tied to words: alike where both spellings agree, joined where they do not."""

from tts_align.corpus.phonemes import Group, groups_of


class Book:
    """A reader that reads out of a list."""

    def __init__(self, clauses: list[tuple[str, str]], units: list[tuple[int, str]]):
        self._clauses, self._units = clauses, units

    def clauses(self, text: str) -> list[tuple[str, str]]:
        return self._clauses

    def units(self, text: str) -> list[tuple[int, str]]:
        return self._units


def test_each_group_has_its_word_and_the_last_of_a_clause_its_mark() -> None:
    book = Book([("oʊ noʊ", 'Oh "no," s'), ("soʊ", "o!")], [(0, "oʊ"), (3, "n"), (3, "oʊ"), (9, "soʊ")])
    assert groups_of('Oh "no," so!', book) == [
        Group(("Oh",), "oʊ", ""),
        Group(("no",), "noʊ", ","),
        Group(("so",), "soʊ", "!"),
    ]


def test_words_spoken_as_one_are_one_group() -> None:
    book = Book([("ʌvðə ɛnd", "of the end")], [(0, "ʌv"), (0, "ðə"), (7, "ɛnd")])
    assert groups_of("of the end", book) == [Group(("of", "the"), "ʌvðə", ""), Group(("end",), "ɛnd", "")]


def test_a_unit_of_two_words_and_two_groups_gives_each_its_own() -> None:
    book = Book([("soʊ mʌtʃ mɔːɹ", "so much more")], [(0, "soʊmʌtʃ"), (8, "mɔːɹ")])
    assert [(group.label, group.phonemes) for group in groups_of("so much more", book)] == [
        ("so", "soʊ"),
        ("much", "mʌtʃ"),
        ("more", "mɔːɹ"),
    ]


def test_a_word_of_two_groups_stays_whole() -> None:
    book = Book([("mək dɑːnəld fɛlt", "McDonald felt")], [(0, "məkdɑːnəld"), (9, "fɛlt")])
    assert [(group.label, group.phonemes) for group in groups_of("McDonald felt", book)] == [
        ("McDonald", "mək dɑːnəld"),
        ("felt", "fɛlt"),
    ]


def test_a_stretch_that_is_spelled_differently_is_one_group_with_all_its_words_and_marks() -> None:
    book = Book([("æ b", "a b, c"), ("k d", "c d")], [(0, "æ"), (2, "XX"), (5, "Y"), (7, "d")])
    groups = groups_of("a b, c d", book)
    assert [(group.words, group.phonemes) for group in groups] == [
        (("a",), "æ"),
        (("b",), "b"),
        (("c",), "k"),
        (("d",), "d"),
    ]
    book = Book([("æ b", "a b, c"), ("k kk d", "c d")], [(0, "æ"), (2, "XX"), (5, "Y"), (7, "d")])
    assert [(group.words, group.phonemes) for group in groups_of("a b, c d", book)] == [
        (("a",), "æ"),
        (("b", "c"), "b, k kk"),
        (("d",), "d"),
    ]


def test_groups_that_no_unit_says_join_the_word_before() -> None:
    book = Book([("æ b", "a")], [(0, "æ")])
    assert groups_of("a", book) == [Group(("a",), "æ b", "")]


def test_a_full_stop_inside_an_abbreviation_is_no_mark() -> None:
    book = Book([("ɛf biː", "F.B. is")], [(0, "ɛf"), (5, "biː")])
    assert [group.mark for group in groups_of("F.B. is", book)] == ["", ""]
