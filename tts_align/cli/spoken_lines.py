"""What became of spoken sentences, in lines for people."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tts_align.synthesis import Recited

_MOST_TEXT = 50


@dataclass
class Tally:
    """Counts over the sentences of a text.

    Attributes:
        n_sentences: spoken.
        seconds: of speech, without pauses.
        n_again: sentences that were spoken again.
        n_faulty: sentences with a fault in the try that was kept.
        last: what became of the last one.
    """

    n_sentences: int = 0
    seconds: float = 0.0
    n_again: int = 0
    n_faulty: int = 0
    last: str = ""

    def add(self, one: "Recited") -> str | None:
        """Counts a sentence; a line about it if something is to be said, for a text of several."""
        self.n_sentences += 1
        self.seconds += one.speech.alignment.seconds
        self.n_again += one.n_tries > 1
        self.n_faulty += bool(one.analysis.events)
        self.last = _outcome(one)
        name = f"sentence {self.n_sentences} “{_shorten(one.line.sentence.text)}”"
        notes = [self.last] if one.n_tries > 1 or one.analysis.events else []
        notes += ["cut off here, since it is too long for one piece"] if one.line.sentence.is_cut else []
        return f"{name}: {'; '.join(notes)}" if notes else None

    def __str__(self) -> str:
        """All of them in a line."""
        if self.n_sentences == 1:
            return f"{self.seconds:.1f} s, {self.last}"
        faults = f"{self.n_faulty} with a fault" if self.n_faulty else "every word once"
        again = f"; {self.n_again} spoken again" if self.n_again else ""
        return f"{self.n_sentences} sentences, {self.seconds:.1f} s of speech, {faults}{again}"


def _outcome(one: "Recited") -> str:
    from tts_align.report.diagnosed import describe

    faults = "; ".join(describe(event) for event in one.analysis.events)
    if not faults:
        return "every word once" + (f", clean at try {one.kept_try}" if one.n_tries > 1 else "")
    return faults + (f"; the best of {one.n_tries} tries" if one.n_tries > 1 else "")


def _shorten(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else text[: _MOST_TEXT - 1] + "…"
