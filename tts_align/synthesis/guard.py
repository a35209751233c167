"""The guard: what was spoken is judged by its alignment, and spoken again if it has a fault."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tts_align.alignment.analysis import Analysis, analyze
from tts_align.noise import mix
from tts_align.synthesis.speaker import Spoken, Utterance

Speak = Callable[[Sequence[Utterance]], list[Spoken]]


@dataclass(frozen=True)
class Kept:
    """The best of all tries of an utterance.

    Attributes:
        spoken: its mel and alignment.
        analysis: the judgement of that alignment.
        n_tries: how often the utterance was spoken, >= 1.
        kept_try: which of them is kept, from 1.
    """

    spoken: Spoken
    analysis: Analysis
    n_tries: int = 1
    kept_try: int = 1


def speak_guarded(speak: Speak, utterances: Sequence[Utterance], tries: int) -> list[Kept]:
    """Speaks a batch; speaks what has a fault again, with other seeds, and keeps the best of each.

    The best try has the fewest events, of as many the least severe ones, of equal ones the first. An utterance with
    no event is not spoken again.

    Args:
        speak: speaks a batch.
        utterances: at least one.
        tries: how often an utterance is spoken again at most, >= 0.

    Returns:
        One record per utterance.
    """
    kept = [Kept(spoken, analyze(spoken.alignment)) for spoken in speak(utterances)]
    for number in range(2, tries + 2):
        faulty = [i for i, one in enumerate(kept) if one.analysis.events]
        if not faulty:
            break
        again = [replace(utterances[i], seed=mix(utterances[i].seed, number)) for i in faulty]
        for i, spoken in zip(faulty, speak(again), strict=True):
            other = Kept(spoken, analyze(spoken.alignment), number, number)
            kept[i] = min(replace(kept[i], n_tries=number), other, key=_badness)
    return kept


def _badness(one: Kept) -> tuple[int, float]:
    events = one.analysis.events
    return len(events), sum(event.severity for event in events)
