"""Error rates of transcripts: words, not spelling, are compared; errors are added up and divided once."""

import pytest

from tts_align.errors import TextError
from tts_align.evaluation import read_transcripts, recognition_of
from tts_align.evaluation import recognition as module


def test_rates_are_over_all_words_together():
    heard = recognition_of({"a": "one", "b": "two three four five"}, {"a": "none", "b": "two three four five"})
    assert heard.wer == pytest.approx(1 / 5)
    assert heard.of == {"a": (1.0, pytest.approx(1 / 3)), "b": (0.0, 0.0)}
    assert heard.n_words == 5


def test_characters_count_the_spaces_between_words():
    heard = recognition_of({"a": "ab cd"}, {"a": "abcd"})
    assert heard.cer == pytest.approx(1 / 5)


def test_case_punctuation_and_figures_are_no_errors():
    said = {"a": "In nineteen eighty-four, the F B I paid three dollars!"}
    assert recognition_of(said, {"a": "in 1984 the FBI paid $3"}).wer == 0


def test_bleu_is_100_for_the_same_words_and_less_for_others():
    words = {"a": "the cat sat on the mat today", "b": "a dog ran by the sea"}
    assert recognition_of(words, words).bleu == pytest.approx(100)
    other = recognition_of(words, {"a": "the cat sat on a mat today", "b": "a dog ran by the sea"})
    # 12 of 13 words, 9 of 11 pairs, 6 of 9 triples, 4 of 7 quadruples
    assert other.bleu == pytest.approx(100 * (12 / 13 * 9 / 11 * 6 / 9 * 4 / 7) ** 0.25)


def test_a_sentence_without_a_transcript_was_not_heard():
    heard = recognition_of({"a": "one two", "b": "three four"}, {"a": "one two"})
    assert (heard.wer, heard.n_missing) == (0.5, 1)


def test_transcripts_of_other_sentences_are_refused():
    with pytest.raises(TextError, match="ids such as 'a', found ids such as 'x'"):
        recognition_of({"a": "one"}, {"x": "one"})


def test_what_a_recognizer_cannot_have_meant_is_left_out():
    assert recognition_of({"a": "well done"}, {"a": "[♪] well done 🙂"}).wer == 0


def test_a_missing_package_is_named_with_the_way_to_install_it(monkeypatch):
    def refuse(name):
        raise ImportError(name)

    monkeypatch.setattr(module.importlib, "import_module", refuse)
    with pytest.raises(TextError, match=r"the package jiwer, found none installed\. .*'tts-align\[evaluate\]'"):
        recognition_of({"a": "one"}, {"a": "one"})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a1 hello\n", "line 1: expected id|text, each id once, found 'a1 hello'"),
        ("a|x\n\na|y\n", "line 3: .* found 'a' again"),
    ],
)
def test_a_strange_line_of_transcripts_is_named(tmp_path, content, message):
    (tmp_path / "heard.txt").write_text(content, encoding="utf8")
    with pytest.raises(TextError, match=message.replace("|", r"\|")):
        read_transcripts(tmp_path / "heard.txt")


def test_transcripts_that_are_no_text_or_not_there_are_refused(tmp_path):
    (tmp_path / "heard.txt").write_bytes(b"a|\xff\n")
    with pytest.raises(TextError, match="UTF-8"):
        read_transcripts(tmp_path / "heard.txt")
    with pytest.raises(TextError, match="a file of lines"):
        read_transcripts(tmp_path / "none.txt")
