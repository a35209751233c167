"""One utterance with its judgement, as all reports take it, and an event in plain words."""

from dataclasses import dataclass
from pathlib import Path

from tts_align.alignment import Alignment, Analysis, Event

MOST_WORDS = 6  # more are cut off in a sentence

_SENTENCES = {
    "skip": "skipped {words} at {span}",
    "repeat": "said {words} again at {span}",
    "rush": "rushed through {words} at {span}",
    "stall": "stuck {place} at {span}",
    "collapse": "lost its place {place} at {span}",
    "early_stop": "stopped at {stop} before {words}",
    "babble": "went on after the end at {span}",
}


@dataclass(frozen=True, eq=False)
class Diagnosed:
    """An utterance: its name, its alignment, the judgement, and its sound if there is one."""

    id: str
    alignment: Alignment
    analysis: Analysis
    wave_path: Path | None = None


def describe(event: Event) -> str:
    """Says an event in plain words.

    Example:
        >>> describe(Event("skip", (4, 11), ("cottage",), (44, 50), (1.32, 1.5), 1.0))
        'skipped “cottage” at 1.32-1.50 s'
    """
    start, stop = event.seconds
    words = _quoted(event.words)
    return _SENTENCES[event.kind].format(
        words=words,
        place=f"on {words}" if event.words else "between words",
        span=f"{start:.2f}-{stop:.2f} s",
        stop=f"{stop:.2f} s",
    )


def _quoted(words: tuple[str, ...]) -> str:
    shown = " ".join(words[:MOST_WORDS]) + (" …" if len(words) > MOST_WORDS else "")
    return f"“{shown}”"
