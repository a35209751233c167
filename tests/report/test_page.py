import base64
import json
import re
import zlib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.report.browser import PROGRAM, Browser, browser
from tests.report.judged import SKIP, judged_pair, run_into_limit
from tts_align.alignment import Alignment
from tts_align.audio import write_wave
from tts_align.errors import FileError
from tts_align.report import Diagnosed
from tts_align.report.page import PageBudget, open_page, write_page
from tts_align.report.page_entry import page_entry

NASTY = '</script><script>alert(1)</script> <b onload="x">& \u2028 "日本語" שלום {{ 7 * 7 }}'
Pair = tuple[Diagnosed, Alignment]


class Elements(HTMLParser):
    """Collects the elements of a page as a browser would see them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: dict[str, str] = {}
        self.inside: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.inside = dict(attrs).get("id") if tag == "script" else None

    def handle_endtag(self, tag: str) -> None:
        self.inside = None

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.scripts[self.inside] = self.scripts.get(self.inside, "") + data

    def json(self, name: str) -> Any:
        return json.loads(self.scripts[name])


def page_of(folder: Path, *judged: Pair, title: str = "Alignment report", budget: PageBudget | None = None) -> str:
    write_page(folder / "page.html", judged, title, budget)
    return (folder / "page.html").read_text(encoding="utf8")


def sound(path: Path, seconds: float = 1.2) -> Path:
    write_wave(path, np.zeros(round(seconds * 22050), dtype=np.float32), 22050)
    return path


def test_the_page_holds_map_text_events_and_sound(tmp_path: Path) -> None:
    one = judged_pair("a", SKIP, wave=sound(tmp_path / "a.wav"))
    page = page_of(tmp_path, one, judged_pair("b"), title="My <page>")
    assert "My &lt;page&gt;" in page
    assert "1 of 2 utterances is faulty: 1 skip." in page
    found = Elements(page)
    first, second = found.json("rows")
    assert first["events"][0]["says"] == "skipped “three” at 0.69-0.75 s"
    assert (first["wave"], "wave" in second) == ("a.wav", False)
    assert found.json("kept")["map"] == [0, 1]
    levels = np.frombuffer(zlib.decompress(base64.b64decode(found.json("map0")["levels"])), dtype=np.uint8)
    assert np.array_equal(levels.reshape(one[1].weights.shape), one[1].weights * 255)
    assert base64.b64decode(found.scripts["sound0"]) == (tmp_path / "a.wav").read_bytes()


def test_the_page_says_what_usually_helps_once_for_each_kind(tmp_path: Path) -> None:
    page = page_of(tmp_path, judged_pair("a", SKIP), judged_pair("b", SKIP), run_into_limit("c"))
    assert page.count("Use stepwise monotonic attention, which cannot jump") == 1
    assert "step limit, gate silent" in page
    assert "What usually helps" not in page_of(tmp_path, judged_pair("a"))


def test_the_page_needs_no_network(tmp_path: Path) -> None:
    page = page_of(tmp_path, judged_pair("a"))
    assert not re.search(r"https?://|@import|url\(|fetch\(|import\(", page)
    assert not [attributes for _, attributes in Elements(page).tags if attributes.get("src") or attributes.get("href")]
    assert "default-src 'none'" in page


def test_texts_that_look_like_code_stay_texts(tmp_path: Path) -> None:
    plain, nasty = (Elements(page_of(tmp_path, judged_pair(text, text=text))) for text in ("one", NASTY))
    assert [tag for tag, _ in nasty.tags] == [tag for tag, _ in plain.tags]
    assert nasty.json("rows")[0]["text"] == NASTY


def test_a_page_of_nothing_can_be_made(tmp_path: Path) -> None:
    page = page_of(tmp_path)
    assert "There was nothing to judge." in page
    assert Elements(page).json("rows") == []


def test_beyond_the_budget_the_maps_of_faulty_ones_are_kept_and_the_page_says_so(tmp_path: Path) -> None:
    many = [judged_pair(f"u{i}", SKIP if i in (3, 7) else None) for i in range(10)]
    clean, faulty = (len(page_entry(*many[i], tmp_path).map or "") for i in (0, 3))
    found = page_of(tmp_path, *many, budget=PageBudget(map_bytes=2 * faulty + 2 * clean))
    assert Elements(found).json("kept")["map"] == [0, 1, 3, 7]
    assert "the maps of 4 of 10 utterances. Faulty utterances came first." in found
    assert len(Elements(found).json("rows")) == 10
    assert Elements(page_of(tmp_path, *many, budget=PageBudget(map_bytes=faulty))).json("kept")["map"] == [3]
    assert "left out" not in page_of(tmp_path, *many).split("<script")[0]


def test_a_map_that_can_find_no_place_any_more_is_not_wanted(tmp_path: Path) -> None:
    with open_page(tmp_path / "page.html", budget=PageBudget(map_bytes=100)) as page:
        clean, faulty = judged_pair("a"), judged_pair("b", SKIP)
        assert page.wants_map(clean[0])
        page.add(clean[0], page_entry(*clean, page.folder))
        assert not page.wants_map(clean[0])
        assert page.wants_map(faulty[0])


def test_sounds_beyond_the_budget_are_played_from_their_files(tmp_path: Path) -> None:
    waves = [sound(tmp_path / "waves" / f"{i}.wav", 0.1) for i in range(4)]
    many = [judged_pair(f"u{i}", SKIP if i == 2 else None, wave=wave) for i, wave in enumerate(waves)]
    page = page_of(tmp_path, *many, budget=PageBudget(sound_bytes=3 * waves[0].stat().st_size))
    found = Elements(page)
    assert found.json("kept")["sound"] == [0, 2]
    assert {"sound0", "sound2"} <= found.scripts.keys()
    assert "sound1" not in found.scripts
    assert [row["wave"] for row in found.json("rows")] == [f"waves/{i}.wav" for i in range(4)]
    assert "2 of 4 sounds are inside this page" in page


def test_a_sound_that_has_gone_is_not_in_the_page_but_its_place_is_known(tmp_path: Path) -> None:
    found = Elements(page_of(tmp_path, judged_pair("a", wave=tmp_path / "gone.wav")))
    assert (found.json("kept")["sound"], found.json("rows")[0]["wave"]) == ([], "gone.wav")


def test_a_page_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), open_page(tmp_path / "page.html") as page:
        page.add(judged_pair("a")[0], page_entry(*judged_pair("a"), page.folder))
        _ = 1 / 0
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match=r"page\.html"), open_page(tmp_path / "file" / "page.html"):
        pass


needs_browser = pytest.mark.skipif(PROGRAM is None, reason="no chromium here to open the page in")


@pytest.fixture(scope="module")
def window() -> Any:
    with browser() as opened:
        yield opened


def opened(window: Browser, folder: Path, *judged: Pair, **options: Any) -> Browser:
    page_of(folder, *judged)
    window.open(folder / "page.html", **options)
    window.wait("document.querySelector('.map canvas, p') !== null")
    return window


@pytest.mark.slow
@needs_browser
@pytest.mark.parametrize("dark", [False, True])
def test_a_click_on_a_fault_plays_it_from_a_little_before_and_the_playhead_moves(
    window: Browser, tmp_path: Path, dark: bool
) -> None:
    pair = judged_pair("a", SKIP, text="one two three four.", wave=sound(tmp_path / "a.wav", 4.0))
    opened(window, tmp_path, pair, dark=dark)
    window.wait("document.querySelector('audio')?.readyState >= 1 && document.querySelector('.playhead') !== null")
    head = "parseFloat(document.querySelector('.playhead').style.left)"
    start = window.value(head)
    for place in (".events button", ".spoken .fault"):
        window.value("document.querySelector('audio').currentTime = 0")
        window.click(place)
        window.wait("document.querySelector('audio').currentTime > 0.25")
        assert window.value("document.querySelector('audio').currentTime") < 1.5
        window.wait(f"{head} > {start} + 50")
        window.wait("document.querySelector('audio').paused")  # and it ends a little after the fault
        assert 1.3 < window.value("document.querySelector('audio').currentTime") < 1.7
    assert window.errors == []


@pytest.mark.slow
@needs_browser
def test_a_click_on_the_map_plays_the_fault_there_or_from_that_place(window: Browser, tmp_path: Path) -> None:
    opened(window, tmp_path, judged_pair("a", SKIP, wave=sound(tmp_path / "a.wav", 4.0)))
    window.wait("document.querySelector('audio')?.readyState >= 1 && document.querySelector('.playhead') !== null")
    left, top, width, height = window.value(
        "(() => { const view = [...cards.values()][0].view, f = view.frame(view.events[0]); "
        "return [f.left, f.top, f.width, f.height]; })()"
    )
    window.click(".map", (left + width / 2, top + height / 2))
    assert window.value("document.querySelectorAll('.events button.chosen').length") == 1
    window.wait("document.querySelector('audio').paused")
    window.click(".map", (window.value("[...cards.values()][0].view.x(0.1)"), 100))
    window.wait("!document.querySelector('audio').paused")
    assert 0.08 < window.value("document.querySelector('audio').currentTime") < 0.6


@pytest.mark.slow
@needs_browser
def test_search_filters_and_order_choose_what_is_listed(window: Browser, tmp_path: Path) -> None:
    many = [judged_pair(f"u{i}", SKIP if i % 10 == 0 else None) for i in range(100)]
    opened(window, tmp_path, *many, judged_pair("needle", text="quite another text"))
    listed = "[...document.querySelectorAll('tbody b')].map(cell => cell.textContent)"
    assert window.value(listed)[:3] == ["u0", "u10", "u20"]
    assert len(window.value(listed)) < 40  # only what can be seen
    window.click("#kinds button")
    assert window.value(listed) == [f"u{i}" for i in range(0, 100, 10)]
    window.click("#kinds button")
    window.click("#wanted")
    for letter in "another":
        window.press(letter)
    window.wait(f"JSON.stringify({listed}) === '[\"needle\"]'")
    assert window.value("document.getElementById('count').textContent") == "1 of 101 utterances"
    window.press("Escape")
    window.wait(f"{listed}.length > 10")
    window.click("th:nth-child(1) button")
    window.click("th:nth-child(1) button")
    assert window.value(listed)[:2] == ["u99", "u98"]
    window.value("document.getElementById('scroll').scrollTop = 1e6")
    window.wait(f"{listed}.at(-1) === 'needle'")


@pytest.mark.slow
@needs_browser
def test_keys_go_through_utterances_and_faults(window: Browser, tmp_path: Path) -> None:
    opened(window, tmp_path, *(judged_pair(f"u{i}", SKIP) for i in range(40)))
    heading = "document.querySelector('.card h2').textContent"
    assert window.value(heading) == "u0"
    window.press("j")
    window.press("j")
    window.press("k")
    window.wait(f"{heading} === 'u1'")
    window.press("n")
    window.wait("document.querySelectorAll('.events button.chosen').length === 1")
    assert window.value("location.hash") == "#u1"
    assert window.errors == []


@pytest.mark.slow
@needs_browser
def test_the_page_fits_a_narrow_screen(window: Browser, tmp_path: Path) -> None:
    opened(window, tmp_path, judged_pair("a" * 90, SKIP, text="one two three four" + "x" * 99), width=360, height=700)
    window.wait("document.querySelector('.playhead') !== null")
    assert window.value("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.slow
@needs_browser
def test_nothing_and_odd_texts_open_without_an_error(window: Browser, tmp_path: Path) -> None:
    opened(window, tmp_path)
    opened(window, tmp_path, judged_pair(NASTY, text=NASTY), run_into_limit("limit"))
    window.wait("document.querySelectorAll('.playhead').length === 2")
    assert window.value("document.querySelector('.ending').textContent").startswith("It ran into its step limit")
    assert window.errors == []
