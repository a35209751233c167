"""The limits beyond which the diagnosis calls something a fault, in seconds, symbols and shares."""

from pydantic import BaseModel, ConfigDict, NonNegativeFloat, NonNegativeInt


class Thresholds(BaseModel):
    """All limits of the diagnosis in one place; `find_events` takes another set where the defaults do not suit.

    *Own pace* is the median of (time on a word) / (its letters) over the words of the utterance; a word's *expected*
    time is its letters times that. In the true timings of 393 sentences (LJSpeech, the voices joe and espeak-ng) words
    of four letters or more take at least 0.37 of it ("through", "eight"), short function words ("the") down to 0.27.

    What each of them trades is in docs/faults.md, measured by benchmarks/fault_detection.py.

    Args:
        skip_share: a word got less than this share of its expected time, and
        skip_letters: at least this share of its letters was jumped over, all if it has three or fewer: it was skipped;
        skip_steps: but only if the words skipped at once would take at least so many steps,
        skip_steps_short: or so many if they have three letters or fewer: what takes less cannot be seen for sure.
        repeat_share: a word took at least this share of its expected time both before and after the path went back,
        repeat_letters: and this share of its letters was passed both times: it was said again.
        repeat_share_wobble: at least this share if the path went back by one symbol only, and half of it if by two.
        repeat_evidence: nats for each step of a return by one to three symbols that a path without it would lose.
        repeat_symbols: a piece of a word counts as said again from this many symbols,
        repeat_seconds: and this long.
        rush_share: a word took less than this share of its expected time even if half a step more is granted, and
        rush_seconds_per_letter: less than this for each letter, and
        rush_letters: has at least so many letters: nobody can have heard it.
        stall_seconds: this long on one letter inside the speech,
        stall_edge_seconds: or this long on one that touches punctuation or an end of the text, where pauses are,
        stall_pace: and so many times the own pace.
        pause_seconds: this long on a space or punctuation mark inside the text is no pause any more.
        collapse_seconds: no readable attention for so long.
        adrift_concentration: a row is unreadable if less than this of its attention is in one place (0: spread evenly
            over the text, 1: within five symbols),
        adrift_share: or less than this share of it lies within three symbols of the path.
        babble_seconds: this long after the end of the text, on the closing symbol or nowhere in order,
        babble_pause_seconds: with the time on closing punctuation, this long,
        babble_limit_seconds: and this long where the run had to be cut off at its step limit.
        unsaid_share: a last word with more than this share of its letters never reached was cut off.
        default_seconds_per_letter: the pace that a short text is held against,
        least_pace: down to this share of it,
        pace_words: which is one of fewer words than this.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    skip_share: NonNegativeFloat = 0.25
    skip_letters: NonNegativeFloat = 0.5
    skip_steps: NonNegativeFloat = 2.2
    skip_steps_short: NonNegativeFloat = 3.0
    repeat_share: NonNegativeFloat = 0.25
    repeat_letters: NonNegativeFloat = 0.6
    repeat_share_wobble: NonNegativeFloat = 0.7
    repeat_evidence: NonNegativeFloat = 0.6
    repeat_symbols: NonNegativeInt = 4
    repeat_seconds: NonNegativeFloat = 0.12
    rush_share: NonNegativeFloat = 0.36
    rush_seconds_per_letter: NonNegativeFloat = 0.045
    rush_letters: NonNegativeInt = 4
    stall_seconds: NonNegativeFloat = 0.5
    stall_edge_seconds: NonNegativeFloat = 0.9
    stall_pace: NonNegativeFloat = 6.0
    pause_seconds: NonNegativeFloat = 2.5
    collapse_seconds: NonNegativeFloat = 0.3
    adrift_concentration: NonNegativeFloat = 0.35
    adrift_share: NonNegativeFloat = 0.25
    babble_seconds: NonNegativeFloat = 0.8
    babble_pause_seconds: NonNegativeFloat = 1.6
    babble_limit_seconds: NonNegativeFloat = 0.3
    unsaid_share: NonNegativeFloat = 0.5
    default_seconds_per_letter: NonNegativeFloat = 0.075
    least_pace: NonNegativeFloat = 0.4
    pace_words: NonNegativeInt = 4


DEFAULTS = Thresholds()
