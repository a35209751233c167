"""Diagnosed utterances for the tests of reports."""

from pathlib import Path

from tests.drawings import spoken
from tts_align.alignment import Alignment, analyze
from tts_align.report import Diagnosed, diagnosed

TEXT = "one two three four."
SKIP = "0:8 14:19"  # "three" is left out


def judged(name: str, order: str | None = None, text: str = TEXT, wave: Path | None = None) -> Diagnosed:
    """A text spoken in an order, and judged."""
    return judged_pair(name, order, text, wave)[0]


def judged_pair(
    name: str, order: str | None = None, text: str = TEXT, wave: Path | None = None
) -> tuple[Diagnosed, Alignment]:
    """The same with its alignment."""
    alignment = spoken(text, order)
    return diagnosed(name, alignment, analyze(alignment), wave), alignment


def run_into_limit(name: str) -> tuple[Diagnosed, Alignment]:
    """A run that had said everything, and hit its step limit since the gate did not fire: no fault, but an ending."""
    said = spoken("one two three.$", "0:15 14:15")
    alignment = Alignment(said.weights, said.symbols, said.seconds_per_step, stopped_by="limit")
    return diagnosed(name, alignment, analyze(alignment)), alignment
