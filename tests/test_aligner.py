"""What `align` writes: times of the sound file, that end where it ends, and nothing over the corpus's own."""

import numpy as np
import pytest

from tts_align.aligner import Aligned, refuse_own_textgrids, save_aligned
from tts_align.alignment import Alignment
from tts_align.alignment.textgrid import Interval, read_duration, read_textgrid
from tts_align.errors import FileError


def aligned(durations):
    weights = np.repeat(np.eye(len(durations)), durations, axis=0)
    return Aligned("one", Alignment(weights, ("a", " ", "b", "<end>"), 0.5), np.array(durations))


def test_words_lie_where_the_durations_say_after_the_head_that_was_trimmed(tmp_path):
    save_aligned(aligned([2, 1, 3, 1]), tmp_path, start_seconds=0.25, sound_seconds=9.0)
    path = tmp_path / "textgrids" / "one.TextGrid"
    assert read_textgrid(path) == {"words": [Interval(0.25, 1.25, "a"), Interval(1.75, 3.25, "b")]}
    assert read_duration(path) == 9.0
    assert np.load(tmp_path / "durations" / "one.npy", allow_pickle=False).tolist() == [2, 1, 3, 1]


def test_a_word_that_reaches_beyond_the_sound_ends_with_it(tmp_path):
    save_aligned(aligned([2, 1, 3, 0]), tmp_path, start_seconds=0.25, sound_seconds=3.1)
    path = tmp_path / "textgrids" / "one.TextGrid"
    assert read_textgrid(path)["words"][1] == Interval(1.75, 3.1, "b")
    assert read_duration(path) == 3.1


def test_a_word_that_would_start_after_the_sound_has_no_interval(tmp_path):
    save_aligned(aligned([2, 1, 3, 0]), tmp_path, start_seconds=0.25, sound_seconds=1.5)
    assert [word.label for word in read_textgrid(tmp_path / "textgrids" / "one.TextGrid")["words"]] == ["a"]


def test_the_folder_of_the_corpus_is_refused_by_any_name(tmp_path):
    corpus = tmp_path / "corpus"
    (corpus / "textgrids").mkdir(parents=True)
    (corpus / "list.txt").write_text("")
    (tmp_path / "link").symlink_to(corpus)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "textgrids").symlink_to(corpus / "textgrids")
    for place, out in (
        (corpus, corpus),
        (corpus, tmp_path / "link"),
        (corpus / "list.txt", corpus),
        (corpus, tmp_path / "other"),
        (corpus, corpus / "wavs" / ".."),
    ):
        with pytest.raises(FileError, match=r"own reference timings.*--out"):
            refuse_own_textgrids(place, out)
    refuse_own_textgrids(corpus, corpus / "aligned")
    refuse_own_textgrids(corpus, tmp_path / "elsewhere")
