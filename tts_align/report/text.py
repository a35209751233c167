"""The diagnosis in the terminal."""

from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tts_align.alignment import CAUSES, CorpusFigures, figures
from tts_align.report.diagnosed import Diagnosed, describe, describe_ending
from tts_align.report.hints import hints_for, troubles

SHOWN_METRICS = ("locality", "monotonicity", "completeness")
MOST_ROWS = 24  # utterances in the table
MOST_LINES = 40  # faults in words
_PLURALS = {
    "skip": "skips", "repeat": "repeats", "rush": "rushes", "stall": "stalls", "collapse": "collapses",
    "early_stop": "early stops", "babble": "babbles",
}  # fmt: skip


class Summary:
    """Gathers what the terminal will show: a table, what happened in words, what usually helps, and the verdict.

    Utterances with a fault, or that ran into their step limit, come first. Of many only the first are kept and shown.

    Args:
        everything: show all of them.
    """

    def __init__(self, everything: bool = False) -> None:
        self._everything = everything
        self._corpus = CorpusFigures()
        self._troubled: list[Diagnosed] = []
        self._others: list[Diagnosed] = []
        self._n_lines = 0
        self._troubles: Counter[str] = Counter()

    def add(self, each: Diagnosed) -> None:
        """Takes in one utterance."""
        found = troubles(each)
        kept = self._troubled if found else self._others
        if self._everything or len(kept) < MOST_ROWS:
            kept.append(each)
        self._corpus += figures([each.analysis])
        self._troubles.update(found)
        self._n_lines += len(each.analysis.events) + (each.analysis.ending is not None)

    def show(self, console: Console) -> None:
        """Prints it."""
        shown = self._troubled + self._others
        shown = shown if self._everything else shown[:MOST_ROWS]
        if shown:
            console.print(_table(shown))
            _more(console, self._corpus.n_utterances - len(shown), "utterances")
            console.print()
        lines = [line for each in self._troubled for line in _happened(each)]
        told = lines if self._everything else lines[:MOST_LINES]
        for line in told:
            console.print(line, soft_wrap=True)
        _more(console, self._n_lines - len(told), "faults")
        self._show_hints(console)
        console.print(Text(verdict_sentence(self._corpus)), soft_wrap=True)

    def _show_hints(self, console: Console) -> None:
        hints = hints_for(self._troubles)
        if not hints:
            return
        console.print("", Text("What usually helps", style="bold"), sep="\n")
        table = Table(box=None, show_header=False, padding=(0, 1))
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for name, hint in hints.items():
            label = f"step limit, {_plain(name)}" if name in CAUSES else _plain(name)
            table.add_row(Text(label, style="cyan"), Text(hint))
        console.print(table, "")


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
    size = f"{_counted(corpus.n_words, 'word')} in {_duration(corpus.seconds)} of speech."
    if corpus.n_faulty == 0:
        who = "The utterance is" if corpus.n_utterances == 1 else f"All {corpus.n_utterances:,} utterances are"
        return f"{who} clean: every word said, once and in order. {size}"
    counts = [f"{n:,} {_PLURALS[kind] if n > 1 else _plain(kind)}" for kind, n in corpus.events.items() if n]
    verb = "is" if corpus.n_faulty == 1 else "are"
    utterances = _counted(corpus.n_utterances, "utterance")
    return f"{corpus.n_faulty:,} of {utterances} {verb} faulty: {', '.join(counts)}. {size}"


def _table(shown: list[Diagnosed]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("utterance", overflow="fold", min_width=12)
    table.add_column("verdict")
    for heading in ("seconds", *SHOWN_METRICS):
        table.add_column(heading, justify="right", no_wrap=True)
    for each in shown:
        clean = each.analysis.verdict == "clean"
        numbers = [f"{each.analysis.seconds:.2f}", *(f"{each.analysis.metrics[name]:.3f}" for name in SHOWN_METRICS)]
        table.add_row(Text(each.id), Text(each.analysis.verdict, style="green" if clean else "bold red"), *numbers)
    return table


def _happened(each: Diagnosed) -> list[Text]:
    """What happened to an utterance, a line for each fault."""
    told = [describe(event) for event in each.analysis.events]
    if each.analysis.ending is not None:
        told.append(describe_ending(each.analysis.ending))
    return [Text.assemble((each.id, "bold"), f": {sentence}") for sentence in told]


def _more(console: Console, n: int, what: str) -> None:
    if n > 0:
        console.print(Text(f"... and {n:,} more {what}; --all lists them", style="dim"))


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 600 else f"{seconds / 3600:.1f} h"


def _plain(name: str) -> str:
    return name.replace("_", " ")
