"""Boundary errors in sentences."""

import numpy as np

from tts_align.alignment.boundary_errors import BoundaryErrors
from tts_align.report.boundaries import boundary_sentences


def test_each_kind_of_boundary_has_its_sentence() -> None:
    errors = BoundaryErrors(
        word_starts=np.array([-10.0, 60.0, 15.0]),
        word_stops=np.array([-200.0, np.nan, -40.0]),
        word_confidence=np.array([0.2, 0.5, 0.9]),
        phone_starts=np.array([5.0, -5.0]),
        n_words=4,
        n_words_of_phones=2,
        n_words_with_phones=1,
    )
    starts, stops, phones, confidence = boundary_sentences(errors, n_references=2)
    assert starts == (
        "Word starts, 3 of 4 words, against 2 references: median 15.0 ms, mean 28.3, 90th percentile 51.0, "
        "within 20/50/100 ms 67% / 67% / 100%, bias +15.0 ms."
    )
    assert stops.startswith("Word stops: median 120.0 ms") and stops.endswith("bias -120.0 ms.")
    assert phones.startswith("Phone starts, 2 in 1 of 2 words with as many phones: median 5.0 ms")
    assert confidence == "Confidence of words and their error: rank correlation -1.00."


def test_what_is_not_known_is_not_said() -> None:
    nan = np.full(2, np.nan)
    errors = BoundaryErrors(np.array([1.0, 2.0]), nan, np.ones(2), n_words=2, n_words_of_phones=1)
    lines = boundary_sentences(errors, n_references=1)
    assert [line.split(":")[0] for line in lines] == [
        "Word starts, 2 of 2 words, against 1 reference",
        "Phone starts, 0 in 0 of 1 words with as many phones",
    ]
    assert lines[1].endswith(": none to compare.")
