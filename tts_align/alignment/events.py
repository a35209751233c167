"""Faults of speech, each with its place in the text and in the sound."""

from collections.abc import Sequence
from dataclasses import dataclass

from tts_align.alignment.faults_of_order import early_stops, repeats, rushes, skips
from tts_align.alignment.faults_of_time import babbles, collapses, stalls
from tts_align.alignment.finding import Finding, words_within
from tts_align.alignment.matrix import Alignment
from tts_align.alignment.thresholds import DEFAULTS, Thresholds
from tts_align.alignment.trace import Level, Trace, trace
from tts_align.alignment.words import Word

KINDS = ("skip", "repeat", "rush", "stall", "collapse", "early_stop", "babble")


@dataclass(frozen=True)
class Event:
    """One fault.

    Args:
        kind: one of `KINDS`.
        symbols: `[start, stop)` along the text.
        words: the words that it hit, in order; empty if it lies outside the words.
        steps: `[start, stop)` decoder steps, at least one.
        seconds: `[start, stop)` in the sound, which may be that of a longer text (`Alignment.start_seconds`).
        severity: in [0, 1]: how much was lost or added, 1 the worst; each finder says how it counts.
        times: how often it happened in a row; a loop is a repeat with many.
    """

    kind: str
    symbols: tuple[int, int]
    words: tuple[str, ...]
    steps: tuple[int, int]
    seconds: tuple[float, float]
    severity: float
    times: int = 1


def find_events(alignment: Alignment, thresholds: Thresholds | None = None, level: Level = "word") -> list[Event]:
    """Finds what a listener would complain about.

    `skip`: words jumped over. `repeat`: words gone back to and said again. `rush`: words passed far faster than the
    rest and than anybody can speak (how stepwise attention skips). `stall`: stuck on a letter. `collapse`: no readable
    attention. `early_stop`: the sound ends before the text. `babble`: the sound goes on after the text.

    All is read from the most likely path (`likely_path`), so single odd rows, attention two symbols wide, rows with
    less than full mass, pauses at punctuation and a voice faster than a symbol a step are not faults.

    Args:
        alignment: one utterance.
        thresholds: the limits; None means the defaults.
        level: "word", or "symbol" to judge each letter or phone by itself: that finds what was lost of a word, and in
            characters also letters that are not spoken ("though").

    Returns:
        The events in the order of their first step. Definition: this project.

    Example:
        >>> import numpy as np
        >>> text = "one two three four five"
        >>> said = [j for j in range(23) if not 8 <= j < 14]
        >>> rows = np.eye(23)[said].repeat(3, axis=0)
        >>> [(event.kind, event.words) for event in find_events(Alignment(rows, tuple(text), seconds_per_step=0.03))]
        [('skip', ('three',))]
    """
    thresholds = thresholds or DEFAULTS
    traced = trace(alignment, thresholds, level)
    return events_of(traced, thresholds)


def events_of(traced: Trace, thresholds: Thresholds) -> list[Event]:
    """The events of a path that was traced already, in the order of their first step."""
    lost, unreached = collapses(traced, thresholds), early_stops(traced, thresholds)
    said_again, after = repeats(traced, thresholds)
    babble, stuck = babbles(traced, thresholds, after), stalls(traced, thresholds)
    said_again = [finding for finding in said_again if not _is_part(finding, babble, stuck)]
    found = {
        "collapse": lost,
        "early_stop": unreached,
        "repeat": said_again,
        "babble": babble,
        "stall": stuck,
        "skip": skips(traced, thresholds, lost + unreached),
        "rush": rushes(traced, thresholds, lost + unreached),
    }
    events = [_event(kind, finding, traced) for kind in KINDS for finding in found[kind]]
    return sorted(events, key=lambda event: (event.steps, KINDS.index(event.kind)))


def _is_part(repeat: Finding, babble: Sequence[Finding], stuck: Sequence[Finding]) -> bool:
    """Whether what looks like a repeat are words that came by in babble, or the unrest of a path that is stuck."""
    start, stop = repeat.steps
    if any(start >= other.steps[0] for other in babble):
        return True
    return any(2 * (min(stop, other.steps[1]) - max(start, other.steps[0])) > stop - start for other in stuck)


def _event(kind: str, finding: Finding, traced: Trace) -> Event:
    start, stop = finding.steps
    before = traced.alignment.start_seconds
    return Event(
        kind=kind,
        symbols=finding.symbols,
        words=tuple(word.text for word in _words(finding, traced)),
        steps=(start, stop),
        seconds=(round(before + traced.seconds(start), 6), round(before + traced.seconds(stop), 6)),
        severity=round(min(1.0, max(0.0, finding.severity)), 4),
        times=finding.times,
    )


def _words(finding: Finding, traced: Trace) -> Sequence[Word]:
    """The words of a finding; letters that are judged one by one lie in words too."""
    if traced.units is traced.words or not finding.words:
        return finding.words
    return words_within(traced.words, *finding.symbols)
