"""The judgement of one utterance, and of many together."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from tts_align.alignment.ending import Ending, ending_of
from tts_align.alignment.events import KINDS, Event, events_of
from tts_align.alignment.foreign import alignment_from_weights
from tts_align.alignment.matrix import Alignment
from tts_align.alignment.sums import Ratio, ratios_of
from tts_align.alignment.thresholds import DEFAULTS, Thresholds
from tts_align.alignment.trace import Level, trace


@dataclass(frozen=True)
class Analysis:
    """What is known of one utterance.

    Args:
        ratios: each metric of `metrics.py` as numerator and denominator.
        events: in the order of time.
        n_words: words of the text.
        n_symbols: N.
        n_steps: T.
        seconds: the length of the sound.
        ending: why it did not end by itself, if it is known that it did not.
    """

    ratios: dict[str, Ratio]
    events: list[Event]
    n_words: int
    n_symbols: int
    n_steps: int
    seconds: float
    ending: Ending | None = None

    @property
    def metrics(self) -> dict[str, float]:
        """Name to value, each a function of `metrics.py`."""
        return {name: round(sum_ / count, 6) for name, (sum_, count) in self.ratios.items()}

    @property
    def verdict(self) -> str:
        """`"clean"` or `"faulty"`: whether any event was found."""
        return "faulty" if self.events else "clean"


@dataclass(frozen=True)
class CorpusFigures:
    """Counts over utterances; every rate divides two sums, once.

    Example:
        >>> corpus = figures([analyze(Alignment(np.eye(3), tuple("cat"), seconds_per_step=0.08))])
        >>> corpus.n_utterances, corpus.share_faulty, corpus.events_per_100_utterances["skip"]
        (1, 0.0, 0.0)
    """

    n_utterances: int = 0
    n_faulty: int = 0
    n_words: int = 0
    seconds: float = 0.0
    events: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    ratios: dict[str, Ratio] = field(default_factory=dict)

    @property
    def metrics(self) -> dict[str, float]:
        """Each metric over all rows, symbols and moves of the set; empty without utterances."""
        return {name: round(sum_ / count, 6) for name, (sum_, count) in self.ratios.items()}

    @property
    def share_faulty(self) -> float:
        """In [0, 1]; 0 without utterances."""
        return self.n_faulty / self.n_utterances if self.n_utterances else 0.0

    @property
    def events_per_100_utterances(self) -> dict[str, float]:
        """For each kind; 0 without utterances."""
        return {kind: 100.0 * n / self.n_utterances if self.n_utterances else 0.0 for kind, n in self.events.items()}

    def __add__(self, other: "CorpusFigures") -> "CorpusFigures":
        """The figures of both sets together."""
        return CorpusFigures(
            n_utterances=self.n_utterances + other.n_utterances,
            n_faulty=self.n_faulty + other.n_faulty,
            n_words=self.n_words + other.n_words,
            seconds=self.seconds + other.seconds,
            events={kind: self.events[kind] + other.events[kind] for kind in KINDS},
            ratios=_added(self.ratios, other.ratios),
        )


def analyze(alignment: Alignment, thresholds: Thresholds | None = None, level: Level = "word") -> Analysis:
    """Measures an alignment and finds its faults.

    Args:
        alignment: one utterance.
        thresholds: the limits; None means the defaults.
        level: what is judged, see `find_events`.

    Example:
        >>> analysis = analyze(Alignment(np.eye(3).repeat(3, axis=0), tuple("cat"), seconds_per_step=0.03))
        >>> analysis.verdict, analysis.metrics["locality"], analysis.n_words
        ('clean', 1.0, 1)
    """
    thresholds = thresholds or DEFAULTS
    traced = trace(alignment, thresholds, level)
    return Analysis(
        ratios=ratios_of(traced),
        events=events_of(traced, thresholds),
        n_words=len(traced.words),
        n_symbols=alignment.n_symbols,
        n_steps=alignment.n_steps,
        seconds=alignment.seconds,
        ending=ending_of(traced),
    )


def analyze_weights(
    weights: np.ndarray, *, text: str, seconds_per_step: float, thresholds: Thresholds | None = None
) -> Analysis:
    """Judges a bare attention matrix of any system.

    Args:
        weights: (T, N) or (N, T); N is the number of characters of `text`, or one more for a closing symbol.
        text: what was encoded, one symbol a character.
        seconds_per_step: hop_samples * reduction_factor / sample_rate.
        thresholds: the limits; None means the defaults.

    Raises:
        AlignmentError: these are not weights, or the text does not fit them.

    Example:
        >>> analyze_weights(np.eye(3).repeat(3, axis=0), text="cat", seconds_per_step=0.03).verdict
        'clean'
    """
    return analyze(alignment_from_weights(weights, text, seconds_per_step), thresholds)


def figures(analyses: Iterable[Analysis]) -> CorpusFigures:
    """Adds up analyses."""
    total = CorpusFigures()
    for analysis in analyses:
        counts = Counter(event.kind for event in analysis.events)
        total += CorpusFigures(
            n_utterances=1,
            n_faulty=int(bool(analysis.events)),
            n_words=analysis.n_words,
            seconds=analysis.seconds,
            events={kind: counts[kind] for kind in KINDS},
            ratios=analysis.ratios,
        )
    return total


def _added(one: dict[str, Ratio], other: dict[str, Ratio]) -> dict[str, Ratio]:
    names = one.keys() | other.keys()
    pairs = {name: (one.get(name, (0.0, 0.0)), other.get(name, (0.0, 0.0))) for name in names}
    return {name: (a[0] + b[0], a[1] + b[1]) for name, (a, b) in pairs.items()}
