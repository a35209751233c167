"""Where a voice comes from: what it was trained on, how, for how long, and how its errors fell."""

from pydantic import BaseModel, ConfigDict


class CurvePoint(BaseModel):
    """One validation of a training.

    Attributes:
        update: when.
        mel_loss: mean |d| + d^2 of the mel, in standard deviations, teacher-forced.
        onset_forced_ms, onset_spoken_ms: median distance of word onsets from the true ones, teacher-forced and
            free-running; None without true timings.
        share_faulty_spoken: of the utterances that were spoken freely, those with a fault in their alignment.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    update: int
    mel_loss: float | None
    onset_forced_ms: float | None
    onset_spoken_ms: float | None
    share_faulty_spoken: float | None


class VoiceHistory(BaseModel):
    """How a voice was made; what is not known is None.

    Attributes:
        curve: some of its validations, the first and the last among them.
        recipe: resolved, as TOML.
        command: that trains it.
        machines: it was trained on.
        minutes: spent in updates, validations not counted.
        n_utterances, hours: it was trained on.
        corpus: which one.
        licence: of the voice.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    curve: tuple[CurvePoint, ...] = ()
    recipe: str | None = None
    command: str | None = None
    machines: tuple[str, ...] = ()
    minutes: float | None = None
    n_utterances: int | None = None
    hours: float | None = None
    corpus: str | None = None
    licence: str | None = None
