import base64
import json
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from tests.report.judged import SKIP, judged_pair
from tts_align.alignment import Alignment, analyze
from tts_align.report import diagnosed
from tts_align.report.page_entry import MOST_CELLS, page_entry, shrunk


def packed(alignment: Alignment, name: str = "a", wave: Path | None = None, folder: Path = Path()) -> tuple[dict, dict]:
    entry = page_entry(diagnosed(name, alignment, analyze(alignment), wave), alignment, folder)
    assert entry.map is not None
    return json.loads(entry.row), json.loads(entry.map)


def test_a_small_map_is_kept_as_it_is() -> None:
    alignment = judged_pair("a", SKIP)[1]
    row, found = packed(alignment)
    levels = np.frombuffer(zlib.decompress(base64.b64decode(found["levels"])), dtype=np.uint8)
    assert np.array_equal(levels.reshape(found["shape"]), alignment.weights * 255)
    assert (found["factor"], found["steps"], found["symbols"]) == (1, alignment.n_steps, list(alignment.symbols))
    assert found["words"][2] == [8, 13, 8, 13, "three"]
    assert row["events"][0]["says"] == "skipped “three” at 0.69-0.75 s"
    assert row["events"][0]["text"] == [8, 13]


def test_a_map_too_large_for_any_screen_is_shrunk_and_no_weight_vanishes() -> None:
    weights = np.zeros((3001, 701), dtype=np.float32)
    weights[np.arange(3001), np.arange(3001) * 701 // 3001] = 1.0
    small, factor = shrunk(weights)
    assert (factor, small.shape) == (3, (1001, 234))
    assert small.size <= MOST_CELLS
    assert (small.max(axis=1) == 1.0).all()
    assert (small.max(axis=0) == 1.0).all()
    assert small[0, 0] == 1.0
    assert small[-1, -1] == 1.0


def test_capitals_of_the_text_are_shown_if_it_was_spelt_as_given() -> None:
    eye = np.eye(3)
    assert packed(Alignment(eye, tuple("a b"), 0.1, text="A b"))[0]["text"] == "A b"
    assert packed(Alignment(eye, tuple("a b"), 0.1, text="Other"))[0]["text"] == "a b"


def test_phones_stand_at_the_words_of_the_text() -> None:
    symbols = ("HH", "AH0", "L", "OW1", ",", " ", "Y", "UW1", "<end>")
    row, found = packed(Alignment(np.eye(9), symbols, 0.1, text="Hello, you"))
    assert row["text"] == "Hello, you"
    assert [word[2:] for word in found["words"]] == [[0, 5, "Hello"], [7, 10, "you"]]


def test_phones_without_a_text_that_fits_are_shown_themselves() -> None:
    row, found = packed(Alignment(np.eye(3), ("K", "AE1", "T"), 0.1, text="two words"))
    assert row["text"] == "K AE1 T "
    assert found["words"][0][:2] == [0, 3]


def test_the_sound_is_named_as_seen_from_the_page(tmp_path: Path) -> None:
    alignment = judged_pair("a")[1]
    row, _ = packed(alignment, wave=tmp_path / "a b#ä.wav", folder=tmp_path / "reports")
    assert row["wave"] == "../a%20b%23%C3%A4.wav"


def test_a_map_that_is_not_wanted_is_not_made() -> None:
    each, alignment = judged_pair("a")
    assert page_entry(each, alignment, Path(), with_map=False).map is None


def test_what_cannot_be_encoded_is_written_out() -> None:
    name = b"caf\xe9".decode("utf8", errors="surrogateescape")
    assert packed(judged_pair("a")[1], name=name)[0]["id"] == "caf\\udce9"


def test_what_comes_after_the_text_stands_behind_it() -> None:
    alignment = judged_pair("a", "0:15 " + "14:15 " * 40, "one two three.$")[1]
    row, _ = packed(alignment)
    assert [(event["kind"], event["text"]) for event in row["events"]] == [("babble", [14, 14])]


def test_the_page_counts_from_the_start_of_the_sentence_and_knows_where_that_is_in_the_sound() -> None:
    alignment = judged_pair("a", SKIP)[1]
    alone, later = packed(alignment)[0], packed(replace(alignment, start_seconds=60.5))[0]
    assert later["events"][0]["seconds"] == alone["events"][0]["seconds"]
    assert (later["start"], "start" in alone) == (60.5, False)
    assert later["events"][0]["says"] == "skipped “three” at 61.19-61.25 s"
