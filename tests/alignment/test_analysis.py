import numpy as np
import pytest

from tests.drawings import spoken
from tts_align.alignment import CorpusFigures, analyze, analyze_weights, figures
from tts_align.errors import AlignmentError


def test_an_analysis_counts_what_it_judged() -> None:
    analysis = analyze(spoken("one two three four", "0:8 14:18"))
    assert analysis.verdict == "faulty"
    assert (analysis.n_words, analysis.n_symbols, analysis.n_steps) == (4, 18, 36)
    assert analysis.seconds == pytest.approx(1.08)
    assert set(analysis.metrics) >= {"locality", "monotonicity", "completeness"}
    assert all(type(value) is float for value in analysis.metrics.values())


def test_corpus_figures_divide_sums_once() -> None:
    clean, faulty = analyze(spoken("one two three four")), analyze(spoken("one two three four", "0:8 14:18"))
    total = figures([clean, faulty, clean, clean])
    assert (total.n_utterances, total.n_faulty, total.n_words) == (4, 1, 16)
    assert total.share_faulty == 0.25
    assert total.events_per_100_utterances["skip"] == 25.0
    parts = figures([clean, faulty]) + figures([clean, clean])
    assert (parts.events, parts.n_faulty, parts.n_words) == (total.events, total.n_faulty, total.n_words)
    assert parts.seconds == pytest.approx(total.seconds)
    assert CorpusFigures().share_faulty == 0.0


def test_a_bare_matrix_is_judged_in_either_orientation() -> None:
    weights = spoken("one two three four", "0:8 14:18").weights
    for turned in (weights, weights.T):
        analysis = analyze_weights(turned, text="one two three four", seconds_per_step=0.03)
        assert [event.words for event in analysis.events] == [("three",)]
    with pytest.raises(AlignmentError, match="softmax"):
        analyze_weights(np.log(weights + 1e-9), text="one two three four", seconds_per_step=0.03)
