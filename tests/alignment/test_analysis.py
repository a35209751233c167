import numpy as np
import pytest

from tests.alignment.planter import plant
from tests.drawings import spoken
from tts_align.alignment import CorpusFigures, analyze, analyze_weights, figures, likely_path, metrics
from tts_align.alignment.words import is_letter, words_of
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


def test_the_metrics_of_a_corpus_are_sums_divided_once_and_no_mean_of_rates() -> None:
    long = analyze(spoken("a cat sat on the mat", steps=4))
    short = analyze(spoken("a cat sat on", "0:5 9:12", steps=4))
    corpus = figures([long, short])
    n_symbols = long.n_symbols + short.n_symbols
    covered = long.metrics["completeness"] * long.n_symbols + short.metrics["completeness"] * short.n_symbols
    assert corpus.metrics["completeness"] == pytest.approx(covered / n_symbols, abs=1e-5)
    assert corpus.metrics["completeness"] != pytest.approx(
        (long.metrics["completeness"] + short.metrics["completeness"]) / 2, abs=1e-4
    )


@pytest.mark.parametrize("style", ["soft", "hard", "stepwise"])
def test_the_fused_figures_equal_the_small_functions(style: str) -> None:
    for seed, kind in enumerate([None, "skip", "collapse", "stall", "babble"]):
        alignment = plant(seed, kind, style).alignment
        path = likely_path(alignment.weights)
        found = analyze(alignment).metrics
        wanted = {
            "locality": metrics.locality(alignment.weights),
            "monotonicity": metrics.monotonicity(path),
            "completeness": metrics.completeness(path, alignment.n_symbols),
            "coverage": metrics.coverage(alignment.weights),
            "reach": metrics.reach(path, alignment.n_symbols),
            "mean_entropy": metrics.mean_entropy(alignment.weights),
            "focus_rate": metrics.focus_rate(alignment.weights),
            "attention_mass": metrics.attention_mass(alignment.weights),
            "diagonal_rate": metrics.diagonal_rate(alignment.weights),
            "longest_unattended": metrics.longest_unattended(path, alignment.n_symbols),
            "re_entries": metrics.re_entries(path),
            "dwell": metrics.dwell(path, np.array([is_letter(symbol) for symbol in alignment.symbols])),
            "tail": metrics.tail(path, words_of(alignment.symbols)[-1].stop - 1),
        }
        assert found == pytest.approx(wanted, abs=2e-6)
