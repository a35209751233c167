"""The diagnosis as one HTML file that needs nothing else: maps, sound and events to click."""

import base64
import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import jinja2
from markupsafe import Markup

from tts_align.alignment import KINDS, Alignment, CorpusFigures, figures
from tts_align.files import atomic_path
from tts_align.report.colours import COLOURS, DARK_COLOURS
from tts_align.report.diagnosed import Diagnosed
from tts_align.report.hints import hints_for, troubles
from tts_align.report.page_entry import SHOWN_METRICS, PageEntry, page_entry
from tts_align.report.text import verdict_sentence

_WEB = Path(__file__).parent / "web"
_SCRIPTS = ("data.js", "table.js", "player.js", "map.js", "card.js", "start.js")
_PIECE = 1 << 20  # bytes copied at once


@dataclass(frozen=True)
class PageBudget:
    """How large a page may grow before maps and sounds are left out of it.

    Args:
        map_bytes: of packed maps; utterances beyond it keep their row, text and events.
        sound_bytes: of sounds inside the page; those beyond it are played from their files.
    """

    map_bytes: int = 24_000_000
    sound_bytes: int = 48_000_000


@dataclass(frozen=True)
class _Kept:
    """Where the map of an utterance lies in the temporary file, and where its sound is."""

    faulty: bool
    start: int
    length: int
    wave_path: str | None


class PageWriter:
    """Takes in utterances one by one; their maps wait in a temporary file until the page is written.

    Faulty utterances have the first right to a place within the budget, then those that came first. A map that cannot
    get one any more need not be made: see `wants_map`.
    """

    def __init__(self, folder: Path, title: str, budget: PageBudget, rows: IO[bytes], maps: IO[bytes]) -> None:
        self.folder = folder
        self._title, self._budget = title, budget
        self._rows, self._maps = rows, maps
        self._kept: list[_Kept] = []
        self._stored = {True: 0, False: 0}  # bytes of maps of faulty utterances and of others
        self._corpus = CorpusFigures()
        self._troubles: set[str] = set()

    def wants_map(self, each: Diagnosed) -> bool:
        """Whether the map of such an utterance may still find a place."""
        return self._stored[_is_faulty(each)] < self._budget.map_bytes

    def add(self, each: Diagnosed, entry: PageEntry) -> None:
        """Takes in one utterance, packed by `page_entry` for `self.folder`."""
        faulty = _is_faulty(each)
        packed = entry.map.encode("ascii") if entry.map is not None and self.wants_map(each) else b""
        wave_path = None if each.wave_path is None else str(each.wave_path)  # much smaller than a Path
        self._kept.append(_Kept(faulty, self._maps.tell(), len(packed), wave_path))
        self._maps.write(packed)
        self._stored[faulty] += len(packed)
        self._rows.write((b",\n" if len(self._kept) > 1 else b"") + entry.row.encode("ascii"))
        self._corpus += figures([each.analysis])
        self._troubles |= troubles(each)

    def write(self, path: Path) -> None:
        """Writes the page."""
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_WEB), autoescape=True, undefined=jinja2.StrictUndefined
        )
        with_map, with_sound = self._chosen()
        template = environment.get_template("page.html")
        pieces = template.generate(
            title=self._title,
            sentence=verdict_sentence(self._corpus),
            clean=self._corpus.n_faulty == 0,
            note=self._left_out(with_map, with_sound),
            hints=hints_for(self._troubles),
            kinds=KINDS,
            colours=COLOURS,
            dark_colours=DARK_COLOURS,
            metric_names=SHOWN_METRICS,
            style=_web("page.css"),
            script=Markup("\n").join(_web(name) for name in _SCRIPTS),
            rows=self._copied_rows(),
            kept={"kinds": KINDS, "map": with_map, "sound": with_sound},
            maps=((index, self._stored_map(index)) for index in with_map),
            sounds=((index, sound) for index in with_sound if (sound := self._sound(index)) is not None),
        )
        with open(path, "w", encoding="utf8") as file:
            file.writelines(pieces)

    def _chosen(self) -> tuple[list[int], list[int]]:
        """Which utterances get their map and which their sound into the page: faulty ones first."""
        first = sorted(range(len(self._kept)), key=lambda index: not self._kept[index].faulty)
        maps = _within(self._budget.map_bytes, ((i, self._kept[i].length) for i in first if self._kept[i].length))
        sounds = _within(self._budget.sound_bytes, ((i, n) for i in first if (n := _size(self._kept[i].wave_path))))
        return maps, sounds

    def _left_out(self, with_map: list[int], with_sound: list[int]) -> str:
        n, n_sounds = len(self._kept), sum(kept.wave_path is not None for kept in self._kept)
        notes = []
        if len(with_map) < n:
            notes.append(f"To keep this page small it has the maps of {len(with_map):,} of {n:,} utterances.")
        if len(with_sound) < n_sounds:
            notes.append(
                f"{len(with_sound):,} of {n_sounds:,} sounds are inside this page; the others are played from their "
                "files, as long as those stay where they are."
            )
        return " ".join([*notes, "Faulty utterances came first."] if notes else [])

    def _copied_rows(self) -> Iterator[Markup]:
        self._rows.seek(0)
        while piece := self._rows.read(_PIECE):
            yield Markup(piece.decode("ascii"))

    def _stored_map(self, index: int) -> Markup:
        kept = self._kept[index]
        self._maps.seek(kept.start)
        return Markup(self._maps.read(kept.length).decode("ascii"))

    def _sound(self, index: int) -> Markup | None:
        """A sound in base64, or None if it cannot be read: the page then looks for the file, and says so."""
        try:
            return Markup(base64.b64encode(Path(self._kept[index].wave_path or "").read_bytes()).decode("ascii"))
        except OSError:
            return None


@contextlib.contextmanager
def open_page(
    path: str | os.PathLike[str], title: str = "Alignment report", budget: PageBudget | None = None
) -> Iterator[PageWriter]:
    """Opens a page to add utterances to; it is written when the block ends, whole or not at all.

    Args:
        path: the `.html` file.
        title: its heading.
        budget: how much of maps and sounds it may hold; None means the defaults.

    Raises:
        FileError: `path` cannot be written.
    """
    with atomic_path(path) as temporary, contextlib.ExitStack() as stack:
        rows, maps = (stack.enter_context(tempfile.TemporaryFile(dir=temporary.parent)) for _ in range(2))
        writer = PageWriter(temporary.parent, title, budget or PageBudget(), rows, maps)
        yield writer
        writer.write(temporary)


def write_page(
    path: str | os.PathLike[str],
    judged: Iterable[tuple[Diagnosed, Alignment]],
    title: str = "Alignment report",
    budget: PageBudget | None = None,
) -> None:
    """Writes a self-contained HTML page: table, and for each utterance the map, the text, the events, the sound.

    Texts may hold anything; they are escaped. Sounds are put in where `wave_path` names a file.

    Args:
        path: the `.html` file.
        judged: the utterances, in the order of the page, each looked at once.
        title: its heading.
        budget: how much of maps and sounds it may hold; None means the defaults.

    Raises:
        FileError: `path` cannot be written.
    """
    with open_page(path, title, budget) as page:
        for each, alignment in judged:
            page.add(each, page_entry(each, alignment, page.folder, with_map=page.wants_map(each)))


def _is_faulty(each: Diagnosed) -> bool:
    return bool(troubles(each))


def _within(budget: int, sizes: Iterable[tuple[int, int]]) -> list[int]:
    """The first of them that fit into a budget together, in the order of their indices."""
    chosen: list[int] = []
    for index, size in sizes:
        budget -= size
        if budget < 0:
            break
        chosen.append(index)
    return sorted(chosen)


def _size(wave_path: str | None) -> int:
    """The bytes that a sound takes in base64; 0 if there is none to be read."""
    try:
        return 0 if wave_path is None else -(-os.stat(wave_path).st_size // 3) * 4
    except OSError:
        return 0


def _web(name: str) -> Markup:
    """A part of the page that was written by hand, as it is."""
    return Markup((_WEB / name).read_text(encoding="utf8"))
