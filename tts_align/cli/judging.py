"""Reading sources and judging what is in them, for `diagnose` and its comparison of two runs."""

import contextlib
import threading
from collections.abc import Callable, Generator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tts_align.cli.in_order import map_in_order
from tts_align.errors import TtsAlignError

if TYPE_CHECKING:
    from tts_align.alignment import Alignment, Analysis
    from tts_align.report import Diagnosed
    from tts_align.report.page import PageWriter
    from tts_align.report.page_entry import PageEntry
    from tts_align.sources import Source


Judge = Callable[["Alignment"], "Analysis"]


def judged(
    title: str,
    sources: Sequence["Source"],
    judge: Judge,
    workers: int,
    broken: list[str],
    page: "PageWriter | None" = None,
) -> Generator[tuple["Diagnosed", "PageEntry | None"], None, None]:
    """Judges files in threads, in their order, with progress; close it if not all of it is wanted.

    Args:
        title: of the progress.
        sources: the files.
        judge: what judges an utterance.
        workers: threads.
        broken: gets the id of each file that cannot be read, which is also named on standard error.
        page: for which each utterance is packed.

    Yields:
        Each utterance, and what the page needs of it.
    """
    from tts_align.progress import progress

    stop = threading.Event()
    work = map_in_order(partial(_judge_source, judge=judge, page=page, stop=stop), sources, workers, stop)
    with progress(title, len(sources), unit="file") as advance, contextlib.closing(work):
        for source, (done, error) in zip(sources, work, strict=True):
            yield from done
            if error is not None:
                broken.append(source.id)
                typer.echo(f"error: {error}", err=True)
            advance()


def _judge_source(
    source: "Source", judge: Judge, page: "PageWriter | None", stop: threading.Event
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
