"""The alarm rings when alignment comes, stays away or is lost, whatever the loss does."""

import pytest

from tts_align.training.alarm import alarm
from tts_align.training.validation import Validation


def figures(onset=30.0, forced=0.0, spoken=0.0, mel_loss=0.5):
    return Validation(
        mel_loss=mel_loss,
        onset_forced_ms=onset,
        onset_forced_p90_ms=onset,
        onset_spoken_ms=onset,
        onset_spoken_p90_ms=onset,
        locality=1.0,
        monotonicity=1.0,
        completeness=1.0,
        share_faulty_forced=forced,
        share_faulty_spoken=spoken,
        events={},
    )


@pytest.mark.parametrize(
    ("seen", "update", "was_aligned", "kind"),
    [
        (figures(onset=40), 200, False, "aligned"),
        (figures(onset=40), 200, True, None),
        (figures(onset=3000), 200, False, None),  # too early to worry
        (figures(onset=3000), 600, False, "not_aligned"),
        (figures(onset=None, spoken=1.0), 600, False, "not_aligned"),  # no truth: the faults tell
        (figures(onset=None), 600, False, "aligned"),
        (figures(onset=3000), 600, True, "lost"),
        (figures(forced=0.6), 600, True, "lost"),
        (figures(onset=180), 600, True, None),  # worse, but not gone
    ],
)
def test_the_alarm_rings_for_changes_only(seen, update, was_aligned, kind):
    ringing = alarm(seen, update, was_aligned=was_aligned, best_update=150, expected_by=500)
    assert (ringing and ringing.kind) == kind


def test_the_same_alarm_does_not_ring_twice_and_recovery_is_told():
    state = {"was_aligned": True, "best_update": 150, "expected_by": 500, "last": "lost"}
    assert alarm(figures(onset=3000), 700, **state) is None
    assert alarm(figures(onset=40), 750, **state).kind == "aligned"


def test_the_alarm_says_what_was_seen_and_what_helps():
    ringing = alarm(figures(onset=3000, spoken=0.75), 600, was_aligned=False, best_update=0, expected_by=500)
    assert "median word onset 3000 ms off" in ringing.message
    assert "75 % free-running" in ringing.message
    assert "--init-from" in ringing.message


def test_a_lost_alignment_names_the_best_weights():
    ringing = alarm(figures(onset=3000), 600, was_aligned=True, best_update=150, expected_by=500)
    assert "update 150" in ringing.message


def test_the_best_validation_has_fewest_faults_then_nearest_onsets_then_least_loss():
    ranked = [
        figures(onset=50, mel_loss=0.9),
        figures(onset=60, mel_loss=0.1),
        figures(onset=20, spoken=0.1, mel_loss=0.1),
    ]
    assert sorted(ranked, key=Validation.rank) == ranked
    assert figures(onset=None, mel_loss=0.1).rank() < figures(onset=None, mel_loss=0.2).rank()
