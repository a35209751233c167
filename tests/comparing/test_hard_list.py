"""The hard list: which sentences, in which batches, and that a batch changes nothing."""

import numpy as np
import pytest

from tts_align.comparing import hard_list
from tts_align.comparing.hard_list import LONGEST, read_hard_list, speak_list
from tts_align.corpus.sentences import Sentence
from tts_align.errors import CorpusError, TextError
from tts_align.text import DEFAULT_LETTERS
from tts_align.voice import read_voice


@pytest.fixture
def listed(tmp_path):
    lines = [f"word-{i:02d}|bad cab {'abba ' * (i % 5)}bead" for i in range(23)]
    lines += ["number-01|bad 1999 cab", f"long-01|{'bad ' * 300}cab", "digits-01|three five, three five"]
    path = tmp_path / "hard.txt"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def test_numbers_and_very_long_texts_are_left_out(listed):
    ids = [each.id for each in read_hard_list(listed, n=1000)]
    assert len(ids) == 24
    assert "digits-01" in ids and "number-01" not in ids and "long-01" not in ids


def test_sentences_are_in_words_as_synthesize_reads_them(tmp_path):
    path = tmp_path / "hard.txt"
    path.write_text("a|Dr. Lee has 3 cafés.\nb|A plain one, etc.\n", encoding="utf8")
    assert [each.text for each in read_hard_list(path, n=2)] == [
        "Doctor Lee has three cafes.",
        "A plain one, et cetera.",
    ]
    assert read_hard_list(path, n=2, letters=DEFAULT_LETTERS + "é")[0].text == "Doctor Lee has three cafés."


def test_a_sentence_that_cannot_be_read_is_named_before_anything_is_trained(tmp_path):
    path = tmp_path / "hard.txt"
    path.write_text("a|A plain one.\nodd-07|An odd one 漢.\n", encoding="utf8")
    with pytest.raises(TextError, match=r"sentence odd-07: .*'漢' \(U\+6F22\) at position 11"):
        read_hard_list(path, n=2)


def test_the_sample_is_the_same_every_time_and_in_the_order_of_the_file(listed):
    sample = read_hard_list(listed, n=7)
    assert sample == read_hard_list(listed, n=7) != read_hard_list(listed, n=7, seed=1)
    assert len(sample) == 7
    assert sample == [each for each in read_hard_list(listed, n=1000) if each in sample]


def test_a_list_without_anything_to_say_is_an_error(tmp_path):
    path = tmp_path / "numbers.txt"
    path.write_text("number-01|bad 1999 cab\n")
    with pytest.raises(CorpusError, match=f"at most {LONGEST} characters"):
        read_hard_list(path, n=3)


def test_a_sentence_spoken_in_a_batch_is_the_one_spoken_alone(toy_voice, monkeypatch):
    file = read_voice(toy_voice)
    model, alphabet = file.build()
    sentences = [Sentence("b", "bad cab, dad"), Sentence("a", "abba"), Sentence("c", "a face, a cafe, a dab")]
    counted = []
    together = speak_list(model, alphabet, sentences, 0.0232, counted.append)
    assert counted == [3]
    monkeypatch.setattr(hard_list, "_MOST_CELLS", 1)  # each alone
    alone = speak_list(model, alphabet, sentences, 0.0232, counted.append)
    assert counted == [3, 1, 1, 1]
    assert list(together) == list(alone) == ["b", "a", "c"]
    for name, alignment in together.items():
        assert alignment.text == next(each.text for each in sentences if each.id == name)
        np.testing.assert_allclose(alignment.weights, alone[name].weights, atol=1e-5)


def test_an_utterance_that_never_ends_is_stopped(toy_voice):
    model, alphabet = read_voice(toy_voice).build()
    seconds_per_step = 0.1
    spoken = speak_list(model, alphabet, [Sentence("a", "abba")], seconds_per_step)["a"]
    assert spoken.n_steps <= (0.3 * spoken.n_symbols + 3) / seconds_per_step + 1
