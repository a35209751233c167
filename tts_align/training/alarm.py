"""The alarm: says when a model learns to align, has not learned it by the time it should, or has lost it."""

from dataclasses import dataclass

from tts_align.training.validation import Validation


@dataclass(frozen=True)
class Alarm:
    """A change worth waking somebody for.

    Attributes:
        kind: `aligned`, `not_aligned` or `lost`.
        message: one line for people.
    """

    kind: str
    message: str


def alarm(
    figures: Validation, update: int, *, was_aligned: bool, best_update: int, expected_by: int, last: str = ""
) -> Alarm | None:
    """Compares a validation with what should be.

    Args:
        figures: of this validation.
        update: at which it was made.
        was_aligned: whether an earlier one was aligned.
        best_update: update of the best validation so far.
        expected_by: update after which a missing alignment is an alarm.
        last: kind of the last alarm.

    Returns:
        The alarm, or None when all is as before.
    """
    ringing = _alarm(figures, update, was_aligned, best_update, expected_by)
    if ringing is None and last == "lost" and figures.is_aligned:
        ringing = Alarm("aligned", f"The model aligns again since update {update} ({_seen(figures)}).")
    return None if ringing is None or ringing.kind == last else ringing


def _alarm(figures: Validation, update: int, was_aligned: bool, best_update: int, expected_by: int) -> Alarm | None:
    if figures.is_aligned and not was_aligned:
        return Alarm("aligned", f"The model aligns since update {update} ({_seen(figures)}).")
    if was_aligned and figures.is_lost:
        return Alarm(
            "lost",
            f"ALIGNMENT LOST at update {update} ({_seen(figures)}). The best weights are of update {best_update}; "
            "a lower learning rate or a smaller clip_norm keeps them.",
        )
    if not was_aligned and update >= expected_by:
        return Alarm(
            "not_aligned",
            f"NOT ALIGNED after {update} updates ({_seen(figures)}), whatever the loss says. What helps: more speech "
            "(an hour at least), --init-from a voice that aligns, trimmed silence (see `tts-align check`), "
            "a larger batch, more frames_per_step, guided_weight > 0.",
        )
    return None


def _seen(figures: Validation) -> str:
    onset = "" if figures.onset_forced_ms is None else f"median word onset {figures.onset_forced_ms:.0f} ms off, "
    forced, spoken = 100 * figures.share_faulty_forced, 100 * figures.share_faulty_spoken
    return f"{onset}faulty {forced:.0f} % teacher-forced, {spoken:.0f} % free-running"
