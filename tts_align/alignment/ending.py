"""Why a run that was cut off at its step limit did not end by itself."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from tts_align.alignment.finding import words_within
from tts_align.alignment.trace import Trace

Cause = Literal["gate_silent", "stuck", "circling", "too_slow"]
CAUSES: tuple[Cause, ...] = ("gate_silent", "stuck", "circling", "too_slow")
LAST_PART = 1 / 3  # of the steps: what the attention did at last
PLACE = 3  # symbols: staying within so many is standing still
RETURNS = 2  # moves back from which on it goes round


@dataclass(frozen=True)
class Ending:
    """What kept a run from ending.

    Args:
        cause: `gate_silent` (reached the end of the text and the stop gate did not fire), `stuck` (stood still at
            `symbols`), `circling` (went round within `symbols`), `too_slow` (was still on its way, `symbols` is where).
        symbols: `[start, stop)` where it was in the last third of the run.
        words: those there.
    """

    cause: Cause
    symbols: tuple[int, int]
    words: tuple[str, ...]


def ending_of(traced: Trace) -> Ending | None:
    """Says why a run hit its step limit; None for a run that ended by itself or of which that is not known.

    Definition: this project.

    Example:
        >>> from tts_align.alignment.matrix import Alignment
        >>> from tts_align.alignment.thresholds import Thresholds
        >>> from tts_align.alignment.trace import trace
        >>> rows = np.eye(9)[[0, 1, 2, 3, 4, *[5] * 60]]
        >>> stuck = Alignment(rows, tuple("good boys"), seconds_per_step=0.05, stopped_by="limit")
        >>> ending_of(trace(stuck, Thresholds()))
        Ending(cause='stuck', symbols=(5, 6), words=('boys',))
    """
    if traced.alignment.stopped_by != "limit":
        return None
    n_steps = traced.alignment.n_steps
    last = traced.path[min(n_steps - 1, int(n_steps * (1 - LAST_PART))) :]
    low, high = int(last.min()), int(last.max()) + 1
    if traced.end_step < n_steps:
        return _ending(traced, "gate_silent", traced.tail_start, traced.alignment.n_symbols)
    if high - low <= PLACE:
        return _ending(traced, "stuck", low, high)
    if int((np.diff(last) < -1).sum()) >= RETURNS:
        return _ending(traced, "circling", low, high)
    return _ending(traced, "too_slow", int(last[-1]), int(last[-1]) + 1)


def _ending(traced: Trace, cause: Cause, start: int, stop: int) -> Ending:
    return Ending(cause, (start, stop), tuple(word.text for word in words_within(traced.words, start, stop)))
