"""Words of a text find their times in a TextGrid, or none: never another word's."""

from pathlib import Path

import pytest

from tts_align.alignment.textgrid import Interval, write_textgrid
from tts_align.alignment.words import words_of
from tts_align.corpus.timings import WordTime, word_onsets
from tts_align.errors import AlignmentError

CLIPS = Path(__file__).resolve().parents[2] / "../shared/ljspeech32"


def onsets(folder: Path, text: str, labels: str) -> dict[int, float]:
    """Word index to start, where the k-th of the labels (parted by |) lasts from k to k + 1 seconds."""
    tier = [Interval(k, k + 1, label) for k, label in enumerate(labels.split("|"))]
    write_textgrid(folder / "a.TextGrid", {"words": tier}, len(tier) + 1)
    words = [word.text for word in words_of(text)]
    return {time.word_index: time.start_seconds for time in word_onsets(words, folder / "a.TextGrid")}


def test_case_punctuation_and_accents_do_not_matter(tmp_path: Path) -> None:
    assert onsets(tmp_path, "Don’t stop, café!", "don't|STOP|cafe") == {0: 0, 1: 1, 2: 2}


def test_of_words_spoken_as_one_only_the_first_has_an_onset(tmp_path: Path) -> None:
    assert onsets(tmp_path, "end of the road", "end|of the|road") == {0: 0, 1: 1, 3: 2}


def test_a_group_has_no_known_stop_for_its_first_word(tmp_path: Path) -> None:
    write_textgrid(tmp_path / "a.TextGrid", {"words": [Interval(1, 2, "of the"), Interval(2, 3, "road")]}, 3)
    assert word_onsets(["of", "the", "road"], tmp_path / "a.TextGrid") == [WordTime(0, 1, None), WordTime(2, 2, 3)]


def test_a_hyphenated_word_may_be_two_intervals_or_one(tmp_path: Path) -> None:
    assert onsets(tmp_path, "a well-known man", "a|well|known|man") == {0: 0, 1: 1, 2: 3}
    assert onsets(tmp_path, "a well-known man", "a|well-known|man") == {0: 0, 1: 1, 2: 2}


def test_an_unknown_word_is_left_out_and_its_neighbours_are_not(tmp_path: Path) -> None:
    assert onsets(tmp_path, "the Incunabula of print", "the|<unk>|of|print") == {0: 0, 2: 2, 3: 3}


def test_a_number_spelled_out_is_left_out(tmp_path: Path) -> None:
    assert onsets(tmp_path, "in 1455 they printed", "in|fourteen|fifty|five|they|printed") == {0: 0, 2: 4, 3: 5}


def test_a_word_is_left_out_when_it_could_be_either_of_two(tmp_path: Path) -> None:
    assert onsets(tmp_path, "so the the end", "so|the|end") == {0: 0, 3: 2}
    assert onsets(tmp_path, "no no", "no") == {}


def test_other_words_have_no_times(tmp_path: Path) -> None:
    assert onsets(tmp_path, "quite another text", "nothing|of|this") == {}


def test_a_grid_without_words_is_an_error(tmp_path: Path) -> None:
    write_textgrid(tmp_path / "a.TextGrid", {"Wörter": [Interval(0, 1, "a")]}, 1)
    with pytest.raises(AlignmentError, match="an interval tier named 'words', found the tiers"):
        word_onsets(["a"], tmp_path / "a.TextGrid")


def test_a_missing_grid_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AlignmentError, match="complete TextGrid"):
        word_onsets(["a"], tmp_path / "a.TextGrid")


@pytest.mark.shared
@pytest.mark.skipif(not CLIPS.exists(), reason="the reference clips are not beside the project")
def test_nearly_every_word_of_real_speech_is_found() -> None:
    found = total = 0
    for line in (CLIPS / "metadata.csv").read_text(encoding="utf8").splitlines()[:16]:
        name, *_, text = line.split("|")
        words = [word.text for word in words_of(text)]
        times = word_onsets(words, CLIPS / "textgrids" / f"{name}.TextGrid")
        starts = [time.start_seconds for time in times]
        assert starts == sorted(starts)
        found, total = found + len(times), total + len(words)
    assert found / total > 0.97
