"""A fault in spoken words is named by the written ones."""

import numpy as np
import pytest

from tts_align.alignment import Alignment, Event
from tts_align.evaluation.written import written_of
from tts_align.text import Alphabet, read_text

READING = read_text("Dr. Lee paid $3.50 in 1984.")


@pytest.mark.parametrize("pronunciations", ["none", "cmudict"])
@pytest.mark.parametrize(
    ("words", "written"),
    [
        (("doctor", "doctor"), "Dr."),
        (("paid", "paid"), "paid"),
        (("and", "fifty"), "$3.50"),
        (("paid", "three"), "paid $3.50"),
        (("in", "eighty"), "in 1984"),
    ],
)
def test_the_written_words_are_those_that_the_span_comes_from(pronunciations, words, written):
    alphabet = Alphabet(pronunciations=pronunciations)
    spoken = READING.spoken.lower()
    first, last = spoken.index(words[0]), spoken.index(words[1]) + len(words[1])
    start = len(alphabet.encode(spoken[:first].strip())) - 1 if first else 0
    stop = len(alphabet.encode(spoken[:last])) - 1
    symbols = tuple(alphabet.encode(READING.spoken))
    start += symbols[start] == " "
    alignment = Alignment(np.eye(len(symbols)), symbols, 0.1, text=READING.spoken)
    event = Event("skip", (start, stop), (), (0, 1), (0.0, 0.1), 1.0)
    assert written_of(event, alignment, READING) == written


def test_an_event_without_words_has_no_written_ones():
    symbols = tuple(Alphabet().encode(READING.spoken))
    alignment = Alignment(np.eye(len(symbols)), symbols, 0.1, text=READING.spoken)
    n = len(symbols)
    assert written_of(Event("babble", (n, n), (), (0, 1), (0.0, 0.1), 1.0), alignment, READING) == ""
