"""Curves of onset errors over a training, and since when they stayed below a limit."""

import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tts_align.errors import FileError
from tts_align.report.mechanism_record import OnsetPoint


def aligned_since(curve: Sequence[OnsetPoint], limit_ms: float) -> int | None:
    """The update from which the free-running error stayed below the limit, to the end.

    A validation without a known error counts as one that is too far off.

    Args:
        curve: in the order of updates.
        limit_ms: what the error must stay below.

    Returns:
        Update of the first validation of those at the end that are all below it, or None.

    Example:
        >>> errors = [80.0, 40.0, 60.0, 45.0, 30.0]
        >>> points = [OnsetPoint(update=10 * i, onset_forced_ms=None, onset_spoken_ms=e) for i, e in enumerate(errors)]
        >>> aligned_since(points, 50.0), aligned_since(points, 20.0)
        (30, None)
    """
    since = None
    for point in reversed(curve):
        if point.onset_spoken_ms is None or point.onset_spoken_ms >= limit_ms:
            break
        since = point.update
    return since


def read_curve(log: Path) -> list[OnsetPoint]:
    """The validations of a run's log.

    Raises:
        FileError: there is no log.
    """
    return [
        OnsetPoint(
            update=record["update"],
            onset_forced_ms=record["onset_forced_ms"],
            onset_spoken_ms=record["onset_spoken_ms"],
        )
        for record in _records(log)
        if record["kind"] == "validation"
    ]


def median_ms_per_update(log: Path) -> float:
    """The median time of an update of a run, without validations and checkpoints.

    Raises:
        FileError: there is no log.
    """
    return 1000 * statistics.median(record["seconds"] for record in _records(log) if record["kind"] == "update")


def _records(log: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in log.read_text(encoding="utf8").splitlines()]
    except OSError as error:
        reason = error.strerror or str(error)
        raise FileError(where=str(log), expected="the log of a run", found=reason, fix="Train it anew.") from error
