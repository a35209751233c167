"""The events as a table for spreadsheets: CSV, one line for each."""

import contextlib
import csv
import os
from collections.abc import Iterator
from typing import TextIO

from tts_align.files import atomic_path
from tts_align.report.diagnosed import Diagnosed

COLUMNS = (
    "id", "kind", "start_seconds", "stop_seconds", "start_step", "stop_step", "start_symbol", "stop_symbol", "words",
    "severity", "times",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class EventTable:
    """Writes a line for each event while they come; clean utterances have none.

    Spans are half-open. A text that a spreadsheet would take for a formula (it starts with = + - @) gets an apostrophe
    in front.

    Example:
        >>> import io
        >>> out = io.StringIO()
        >>> _ = EventTable(out)
        >>> out.getvalue().split(",")[:3]
        ['id', 'kind', 'start_seconds']
    """

    def __init__(self, out: TextIO) -> None:
        self._writer = csv.writer(out)
        self._writer.writerow(COLUMNS)

    def add(self, each: Diagnosed) -> None:
        """Writes the events of one utterance."""
        for event in each.analysis.events:
            spans = (*event.seconds, *event.steps, *event.symbols)
            words = _harmless(" ".join(event.words))
            self._writer.writerow((_harmless(each.id), event.kind, *spans, words, event.severity, event.times))


@contextlib.contextmanager
def event_file(path: str | os.PathLike[str]) -> Iterator[EventTable]:
    """Opens a file in UTF-8 for an `EventTable`, whole or not at all.

    Raises:
        FileError: `path` cannot be written.
    """
    with atomic_path(path) as temporary, open(temporary, "w", encoding="utf8", newline="") as file:
        yield EventTable(file)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
