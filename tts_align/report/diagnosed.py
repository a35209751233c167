"""One utterance with its judgement, as all reports take it, and what happened to it in plain words."""

from dataclasses import dataclass
from pathlib import Path

from tts_align.alignment import Alignment, Analysis, Ending, Event

MOST_WORDS = 6  # more are cut off in a sentence

_SENTENCES = {
    "skip": "skipped {words} at {span}",
    "repeat": "said {words} {again} at {span}",
    "rush": "rushed through {words} at {span}",
    "stall": "stuck {place} at {span}",
    "collapse": "lost its place {place} at {span}",
    "early_stop": "stopped at {stop} before {words}",
    "babble": "went on after the end at {span}",
}
_ENDINGS = {
    "gate_silent": "it had reached the end of the text, but the stop gate did not fire",
    "stuck": "it stood still {place}",
    "circling": "it went round and round {place}",
    "too_slow": "it was still on its way, {place}",
}


@dataclass(frozen=True, eq=False)
class Diagnosed:
    """An utterance: its name, its text, the judgement, and its sound if there is one.

    It is small: the weights are not in it, so that those of a whole corpus need not be kept.
    """

    id: str
    text: str
    analysis: Analysis
    wave_path: Path | None = None


def diagnosed(id: str, alignment: Alignment, analysis: Analysis, wave_path: Path | None = None) -> Diagnosed:
    """Puts a judgement together with the name and the text that it is of.

    What no output could encode in the name and the text (halves of characters, such as undecodable bytes of a file
    name) is written out as `\\\\udc..`.
    """
    return Diagnosed(_encodable(id), _encodable(alignment.text), analysis, wave_path)


def describe(event: Event) -> str:
    """Says an event in plain words.

    Example:
        >>> describe(Event("skip", (4, 11), ("cottage",), (44, 50), (1.32, 1.5), 1.0))
        'skipped “cottage” at 1.32-1.50 s'
        >>> describe(Event("repeat", (0, 2), ("no",), (9, 49), (0.9, 4.9), 1.0, times=4))
        'said “no” 4 more times at 0.90-4.90 s'
    """
    start, stop = event.seconds
    return _SENTENCES[event.kind].format(
        words=quoted(event.words),
        again="again" if event.times == 1 else f"{event.times} more times",
        place=f"on {quoted(event.words)}" if event.words else "between words",
        span=f"{start:.2f}-{stop:.2f} s",
        stop=f"{stop:.2f} s",
    )


def describe_ending(ending: Ending) -> str:
    """Says in plain words why a run hit its step limit.

    Example:
        >>> describe_ending(Ending("stuck", (5, 6), ("boys",)))
        'ran into its step limit: it stood still at “boys”'
    """
    place = f"at {quoted(ending.words)}" if ending.words else "between words"
    return "ran into its step limit: " + _ENDINGS[ending.cause].format(place=place)


def quoted(words: tuple[str, ...]) -> str:
    """Words as they stand in a sentence; of many the first few."""
    shown = " ".join(words[:MOST_WORDS]) + (" …" if len(words) > MOST_WORDS else "")
    return f"“{shown}”"


def _encodable(text: str) -> str:
    return text.encode("utf8", errors="backslashreplace").decode("utf8")
