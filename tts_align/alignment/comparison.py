"""Two runs over the same sentences, before (A) and after (B): what got better, what got worse, and is it chance?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.stats

from tts_align.alignment.analysis import Analysis
from tts_align.alignment.events import KINDS

MAIN_METRICS = ("locality", "monotonicity", "completeness", "coverage", "focus_rate")  # more is better in all of them


@dataclass(frozen=True)
class KindChange:
    """How often a kind of fault happened: events, and utterances that have one, in A and in B."""

    kind: str
    events_a: int
    events_b: int
    utterances_a: int
    utterances_b: int

    @property
    def is_more_frequent(self) -> bool:
        """Whether there are more such events in B."""
        return self.events_b > self.events_a


@dataclass(frozen=True)
class MetricChange:
    """How a metric changed, utterance by utterance.

    Args:
        name: of the metric.
        median_a: over the utterances of A.
        median_b: over those of B.
        median_difference: median over utterances of B - A; above zero, B is better.
        n_better: utterances in which B is better.
        n_worse: in which it is worse.
        p_value: of `signed_rank_test`, corrected by `holm` for the metrics that are tested together.
    """

    name: str
    median_a: float
    median_b: float
    median_difference: float
    n_better: int
    n_worse: int
    p_value: float


@dataclass(frozen=True)
class Comparison:
    """What changed from A to B, over the utterances that both have.

    Args:
        became_clean: ids that were faulty in A and are not in B.
        became_faulty: ids that were clean in A and are not in B.
        stayed_faulty: ids faulty in both.
        n_stayed_clean: how many are clean in both.
        p_value: of `mcnemar_test` on faulty or not; 1 if nothing was compared.
        kinds: every kind of fault.
        metrics: the main metrics; none if nothing was compared.
        only_a: ids that B has not.
        only_b: ids that A has not.
    """

    became_clean: tuple[str, ...]
    became_faulty: tuple[str, ...]
    stayed_faulty: tuple[str, ...]
    n_stayed_clean: int
    p_value: float
    kinds: tuple[KindChange, ...]
    metrics: tuple[MetricChange, ...]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]

    @property
    def n_utterances(self) -> int:
        """Utterances compared."""
        return self.n_stayed_clean + len(self.stayed_faulty) + len(self.became_clean) + len(self.became_faulty)


def compare(a: Mapping[str, Analysis], b: Mapping[str, Analysis]) -> Comparison:
    """Compares two runs over the same sentences.

    Args:
        a: id to analysis, before.
        b: the same after; the same id must be the same sentence.

    Example:
        >>> from tts_align.alignment.analysis import analyze_weights
        >>> good = analyze_weights(np.eye(23).repeat(3, axis=0), text="one two three four five", seconds_per_step=0.03)
        >>> bad = analyze_weights(np.eye(23)[[*range(8), *range(14, 23)]].repeat(3, axis=0),
        ...                       text="one two three four five", seconds_per_step=0.03)
        >>> found = compare({"x": good, "y": good}, {"x": bad, "y": good, "z": good})
        >>> found.became_faulty, found.n_stayed_clean, found.kinds[0].events_b, found.p_value, found.only_b
        (('x',), 1, 1, 1.0, ('z',))
    """
    common = [name for name in a if name in b]
    pairs = [(a[name], b[name]) for name in common]
    states = {
        name: (bool(before.events), bool(after.events)) for name, (before, after) in zip(common, pairs, strict=True)
    }
    became_clean = _in_state(states, (True, False))
    became_faulty = _in_state(states, (False, True))
    return Comparison(
        became_clean=became_clean,
        became_faulty=became_faulty,
        stayed_faulty=_in_state(states, (True, True)),
        n_stayed_clean=len(_in_state(states, (False, False))),
        p_value=mcnemar_test(len(became_clean), len(became_faulty)),
        kinds=tuple(_kind_change(kind, pairs) for kind in KINDS),
        metrics=_metric_changes(pairs) if pairs else (),
        only_a=tuple(name for name in a if name not in b),
        only_b=tuple(name for name in b if name not in a),
    )


def mcnemar_test(n_one_way: int, n_other_way: int) -> float:
    """How likely a difference at least so large is if neither change is more likely than the other.

    Utterances that stayed as they were say nothing; of the n that changed, the number that went one way is binomial
    with probability 1/2. Two-sided and exact: no normal approximation, so small numbers are fine.

    Args:
        n_one_way: such as utterances that became clean.
        n_other_way: that became faulty.

    Returns:
        p in (0, 1]; 1 if nothing changed.

    Reference: McNemar 1947; the exact form: Agresti 2013, Categorical Data Analysis, section 11.1.

    Example:
        >>> mcnemar_test(8, 1), mcnemar_test(0, 0)
        (0.0390625, 1.0)
    """
    n = n_one_way + n_other_way
    return float(scipy.stats.binomtest(n_one_way, n, 0.5).pvalue) if n else 1.0


def signed_rank_test(differences: np.ndarray) -> float:
    """How likely differences at least so lopsided are if they are symmetric around zero (Wilcoxon's signed-rank test).

    Differences of zero are left out. Two-sided; exact for up to 50 differences without ties, else by the normal
    approximation, as scipy.stats.wilcoxon chooses.

    Args:
        differences: (U,) paired, B - A.

    Returns:
        p in (0, 1]; 1 if nothing differs.

    Reference: Wilcoxon 1945.

    Example:
        >>> signed_rank_test(np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.0])), signed_rank_test(np.zeros(3))
        (0.03125, 1.0)
    """
    known = differences[differences != 0]
    return float(scipy.stats.wilcoxon(known).pvalue) if len(known) else 1.0


def holm(p_values: Sequence[float]) -> list[float]:
    """Corrects p-values of tests that are made together, so that the chance of any false finding stays what it says.

    The k-th smallest of m becomes the largest of (m - i + 1) p_i over i = 1..k, at most 1.

    Reference: Holm 1979.

    Example:
        >>> [round(p, 3) for p in holm([0.04, 0.01, 0.5])]
        [0.08, 0.03, 0.5]
    """
    corrected = [0.0] * len(p_values)
    largest = 0.0
    for rank, i in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[i]))
        corrected[i] = largest
    return corrected


def _in_state(states: Mapping[str, tuple[bool, bool]], wanted: tuple[bool, bool]) -> tuple[str, ...]:
    return tuple(name for name, state in states.items() if state == wanted)


def _kind_change(kind: str, pairs: Sequence[tuple[Analysis, Analysis]]) -> KindChange:
    counts = np.array([[sum(event.kind == kind for event in each.events) for each in pair] for pair in pairs])
    counts = counts.reshape(-1, 2)
    events_a, events_b = counts.sum(axis=0).tolist()
    utterances_a, utterances_b = (counts > 0).sum(axis=0).tolist()
    return KindChange(kind, events_a, events_b, utterances_a, utterances_b)


def _metric_changes(pairs: Sequence[tuple[Analysis, Analysis]]) -> tuple[MetricChange, ...]:
    metrics = [(before.metrics, after.metrics) for before, after in pairs]
    values = {name: np.array([[each[name] for each in pair] for pair in metrics]) for name in MAIN_METRICS}
    differences = {name: (both[:, 1] - both[:, 0]).round(9) for name, both in values.items()}
    p_values = holm([signed_rank_test(difference) for difference in differences.values()])
    return tuple(
        MetricChange(
            name=name,
            median_a=float(np.median(values[name][:, 0])),
            median_b=float(np.median(values[name][:, 1])),
            median_difference=float(np.median(difference)),
            n_better=int((difference > 0).sum()),
            n_worse=int((difference < 0).sum()),
            p_value=p_value,
        )
        for (name, difference), p_value in zip(differences.items(), p_values, strict=True)
    )
