"""Known words become phones, all others stay letters, and no word or mark is lost or made."""

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts_align import text
from tts_align.text import PHONES, Lexicon, is_spelled, load_lexicon


@pytest.fixture(scope="module")
def cmudict():
    return load_lexicon("cmudict")


def read(lexicon, run):
    return " ".join(lexicon.read(run))


def test_a_word_has_its_first_pronunciation(cmudict):
    assert cmudict.phones("hello") == ("HH", "AH0", "L", "OW1")  # not HH EH0 L OW1
    assert cmudict.phones("read") == ("R", "EH1", "D")
    assert cmudict.phones("zxq") is None
    assert cmudict.phones("") is None


def test_remarks_in_the_dictionary_are_no_phones(cmudict):
    assert cmudict.phones("aalborg") == ("AO1", "L", "B", "AO0", "R", "G")  # "# place, danish" follows


def test_the_dictionary_has_every_phone_and_no_other(cmudict):
    assert len(PHONES) == len(set(PHONES)) == 15 * 3 + 24
    assert set(" ".join(cmudict._entries.values()).split()) == set(PHONES)


def test_the_dictionary_is_sorted_so_that_its_first_and_last_words_are_found(cmudict):
    words = list(cmudict._entries)
    assert [word + " " for word in words] == sorted(word + " " for word in words)
    assert words[0] == "'bout" and cmudict.phones("'bout") == ("B", "AW1", "T")
    assert words[-1] == "zywicki" and cmudict.phones("zywicki")[-1] == "IY0"
    assert cmudict.phones("zywickis") is None and cmudict.phones("zzz") is None


def test_a_word_is_not_found_by_its_beginning(cmudict):
    assert cmudict.phones("hell") == ("HH", "EH1", "L")
    assert cmudict.phones("helloo") is None and cmudict.phones("zygot") is None and cmudict.phones(" ") is None


def test_the_dictionary_ships_with_the_package_and_its_notice(cmudict):
    folder = Path(text.__file__).parent
    assert len(cmudict._entries) == 126_052
    assert (folder / "cmudict.gz").stat().st_size < 1_000_000
    notice = (folder / "cmudict.LICENSE").read_text(encoding="utf8")
    assert notice.startswith("Copyright (C) 1993-2015 Carnegie Mellon University.")


def test_the_dictionary_is_read_once(cmudict):
    assert load_lexicon("cmudict") is cmudict


@pytest.mark.parametrize(
    ("word", "last"),
    [("cat's", "T S"), ("dog's", "G Z"), ("bee's", "IY1 Z"), ("bush's", "SH IH0 Z"), ("judge's", "JH IH0 Z")],
)
def test_a_genitive_that_is_not_listed_follows_the_last_sound(word, last):
    lexicon = Lexicon({"cat": "K AE1 T", "dog": "D AO1 G", "bee": "B IY1", "bush": "B UH1 SH", "judge": "JH AH1 JH"})
    assert " ".join(lexicon.phones(word)).endswith(last)
    assert lexicon.phones(word)[:-1] != lexicon.phones(word.removesuffix("'s"))[:-1]


def test_a_genitive_that_is_listed_is_taken_as_it_is():
    assert Lexicon({"it": "IH1 T", "it's": "IH0 T S"}).phones("it's") == ("IH0", "T", "S")


def test_a_genitive_of_an_unknown_word_is_unknown(cmudict):
    assert cmudict.phones("zxq's") is None
    assert Lexicon({}).phones("'s") is None


@pytest.mark.parametrize(
    ("run", "symbols"),
    [
        ('"don\'t!"', '" D OW1 N T ! "'),
        ("dogs'", "D AA1 G Z '"),
        ("'yes'", "' Y EH1 S '"),
        ("o'clock.", "AH0 K L AA1 K ."),
        ("zxq's,", "z x q ' s ,"),
        ("...", ". . ."),
        ("'", "'"),
    ],
)
def test_marks_around_a_word_stay_where_they_are(cmudict, run, symbols):
    assert read(cmudict, run) == symbols


@pytest.mark.parametrize(
    ("run", "symbols"),
    [
        ("well-known", "W EH1 L N OW1 N"),  # listed whole
        ("sixty-three,", "S IH1 K S T IY0 - TH R IY1 ,"),
        ("twenty-x-ray", "T W EH1 N T IY0 - EH1 K S R EY2"),
        ("stop--zxq.", "S T AA1 P - - z x q ."),
        ("zxq-stop", "z x q - S T AA1 P"),
        ("twelve:thirty", "T W EH1 L V : TH ER1 D IY2"),
        ("cat's-eye", "K AE1 T S - AY1"),
    ],
)
def test_a_compound_is_read_whole_or_part_by_part(cmudict, run, symbols):
    assert read(cmudict, run) == symbols


@pytest.mark.parametrize(
    ("run", "symbols"),
    [
        ("a", "AH0"),
        ("a.", "EY1 ."),  # an initial
        ("j.", "JH EY1 ."),
        ("p.m.", "P IY1 EH1 M ."),
        ("(u.s.a.),", "( Y UW2 EH2 S EY1 . ) ,"),
        ("f.b.i.", "EH1 F . B IY1 . AY1 ."),
        ("jr.", "JH UW1 N ER0 ."),
        ("'em", "' AH0 M"),
        ("comin'", "K AH1 M IH0 N '"),
    ],
)
def test_abbreviations_and_clipped_words_are_listed_with_their_marks(cmudict, run, symbols):
    assert read(cmudict, run) == symbols


@given(st.text(string.ascii_lowercase[:6] + "-'.,!\"éq7", min_size=1, max_size=12))
def test_letters_of_no_known_word_come_back_as_they_were(run):
    assert Lexicon({}).read(run) == list(run)


@given(st.text("ab-'.,\"é", min_size=1, max_size=12))
def test_every_mark_outside_known_words_is_kept(run):
    """Only `a` and `b` are known, so that no listed word has marks in it."""
    symbols = Lexicon({"a": "AH0", "b": "B IY1", "ab": "AE1 B"}).read(run)
    assert [mark for mark in symbols if mark in '-.,"'] == [mark for mark in run if mark in '-.,"']
    assert symbols.count("é") == run.count("é")


def test_a_share_of_the_words_is_spelled_and_always_the_same_ones():
    places = [(f"utterance-{i}", word) for i in range(200) for word in range(20)]
    chosen = [is_spelled(name, word, 0.1) for name, word in places]
    assert 0.085 < sum(chosen) / len(chosen) < 0.115
    assert chosen == [is_spelled(name, word, 0.1) for name, word in places]
    by_word = [sum(is_spelled(f"utterance-{i}", word, 0.1) for i in range(200)) for word in range(20)]
    assert min(by_word) > 0 and max(by_word) < 60  # no place in the sentence is preferred
    assert all(is_spelled(name, word, 0.5) for (name, word), was in zip(places, chosen, strict=True) if was)
    assert not any(is_spelled(name, word, 0.0) for name, word in places)
    assert all(is_spelled(name, word, 1.0) for name, word in places)
