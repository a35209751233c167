import base64
import json
import re
import zlib
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from tests.drawings import spoken
from tts_align.alignment import Alignment, analyze
from tts_align.errors import FileError
from tts_align.report import Diagnosed, write_page
from tts_align.report.page import page_html

NASTY = '</script><script>alert(1)</script> <b onload="x">& \u2028 "日本語" שלום {{ 7 * 7 }}'


class Elements(HTMLParser):
    """Collects the elements of a page as a browser would see them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.payloads: list[str] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside = tag == "script" and dict(attrs).get("class") == "utterance"

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.payloads.append(data)


def judged(name: str, text: str, order: str | None = None, wave: Path | None = None) -> Diagnosed:
    alignment = spoken(text, order)
    return Diagnosed(name, alignment, analyze(alignment), wave)


def test_the_page_holds_map_text_events_and_sound(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF sound")
    one = judged("a", "one two three four.", "0:8 14:19", tmp_path / "a.wav")
    write_page(tmp_path / "page.html", [one, judged("b", "one two.")], title="My <page>")
    page = (tmp_path / "page.html").read_text(encoding="utf8")
    assert "My &lt;page&gt;" in page
    assert "1 of 2 utterances is faulty: 1 skip." in page
    first, second = (json.loads(payload) for payload in Elements(page).payloads)
    assert first["events"][0]["sentence"] == "skipped “three” at 0.69-0.75 s"
    levels = np.frombuffer(zlib.decompress(base64.b64decode(first["map"])), dtype=np.uint8)
    assert np.array_equal(levels.reshape(one.alignment.weights.shape), one.alignment.weights * 255)
    assert base64.b64decode(first["wave"]) == b"RIFF sound"
    assert second["wave"] is None


def test_the_page_needs_no_network() -> None:
    page = page_html([judged("a", "one two.")])
    assert not re.search(r"https?://|@import|url\(", page)
    assert not [attributes for _, attributes in Elements(page).tags if attributes.get("src")]


def test_texts_that_look_like_code_stay_texts() -> None:
    plain, nasty = Elements(page_html([judged("a", "one")])), Elements(page_html([judged(NASTY, NASTY)]))
    assert [tag for tag, _ in nasty.tags] == [tag for tag, _ in plain.tags]
    assert json.loads(nasty.payloads[0])["text"] == NASTY


def test_a_page_of_nothing_and_of_many_utterances_can_be_made() -> None:
    assert "There was nothing to judge." in page_html([])
    weights = Alignment(np.eye(9), tuple("a b c d e"), 0.1)
    many = [Diagnosed(f"u{i}", weights, analyze(weights)) for i in range(200)]
    assert len(Elements(page_html(many)).payloads) == 200


def test_a_sound_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"gone\.wav"):
        page_html([judged("a", "one", wave=tmp_path / "gone.wav")])
