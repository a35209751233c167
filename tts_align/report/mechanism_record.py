"""What the comparison of attention mechanisms knows of each training: what its table and page are made of."""

from pydantic import BaseModel, ConfigDict

FAULTS = ("skip", "repeat", "stall", "early_stop")
"""The kinds of faults that have a column of their own."""


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OnsetPoint(_Record):
    """Median word-onset errors at an update; None where no truth is known."""

    update: int
    onset_forced_ms: float | None
    onset_spoken_ms: float | None


class FaultRates(_Record):
    """Faults of a set of spoken sentences.

    Attributes:
        n_sentences: how many were spoken.
        share_faulty: of them, in [0, 1].
        per_100: events of each kind per 100 sentences.
    """

    n_sentences: int
    share_faulty: float
    per_100: dict[str, float]


class Measured(_Record):
    """The figures of a finished training.

    Attributes:
        key: hash of what decided how it was measured; another key, and it is measured again.
        n_updates: the budget.
        n_parameters: of the whole model.
        ms_per_update: median over all updates.
        ms_per_step: of a decoder step, one utterance at a time, free-running.
        aligned_since: update from which the median word-onset error in free running stayed below the limit, or None.
        onset_forced_ms, onset_forced_p90_ms: final word-onset error, teacher-forced.
        onset_spoken_ms, onset_spoken_p90_ms: the same in free running.
        locality, monotonicity, completeness: means over the validation utterances in free running; None if undefined.
        in_domain: faults on the validation texts.
        hard: faults on the hard list; None where there was none, or the mechanism cannot speak it.
        curve: errors at each validation.
    """

    key: str
    n_updates: int
    n_parameters: int
    ms_per_update: float
    ms_per_step: float
    aligned_since: int | None
    onset_forced_ms: float | None
    onset_forced_p90_ms: float | None
    onset_spoken_ms: float | None
    onset_spoken_p90_ms: float | None
    locality: float | None
    monotonicity: float | None
    completeness: float | None
    in_domain: FaultRates
    hard: FaultRates | None
    curve: list[OnsetPoint]

    @property
    def gap_ms(self) -> float | None:
        """Exposure bias: how much larger the median onset error is in free running than teacher-forced."""
        if self.onset_forced_ms is None or self.onset_spoken_ms is None:
            return None
        return self.onset_spoken_ms - self.onset_forced_ms


class MechanismRun(_Record):
    """One training of the comparison.

    Attributes:
        name: of the recipe.
        seed: of the training.
        attention: the recipe's table `[attention]`.
        measured: the figures, or None.
        failure: why there are none; empty while it has not ended.
    """

    name: str
    seed: int
    attention: dict[str, object]
    measured: Measured | None = None
    failure: str = ""


class ComparisonRecord(_Record):
    """A whole comparison.

    Attributes:
        commands: that made it.
        n_updates: budget of each training.
        limit_ms: the median onset error below which a mechanism counts as aligned.
        n_train, n_validation, n_hard: utterances to learn from, to validate on, and hard sentences.
        environment: what the times were taken on.
        runs: in the order of the recipes, then of the seeds.
    """

    commands: list[str]
    n_updates: int
    limit_ms: float
    n_train: int
    n_validation: int
    n_hard: int
    environment: str
    runs: list[MechanismRun]
