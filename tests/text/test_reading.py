"""Reading drops nothing in silence, says where each word comes from, and refuses what cannot be read."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts_align.errors import TextError
from tts_align.text import DEFAULT_LETTERS, Alphabet, normalize, read_text


def pieces(text, **settings):
    return [(piece.kind, piece.written, piece.spoken) for piece in read_text(text, **settings).pieces]


def test_pieces_say_what_was_read_as_what():
    assert pieces("Dr. Day owes $3.50 since 1984, see p. 2.") == [
        ("saint or street", "Dr.", "Doctor"),
        ("money", "$3.50", "three dollars and fifty cents"),
        ("year", "1984", "nineteen eighty-four"),
        ("abbreviation", "p.", "page"),
        ("number", "2", "two"),
    ]
    assert str(read_text("7 cats").pieces[0]) == "7 -> seven"


def test_a_text_of_plain_words_has_no_pieces():
    reading = read_text("The rain has stopped.")
    assert reading.spoken == reading.written == "The rain has stopped."
    assert reading.pieces == ()


@pytest.mark.parametrize(
    ("word", "written"),
    [("Doctor", "Dr."), ("costs", "costs"), ("fifty", "$3.50"), ("three", "$3.50"), ("done", "done")],
)
def test_every_spoken_word_leads_back_to_the_written_one(word, written):
    reading = read_text("Dr. Day: it costs $3.50 now, well done")
    start = reading.spoken.index(word)
    assert reading.written_at(start, start + len(word)) == written


def test_spans_of_pieces_are_those_of_their_words():
    reading = read_text("At 9am, 3(b) and 5kg.")
    for piece in reading.pieces:
        assert reading.written[piece.start : piece.stop] == piece.written
        assert reading.spoken[piece.spoken_start : piece.spoken_stop].strip() == piece.spoken


def test_a_span_over_several_words_takes_all_that_they_come_from():
    reading = read_text("in 1984 at 5 p.m. here")
    start, stop = reading.spoken.index("eighty"), reading.spoken.index("here") - 1
    assert reading.written_at(start, stop) == "1984 at 5 p.m."


def test_what_cannot_be_read_is_an_error_with_its_place():
    with pytest.raises(TextError, match=r"'é' \(U\+00E9\) at position 3, '🙂' \(U\+1F642\) at position 11"):
        read_text("café for 3 🙂")
    with pytest.raises(TextError, match=r"and 2 more\. Write them out"):
        read_text("漢字漢字漢字漢")


def test_skip_leaves_out_and_keeps_a_record():
    assert pieces("a 🙂 b", unknown="skip") == [("skipped", "🙂", "")]
    assert Alphabet().encode(read_text("a 🙂 b", unknown="skip").spoken)[:3] == ["a", " ", "b"]
    assert str(read_text("a 🙂 b", unknown="skip").pieces[0]) == "🙂 -> (nothing)"


def test_map_takes_the_letters_under_accents_and_ligatures():
    assert read_text("Crème brûlée, Æsop, œuvre", unknown="map").spoken == "Creme brulee, Aesop, oeuvre"
    assert pieces("né", unknown="map") == [("letter", "é", "e")]
    with pytest.raises(TextError, match="U\\+1F642"):
        read_text("né 🙂", unknown="map")


def test_letters_that_the_voice_reads_itself_stay():
    assert read_text("café", letters=DEFAULT_LETTERS + "é").spoken == "café"
    with pytest.raises(TextError, match="'d'"):
        read_text("a bad cab", letters="abc ")


def test_quotes_dashes_and_spaces_of_any_form_count_as_the_plain_ones():
    assert read_text("In the ’60s it fell to −5\u00a0°C, 3–4 times.").spoken == (
        "In the sixties it fell to minus five degrees Celsius, three to four times."
    )
    assert read_text("On\n5\u00ad0 \ufeffdays").spoken == "On\nfifty days"


def test_decomposed_letters_are_composed_first():
    assert read_text("cafe\u0301", unknown="map").written == "café"


def test_an_empty_text_reads_as_nothing():
    assert read_text("").spoken == ""


def test_words_are_kept_apart_from_what_stands_beside_them():
    assert read_text("x=5;y=10%z").spoken == "x equals five;y equals ten percent z"
    assert read_text("see(3b)").spoken == "see(three B)"


@given(st.text(max_size=60))
def test_any_text_can_be_read_when_asked_to_skip(text):
    reading = read_text(text, unknown="skip")
    assert set(normalize(reading.spoken)) <= set(DEFAULT_LETTERS)
    rebuilt, place = "", 0
    for piece in reading.pieces:
        assert piece.start >= place
        assert piece.written == reading.written[piece.start : piece.stop] != ""
        rebuilt += reading.written[place : piece.start] + reading.spoken[piece.spoken_start : piece.spoken_stop]
        place = piece.stop
    assert rebuilt + reading.written[place:] == reading.spoken


@given(st.text(alphabet="0123456789.,:;/-+$£€%'\"() aApPmMkgIVXx°#&@_*^st", max_size=40))
def test_odd_mixtures_of_digits_and_marks_are_read(text):
    spoken = read_text(text).spoken
    assert set(normalize(spoken)) <= set(DEFAULT_LETTERS)


@given(st.text(alphabet="0123456789 HCONabxkmnhsFYJandMri₀₁₂²³¹⁰⁴⁻⁺ⁿ½⅐·^{}'\"-–/:.,*~≈$£", max_size=40))
def test_odd_mixtures_of_formulas_and_measures_are_read(text):
    spoken = read_text(text).spoken
    assert set(normalize(spoken)) <= set(DEFAULT_LETTERS)


@pytest.mark.slow  # its clock is not to be trusted beside other work
@pytest.mark.parametrize("unit", ["1,", "1-", "1/", "a1", "A ", "a.", "$", ". ", "*", "1 ", "Dr. ", "x@"])
def test_time_grows_no_faster_than_the_text(unit):
    def seconds(n: int) -> float:
        start = time.process_time()
        read_text(unit * n)
        return time.process_time() - start

    seconds(100)
    assert seconds(16_000) < 16 * seconds(2_000) + 0.2
