"""Reading one source and judging what is in it, for `diagnose` and its comparison of two runs."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tts_align.errors import TtsAlignError

if TYPE_CHECKING:
    from tts_align.alignment import Alignment, Analysis
    from tts_align.report import Diagnosed
    from tts_align.report.page import PageWriter
    from tts_align.report.page_entry import PageEntry
    from tts_align.sources import Source


def judge_source(
    source: "Source", judge: Callable[["Alignment"], "Analysis"], page: "PageWriter | None", stop: threading.Event
) -> tuple[list[tuple["Diagnosed", "PageEntry | None"]], TtsAlignError | None]:
    """Reads and judges one file: what could be read of it, and why the rest could not be.

    The weights are gone when this is over; what the page needs of them is packed here.
    """
    from tts_align.report import diagnosed
    from tts_align.report.page_entry import page_entry

    done: list[tuple[Diagnosed, PageEntry | None]] = []
    try:
        for name, alignment in source.load():
            each = diagnosed(name, alignment, judge(alignment), _wave_path(source, name))
            entry = None
            if page is not None:
                entry = page_entry(each, alignment, page.folder, with_map=page.wants_map(each))
            done.append((each, entry))
            if stop.is_set():
                break
    except TtsAlignError as error:
        return done, error
    return done, None


def _wave_path(source: "Source", name: str) -> Path | None:
    """The sound of an utterance: that of its file, or in a file of many, the one with its name beside it."""
    if name == source.id:
        return source.wave_path
    beside = source.path.parent / f"{name}.wav"
    return beside if beside.is_file() else None
