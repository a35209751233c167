"""Texts of other systems' utterances, from wherever they are."""

from pathlib import Path

import pytest

from tts_align.errors import FileError, TextError
from tts_align.sources.texts import read_text_beside, read_texts, said


def written(path: Path, content: str, encoding: str = "utf8") -> Path:
    path.write_bytes(content.encode(encoding))
    return path


def test_a_file_with_one_line_is_the_text_of_all(tmp_path: Path) -> None:
    texts = read_texts(written(tmp_path / "t.txt", "\ufeffThe cat.\r\n\n"))
    assert texts.find("anything").text == "The cat."


def test_lines_give_the_last_column_and_ids_may_be_paths_of_sounds(tmp_path: Path) -> None:
    texts = read_texts(written(tmp_path / "t.csv", "a|A|one\nwavs/LJ001.02.wav|two\nb/c|three\nd|raw|\n"))
    assert {name: texts.find(name).text for name in ("a", "LJ001.02", "b/c", "c", "d", "x/a", "x/a_attn")} == {
        "a": "one", "LJ001.02": "two", "b/c": "three", "c": "three", "d": "raw", "x/a": "one", "x/a_attn": "one",
    }  # fmt: skip
    assert texts.find("nobody") is None


def test_two_files_of_the_same_name_in_two_folders_keep_their_own_texts(tmp_path: Path) -> None:
    texts = read_texts(written(tmp_path / "t.csv", "x/a|one\ny/a|two\n"))
    assert [texts.find(name).text for name in ("x/a", "y/a")] == ["one", "two"]


def test_a_line_separator_within_a_text_does_not_part_it(tmp_path: Path) -> None:
    assert read_texts(written(tmp_path / "t.csv", "a|one\u2028two\n")).find("a").text == "one\u2028two"


def test_the_folder_of_a_corpus_is_its_metadata(tmp_path: Path) -> None:
    written(tmp_path / "metadata.csv", "a|Dr. A|doctor A\n")
    assert read_texts(tmp_path).find("a").text == "doctor A"


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"", TextError, "one text, or lines of id"),
        (b"a|one\ntwo\n", TextError, r"no \| in line 2"),
        (b"a|caf\xe9\n", FileError, "a text file in UTF-8"),
    ],
)
def test_what_is_no_file_of_texts_is_refused(tmp_path: Path, content: bytes, error: type, message: str) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(error, match=message):
        read_texts(tmp_path / "t.csv")


def test_a_folder_without_metadata_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"metadata\.csv: expected a text file.*No such file"):
        read_texts(tmp_path)


def test_phones_are_parted_by_spaces_and_the_separator_becomes_the_space_between_words() -> None:
    assert said("DH AH0 _ K AE1 T .", "_").symbols == ("DH", "AH0", " ", "K", "AE1", "T", ".")


def test_phones_may_be_parted_by_the_bar_that_parts_columns_too(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", "a|DH AH0 | K AE1 T\nb|A cat|AH0 | K AE1 T\nc|AH0\n")
    texts = read_texts(path, "|")
    assert texts.find("a").symbols == ("DH", "AH0", " ", "K", "AE1", "T")
    assert (texts.find("b").symbols, texts.find("b").text) == (("AH0", " ", "K", "AE1", "T"), "A cat")
    assert texts.find("c").symbols == ("AH0",)
    one = read_texts(written(tmp_path / "one.txt", "DH AH0 | K AE1 T\n"), "|")
    assert one.find("x").symbols == ("DH", "AH0", " ", "K", "AE1", "T")


def test_a_text_beside_is_of_one_or_of_a_batch(tmp_path: Path) -> None:
    written(tmp_path / "a.txt", "the cat\n")
    assert read_text_beside(tmp_path / "a.npy", "x/a").find("x/a").text == "the cat"
    written(tmp_path / "a.txt", "one\ntwo\n")
    batch = read_text_beside(tmp_path / "a.npy", "x/a")
    assert (batch.count("x/a"), batch.find("x/a[1]").text, batch.find("x/a")) == (2, "two", None)
    written(tmp_path / "a.txt", "u1|one\nu2|two\n")
    assert read_text_beside(tmp_path / "a.npy", "x/a").find("u2").text == "two"
    written(tmp_path / "a.txt", "")
    with pytest.raises(TextError, match="an empty file"):
        read_text_beside(tmp_path / "a.npy", "a")
