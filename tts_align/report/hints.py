"""What usually helps against each kind of fault, and against each reason for running into the step limit.

The advice is what maintainers of several Tacotron-style systems give and what papers measured: stepwise monotonic
attention (He, Deng, He 2019), guided attention (Tachibana et al. 2018), trimmed silence, batches of 32 or more, several
frames per step.
"""

from collections.abc import Iterable

from tts_align.report.diagnosed import Diagnosed

HINTS = {
    "skip": "Use stepwise monotonic attention, which cannot jump. Write numbers and abbreviations out as they are "
    "spoken, trim silence off both ends of the training clips, and check that their texts say what is heard.",
    "repeat": "Use monotonic or forward attention, which cannot go back. Split long texts into sentences of the length "
    "that training saw.",
    "rush": "Use fewer frames per step, so that every letter gets a step. Check the training clips for texts that say "
    "more than is heard.",
    "stall": "Cut long pauses out of the training clips, and trim both ends. Stepwise monotonic attention with a hard "
    "choice at each step moves on by itself.",
    "collapse": "Train with guided attention, more than one frame per step, batches of 32 or more and trimmed silence; "
    "or start from a voice that aligns.",
    "early_stop": "Raise the threshold of the stop gate, or lower the weight of its positive steps; better, let it "
    "count only when attention is at the end of the text.",
    "babble": "Stop where the attention has ended instead of waiting for the stop gate. Trim silence off the end of "
    "the training clips, or the gate learns to wait.",
    "gate_silent": "The end was reached and the stop gate did not fire: stop where the attention has ended, lower the "
    "gate's threshold, or give its few positive steps more weight in training.",
    "stuck": "The attention no longer moved: more steps would not help. Use stepwise monotonic attention, and look for "
    "symbols at that place that training hardly saw.",
    "circling": "The attention went back again and again: more steps would not help. Use monotonic or forward "
    "attention, or split the text there.",
    "too_slow": "It was still on its way: raise the step limit, or split the text into sentences.",
}
"""Advice by the kind of an event (`KINDS`) or the cause of an ending (`CAUSES`), one to two sentences."""


def troubles(each: Diagnosed) -> set[str]:
    """The kinds of faults of an utterance, and why it ran into its step limit if it did."""
    found = {event.kind for event in each.analysis.events}
    return found if each.analysis.ending is None else found | {each.analysis.ending.cause}


def hints_for(found: Iterable[str]) -> dict[str, str]:
    """The advice on what was found, each once, in the order of `HINTS`.

    Example:
        >>> list(hints_for(["stuck", "skip", "skip"]))
        ['skip', 'stuck']
    """
    wanted = set(found)
    return {name: hint for name, hint in HINTS.items() if name in wanted}
