"""Reference timings from TextGrids and CTMs, and the errors against them."""

from pathlib import Path

import numpy as np
import pytest

from tts_align.alignment import Alignment
from tts_align.alignment.ctm import write_ctm
from tts_align.alignment.textgrid import Interval, read_textgrid, write_textgrid
from tts_align.alignment.timings import Timings, timings_of
from tts_align.corpus.reference import Reference, boundary_errors, open_references, refuse_references
from tts_align.errors import AlignmentError, FileError

CLIPS = Path(__file__).resolve().parents[2] / "../shared/ljspeech32"
WORDS = [Interval(0.0, 0.5, "one"), Interval(0.5, 1.0, "two")]
PHONES = [Interval(0.0, 0.125, "W"), Interval(0.125, 0.25, "AH1"), Interval(0.25, 0.5, "N")]


def timed(symbols: str, text: str = "", seconds_per_step: float = 0.125) -> Timings:
    """One step on each symbol; a `_` is a space."""
    listed = tuple(" " if symbol == "_" else symbol for symbol in symbols.split())
    return timings_of(Alignment(np.eye(len(listed)), listed, seconds_per_step, text=text), "x")


def test_a_folder_of_textgrids_and_a_corpus_with_such_a_folder_are_references(tmp_path: Path) -> None:
    write_textgrid(tmp_path / "corpus" / "textgrids" / "x.TextGrid", {"words": WORDS, "phones": PHONES}, 1.0)
    for place in (tmp_path / "corpus", tmp_path / "corpus" / "textgrids"):
        find = open_references(place)
        assert find("x") == Reference(WORDS, PHONES)
        assert find("y") is None
    (tmp_path / "corpus" / "textgrids" / "textgrids").mkdir()  # an empty one does not stand in the way
    assert open_references(tmp_path / "corpus" / "textgrids")("x") == Reference(WORDS, PHONES)


def test_a_ctm_is_a_reference_of_words(tmp_path: Path) -> None:
    write_ctm(tmp_path / "a.ctm", {"x": WORDS})
    find = open_references(tmp_path / "a.ctm")
    assert find("x") == Reference(WORDS)
    assert find("y") is None


def test_places_without_references_are_errors(tmp_path: Path) -> None:
    with pytest.raises(AlignmentError, match="a folder of TextGrids, or a CTM file, found a folder without any"):
        open_references(tmp_path)
    with pytest.raises(AlignmentError, match="found nothing there"):
        open_references(tmp_path / "none")
    write_textgrid(tmp_path / "x.TextGrid", {"words": WORDS}, 1.0)
    with pytest.raises(AlignmentError, match="found a single TextGrid"):
        open_references(tmp_path / "x.TextGrid")


def test_a_textgrid_that_is_cut_off_or_has_no_words_is_an_error_when_it_is_asked_for(tmp_path: Path) -> None:
    write_textgrid(tmp_path / "x.TextGrid", {"phones": PHONES}, 1.0)
    write_textgrid(tmp_path / "y.TextGrid", {"words": WORDS}, 1.0)
    (tmp_path / "y.TextGrid").write_bytes((tmp_path / "y.TextGrid").read_bytes()[:200])
    find = open_references(tmp_path)
    with pytest.raises(AlignmentError, match="an interval tier named 'words'"):
        find("x")
    with pytest.raises(AlignmentError, match="a complete TextGrid"):
        find("y")


def test_errors_have_a_sign_and_are_in_milliseconds() -> None:
    errors = boundary_errors(timed("o n e _ t w o"), Reference(WORDS))
    assert errors.word_starts.tolist() == [0.0, 0.0]
    assert errors.word_stops.tolist() == [0.0, -125.0]
    assert len(errors.word_confidence) == errors.n_words == 2
    assert (len(errors.phone_starts), errors.n_words_of_phones) == (0, 0)


def test_of_words_spoken_as_one_only_what_is_known_is_compared() -> None:
    reference = Reference([Interval(0.0, 0.75, "of the"), Interval(0.75, 1.0, "cat")])
    errors = boundary_errors(timed("o f _ t h e _ c a t"), reference)
    assert errors.word_starts.tolist() == [0.0, 125.0]
    assert np.isnan(errors.word_stops[0]) and errors.word_stops[1] == 250.0
    assert errors.n_words == 3


def test_other_words_are_not_paired() -> None:
    errors = boundary_errors(timed("o n e _ t w o"), Reference([Interval(0, 1, "quite"), Interval(1, 2, "another")]))
    assert (len(errors.word_starts), errors.n_words) == (0, 2)


def test_phones_are_paired_by_their_number_in_a_word_and_not_by_name() -> None:
    timings = timed("w ʌ n _ T UW1", text="one two")
    tail = [Interval(0.5, 0.625, "T"), Interval(0.625, 0.75, "UW0"), Interval(0.75, 1.0, "W")]
    errors = boundary_errors(timings, Reference(WORDS, [*PHONES, *tail]))
    assert errors.phone_starts.tolist() == [0.0, 0.0, 0.0]
    assert (errors.n_words_of_phones, errors.n_words_with_phones) == (2, 1)
    errors = boundary_errors(timings, Reference(WORDS, [*PHONES, *tail[:2]]))
    assert errors.phone_starts.tolist() == [0.0, 0.0, 0.0, 0.0, 0.0]
    assert (errors.n_words_of_phones, errors.n_words_with_phones) == (2, 2)


def test_letters_are_never_paired_with_phones() -> None:
    errors = boundary_errors(timed("o n e _ t w o"), Reference(WORDS, PHONES))
    assert (len(errors.phone_starts), errors.n_words_of_phones, errors.n_words_with_phones) == (0, 0, 0)


def test_a_mark_within_a_word_is_no_phone() -> None:
    errors = boundary_errors(timed("W AH1 ' N", text="one"), Reference(WORDS[:1], PHONES))
    assert errors.phone_starts.tolist() == [0.0, 0.0, 125.0]


def test_references_are_not_written_over_by_any_name(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "textgrids").mkdir(parents=True)
    (tmp_path / "link").symlink_to(corpus)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "textgrids").symlink_to(corpus / "textgrids")
    (tmp_path / "other" / "words.ctm").write_text("")
    for out, formats, reference in (
        (corpus, ["textgrid"], corpus),
        (corpus, ["textgrid", "ctm"], corpus / "textgrids"),
        (tmp_path / "link", ["textgrid"], corpus),
        (tmp_path / "other", ["textgrid"], corpus),
        (corpus / "wavs" / "..", ["textgrid"], corpus),
        (tmp_path / "other", ["ctm"], tmp_path / "other" / "words.ctm"),
    ):
        with pytest.raises(FileError, match=r"another place than that of the reference timings.*--out"):
            refuse_references(out, formats, [reference])
    refuse_references(corpus, ["ctm", "json", "npy"], [corpus])
    refuse_references(corpus / "aligned", ["textgrid", "ctm"], [corpus])
    refuse_references(tmp_path / "other", ["json"], [tmp_path / "other" / "words.ctm"])


@pytest.mark.shared
@pytest.mark.skipif(not CLIPS.exists(), reason="the reference clips are not beside the project")
def test_phones_of_real_speech_are_paired_and_their_boundaries_are_off_by_a_step_at_most() -> None:
    """Attention made from the phones of a reference; the words are those of the reference as well."""
    path = sorted((CLIPS / "textgrids").glob("*.TextGrid"))[0]
    tiers = read_textgrid(path)
    symbols: list[str] = []
    bounds: list[float] = []
    for word in tiers["words"]:
        inside = [p for p in tiers["phones"] if word.start_seconds <= p.start_seconds < word.stop_seconds]
        symbols += [*([" "] if symbols else []), *(phone.label for phone in inside)]
        bounds += [*([bounds[-1]] if bounds else []), *(phone.stop_seconds for phone in inside)]
    step = 0.005
    edges = np.diff([0, *np.round(np.array(bounds) / step).astype(int)])
    path_of_symbols = np.repeat(np.arange(len(symbols)), edges)
    text = " ".join(word.label for word in tiers["words"])
    timings = timings_of(Alignment(np.eye(len(symbols))[path_of_symbols], tuple(symbols), step, text=text), path.stem)
    found = open_references(CLIPS)(path.stem)
    assert found is not None
    errors = boundary_errors(timings, found)
    assert errors.n_words_with_phones == errors.n_words_of_phones > 0.8 * errors.n_words
    assert np.percentile(np.abs(errors.phone_starts), 90) <= 2 * step * 1000
