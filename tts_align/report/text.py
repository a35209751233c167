"""The diagnosis in the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tts_align.alignment import CorpusFigures, figures
from tts_align.report.diagnosed import Diagnosed, describe

SHOWN_METRICS = ("locality", "monotonicity", "completeness")
_PLURALS = {
    "skip": "skips", "repeat": "repeats", "rush": "rushes", "stall": "stalls", "collapse": "collapses",
    "early_stop": "early stops", "babble": "babbles",
}  # fmt: skip


def print_summary(diagnosed: Sequence[Diagnosed], console: Console) -> None:
    """Prints a table of the utterances, a line for each event, and the verdict on all of them in one sentence.

    Args:
        diagnosed: the utterances.
        console: where to.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("utterance", overflow="fold", min_width=12)
    table.add_column("verdict")
    for heading in ("seconds", *SHOWN_METRICS):
        table.add_column(heading, justify="right", no_wrap=True)
    for each in diagnosed:
        clean = each.analysis.verdict == "clean"
        numbers = [f"{each.analysis.seconds:.2f}", *(f"{each.analysis.metrics[name]:.3f}" for name in SHOWN_METRICS)]
        verdict = Text(each.analysis.verdict, style="green" if clean else "bold red")
        table.add_row(Text(each.id), verdict, *numbers)
    if diagnosed:
        console.print(table, "")
    for each in diagnosed:
        for event in each.analysis.events:
            console.print(Text.assemble((each.id, "bold"), f": {describe(event)}"), soft_wrap=True)
    console.print(Text(verdict_sentence(figures(each.analysis for each in diagnosed))), soft_wrap=True)


def verdict_sentence(corpus: CorpusFigures) -> str:
    """The verdict on a set of utterances in a sentence or two.

    Example:
        >>> verdict_sentence(CorpusFigures(3, 1, 20, 9.5, CorpusFigures().events | {"skip": 2, "babble": 1}))
        '1 of 3 utterances is faulty: 2 skips, 1 babble. 20 words in 9.5 s of speech.'
        >>> verdict_sentence(CorpusFigures(1, 0, 4, 1.5))
        'The utterance is clean: every word said, once and in order. 4 words in 1.5 s of speech.'
    """
    if corpus.n_utterances == 0:
        return "There was nothing to judge."
    size = f"{corpus.n_words} words in {corpus.seconds:.1f} s of speech."
    if corpus.n_faulty == 0:
        who = "The utterance is" if corpus.n_utterances == 1 else f"All {corpus.n_utterances} utterances are"
        return f"{who} clean: every word said, once and in order. {size}"
    counts = [f"{n} {_PLURALS[kind] if n > 1 else kind.replace('_', ' ')}" for kind, n in corpus.events.items() if n]
    utterances = "utterance" if corpus.n_utterances == 1 else "utterances"
    verb = "is" if corpus.n_faulty == 1 else "are"
    return f"{corpus.n_faulty} of {corpus.n_utterances} {utterances} {verb} faulty: {', '.join(counts)}. {size}"
