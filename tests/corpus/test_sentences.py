"""Text files of sentences, good and bad."""

from pathlib import Path

import pytest

from tts_align.corpus.sentences import Sentence, read_sentences, sentence_lines
from tts_align.errors import CorpusError


def read(folder: Path, content: bytes | str, prefix: str = "") -> list[Sentence]:
    path = folder / "text.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_sentences(path, prefix)


def test_lines_get_ids_by_their_number_among_the_sentences(tmp_path: Path) -> None:
    assert read(tmp_path, "One.\n\n  \nTwo.\n", "x-") == [Sentence("x-00001", "One."), Sentence("x-00002", "Two.")]


def test_ids_of_the_file_are_kept(tmp_path: Path) -> None:
    assert read(tmp_path, "LJ1-a|One.\nLJ1-b|Two.") == [Sentence("LJ1-a", "One."), Sentence("LJ1-b", "Two.")]


def test_of_three_columns_the_normalized_text_is_spoken(tmp_path: Path) -> None:
    assert read(tmp_path, "a|Dr. X|doctor x")[0].text == "doctor x"


def test_line_ends_and_a_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    plain = read(tmp_path, "One.\nTwo.\n")
    assert read(tmp_path, b"\xef\xbb\xbfOne.\r\nTwo.\r\n") == plain
    assert read(tmp_path, b"One.\rTwo.") == plain


def test_odd_letters_are_text(tmp_path: Path) -> None:
    assert read(tmp_path, "“Naïve” — café…\u2028yes")[0].text == "“Naïve” — café…\u2028yes"


def test_digits_are_read_where_they_are_allowed(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("a|In 1984.")
    assert read_sentences(tmp_path / "text.txt", digits=True) == [Sentence("a", "In 1984.")]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    sentences = [Sentence("a", "One."), Sentence("b", 'He said "two".')]
    assert read(tmp_path, sentence_lines(sentences)) == sentences


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "expected at least one sentence, found none"),
        ("\n \n\t\n", "expected at least one sentence, found none"),
        ("One.\nIn 1984 it rained.", "line 2: expected text without digits, found '1984'"),
        ("One.\n...", r"line 2: expected a sentence with a word, found '\.\.\.'"),
        ("a|One.\nTwo.", "line 2: expected lines all with an id or all without, found 'Two.'"),
        ("a|One.\na|Two.", "line 2: expected an id of its own, found 'a' of line 1 again"),
        ("../a|One.", "line 1: expected an id that can name a file, found '../a'"),
        (".a|One.", "line 1: expected an id that can name a file"),
        ("|One.", "line 1: expected an id that can name a file, found ''"),
        ("a|b|c|d", r"line 1: expected 'id\|text', found 4 columns"),
        ("a|", "line 1: expected a sentence with a word"),
        ("One.\nTwo\0.", "line 2: expected text, found the character U\\+0000"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "expected text in UTF-8, found byte 0x89 at offset 0"),
        ("Grüße".encode("latin-1"), "expected text in UTF-8, found byte 0xfc at offset 2"),
        ("One.".encode("utf-16"), "expected text in UTF-8, found byte 0xff at offset 0"),
    ],
)
def test_what_cannot_be_spoken_is_an_error_that_says_where(tmp_path: Path, content: bytes | str, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        read(tmp_path, content)


def test_a_missing_file_and_a_folder_are_errors(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"none\.txt: expected a text file, found No such file"):
        read_sentences(tmp_path / "none.txt")
    with pytest.raises(CorpusError, match="expected a text file, found Is a directory"):
        read_sentences(tmp_path)
