"""The comparison of two runs, in the terminal and as JSON."""

import json
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tts_align.alignment.comparison import Comparison

VERSION = 1
SIGNIFICANT = 0.05
MOST_NAMED = 12  # utterances named of each set


def print_comparison(comparison: Comparison, name_a: str, name_b: str, console: Console) -> None:
    """Prints what changed: kinds of faults, metrics, utterances by name, and the verdict in a sentence.

    Args:
        comparison: what to tell.
        name_a: of the run before.
        name_b: of the run after.
        console: where to.
    """
    console.print(Text(f"A: {name_a}\nB: {name_b}"), soft_wrap=True)
    if comparison.n_utterances:
        console.print("", _kinds(comparison), "", _metrics(comparison), "", sep="\n")
    for what, names in (
        ("Became faulty", comparison.became_faulty),
        ("Became clean", comparison.became_clean),
        ("Stayed faulty", comparison.stayed_faulty),
        ("Only in A", comparison.only_a),
        ("Only in B", comparison.only_b),
    ):
        if names:
            console.print(Text.assemble((f"{what} ({len(names)}): ", "bold"), _named(names)), soft_wrap=True)
    console.print(Text(comparison_sentence(comparison)), soft_wrap=True)


def comparison_sentence(comparison: Comparison) -> str:
    """The verdict in a sentence or two.

    Example:
        >>> from tts_align.alignment.comparison import mcnemar_test
        >>> better = Comparison(tuple("abcdefgh"), ("i",), (), 20, mcnemar_test(8, 1), (), (), (), ())
        >>> comparison_sentence(better)
        'B is better: of 29 utterances, 8 became clean and 1 became faulty (8 faulty before, 1 after; p = 0.039).'
    """
    if not comparison.n_utterances:
        return "There was nothing to compare: no utterance is in both."
    n_clean, n_faulty = len(comparison.became_clean), len(comparison.became_faulty)
    if comparison.p_value < SIGNIFICANT:
        verdict = "B is better" if n_clean > n_faulty else "B is worse"
    else:
        verdict = "No clear difference"
    before, after = len(comparison.stayed_faulty) + n_clean, len(comparison.stayed_faulty) + n_faulty
    utterances = f"{comparison.n_utterances:,} utterance{'s' if comparison.n_utterances > 1 else ''}"
    return (
        f"{verdict}: of {utterances}, {n_clean:,} became clean and {n_faulty:,} became "
        f"faulty ({before:,} faulty before, {after:,} after; {_p(comparison.p_value)})."
    )


def comparison_record(comparison: Comparison, name_a: str, name_b: str) -> dict[str, Any]:
    """The comparison as plain values.

    Returns:
        `version`, `a`, `b`, `utterances` (`compared`, `stayed_clean`, and the ids `became_clean`, `became_faulty`,
        `stayed_faulty`, `only_a`, `only_b`), `p_value`, `kinds` and `metrics`.
    """
    return {
        "version": VERSION,
        "a": name_a,
        "b": name_b,
        "utterances": {
            "compared": comparison.n_utterances,
            "stayed_clean": comparison.n_stayed_clean,
            "became_clean": list(comparison.became_clean),
            "became_faulty": list(comparison.became_faulty),
            "stayed_faulty": list(comparison.stayed_faulty),
            "only_a": list(comparison.only_a),
            "only_b": list(comparison.only_b),
        },
        "p_value": comparison.p_value,
        "kinds": {
            each.kind: {"events": [each.events_a, each.events_b], "utterances": [each.utterances_a, each.utterances_b]}
            for each in comparison.kinds
        },
        "metrics": {
            each.name: {
                "medians": [each.median_a, each.median_b],
                "median_difference": each.median_difference,
                "better": each.n_better,
                "worse": each.n_worse,
                "p_value": each.p_value,
            }
            for each in comparison.metrics
        },
    }


def comparison_json(comparison: Comparison, name_a: str, name_b: str) -> str:
    """`comparison_record` as indented JSON text, without NaN, closed by a newline."""
    record = comparison_record(comparison, name_a, name_b)
    return json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _kinds(comparison: Comparison) -> Table:
    table = _table("fault", "A", "B", "change", "utterances A", "B")
    for each in comparison.kinds:
        if each.events_a or each.events_b:
            change = each.events_b - each.events_a
            style = "red" if change > 0 else "green" if change < 0 else ""
            counts = [str(n) for n in (each.events_a, each.events_b)]
            others = [str(n) for n in (each.utterances_a, each.utterances_b)]
            table.add_row(each.kind.replace("_", " "), *counts, Text(f"{change:+d}", style=style), *others)
    if not table.rows:
        table.add_row("none", *["0", "0", "+0", "0", "0"])
    return table


def _metrics(comparison: Comparison) -> Table:
    table = _table("metric", "median A", "median B", "median change", "better", "worse", "p")
    for each in comparison.metrics:
        medians = (f"{each.median_a:.4f}", f"{each.median_b:.4f}", f"{each.median_difference:+.4f}")
        is_clear = each.p_value < SIGNIFICANT
        p = Text(_p(each.p_value).removeprefix("p ").removeprefix("= "), style="bold" if is_clear else "")
        table.add_row(each.name.replace("_", " "), *medians, str(each.n_better), str(each.n_worse), p)
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first, no_wrap=True)
    for heading in others:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _named(names: tuple[str, ...]) -> str:
    return ", ".join(names[:MOST_NAMED]) + (" ..." if len(names) > MOST_NAMED else "")


def _p(p_value: float) -> str:
    return f"p = {p_value:.2g}" if p_value >= 0.001 else "p < 0.001"
