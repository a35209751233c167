"""Phones with nothing encoded between words: words are found all the same, and clean speech stays clean."""

from pathlib import Path

import numpy as np
import pytest

from tts_align.alignment import analyze
from tts_align.errors import AlignmentError
from tts_align.sources import MatrixOptions, find_sources

PHONES = "DH AH0 | K AE1 T S | S IH1 T IH0 NG | DH EH1 R"
WRITTEN = "the cats sitting there"
SPOKEN = [phone for phone in PHONES.split() if phone != "|"]


def softly(order: list[int], n_symbols: int, steps: int) -> np.ndarray:
    """Attention that walks through the positions of `order`, a little of it on the neighbours."""
    weights = np.eye(n_symbols)[order].repeat(steps, axis=0)
    smooth = 0.8 * weights + 0.1 * np.roll(weights, 1, axis=1) + 0.1 * np.roll(weights, -1, axis=1)
    return smooth / smooth.sum(axis=1, keepdims=True)


def read(path: Path, told: list[str] | None = None):
    (path.parent / "texts.csv").write_text(f"a|{WRITTEN}|{PHONES}\n")
    options = MatrixOptions(text_file=path.parent / "texts.csv", phones="|", text_axis=1, seconds_per_step=0.0232)
    [source] = find_sources([path], options, None if told is None else told.append)
    return dict(source.load())["a"]


@pytest.mark.parametrize("n_marks", [0, 1, 2])
@pytest.mark.parametrize("steps", [1, 2, 5])
def test_clean_speech_without_separators_has_no_fault(tmp_path: Path, n_marks: int, steps: int) -> None:
    n = len(SPOKEN) + n_marks
    np.save(tmp_path / "a.npy", softly(list(range(n)), n, steps))
    told: list[str] = []
    alignment = read(tmp_path / "a.npy", told)
    assert [symbol for symbol in alignment.symbols if symbol[0] not in " <"] == SPOKEN
    assert alignment.symbols.count(" ") == 3
    assert told[-1].endswith("a.npy: nothing was encoded between words")
    analysis = analyze(alignment)
    assert (analysis.n_words, analysis.events) == (4, [])


def test_a_word_that_was_skipped_or_said_twice_is_named_as_it_is_written(tmp_path: Path) -> None:
    n = len(SPOKEN) + 1
    skipped = [j for j in range(n) if not 6 <= j < 11]
    np.save(tmp_path / "a.npy", softly(skipped, n, 4))
    assert [(event.kind, event.words) for event in analyze(read(tmp_path / "a.npy")).events] == [("skip", ("sitting",))]
    twice = [*range(11), *range(6, n)]
    np.save(tmp_path / "a.npy", softly(twice, n, 4))
    assert [(each.kind, each.words) for each in analyze(read(tmp_path / "a.npy")).events] == [("repeat", ("sitting",))]


def test_separators_that_were_encoded_keep_their_weight(tmp_path: Path) -> None:
    n = len(PHONES.split())
    weights = softly(list(range(n)), n, 3)
    np.save(tmp_path / "a.npy", weights)
    np.testing.assert_allclose(read(tmp_path / "a.npy").weights, weights, atol=1e-6)


def test_phones_that_fit_neither_way_are_refused_as_they_were_given(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", softly(list(range(9)), 9, 3))
    with pytest.raises(AlignmentError, match=f"9 symbols, as along the matrix, found {len(PHONES.split())}"):
        read(tmp_path / "a.npy")
