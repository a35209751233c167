"""The comparison of mechanisms as a table: cells for people, CSV and JSON for machines, Markdown for a repository."""

import csv
import io
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tts_align.report.mechanism_record import FAULTS, ComparisonRecord, FaultRates, Measured, MechanismRun

Cell = Callable[[Measured], str]


@dataclass(frozen=True)
class Column:
    """A heading, what it means, and how a figure is written."""

    heading: str
    meaning: str
    cell: Cell


@dataclass(frozen=True)
class Row:
    """A mechanism; where it has several seeds, a cell holds their figures in order, with a stroke between them."""

    name: str
    seeds: tuple[int, ...]
    cells: tuple[str, ...]
    failures: tuple[str, ...]


def alignment_columns(record: ComparisonRecord) -> list[Column]:
    """What it costs, and how well it aligns."""
    limit = f"{record.limit_ms:g}"
    return [
        Column("parameters", "of the whole model", lambda m: f"{m.n_parameters:,}"),
        Column("ms/update", "median over all updates", lambda m: f"{m.ms_per_update:.0f}"),
        Column("ms/step", "decoder step, free-running, one utterance at a time", lambda m: f"{m.ms_per_step:.2f}"),
        Column(
            f"updates until < {limit} ms",
            f"until the median word-onset error on free-running validation stays below {limit} ms",
            lambda m: f"never in {m.n_updates}" if m.aligned_since is None else str(m.aligned_since),
        ),
        Column("forced median", "final word-onset error, teacher-forced, ms", lambda m: _ms(m.onset_forced_ms)),
        Column("forced p90", "its 90th percentile, ms", lambda m: _ms(m.onset_forced_p90_ms)),
        Column("free median", "final word-onset error, free-running, ms", lambda m: _ms(m.onset_spoken_ms)),
        Column("free p90", "its 90th percentile, ms", lambda m: _ms(m.onset_spoken_p90_ms)),
        Column("gap", "free median less forced median (exposure bias), ms", lambda m: _ms(m.gap_ms, "+")),
        Column("locality", "free-running, 1 is best", lambda m: _share(m.locality)),
        Column("monotonicity", "free-running, 1 is best", lambda m: _share(m.monotonicity)),
        Column("completeness", "free-running, 1 is best", lambda m: _share(m.completeness)),
    ]


def fault_columns(record: ComparisonRecord) -> list[Column]:
    """Faults per 100 sentences, in-domain and hard."""
    columns = []
    for where, rates_of in (("in-domain", _in_domain), ("hard", _hard)):
        for kind in FAULTS:
            heading = f"{where} {kind.replace('_', ' ')}"
            columns.append(Column(heading, "events per 100 sentences", _rate_cell(rates_of, kind)))
        columns.append(Column(f"{where} faulty", "share of sentences with a fault of any kind", _faulty_cell(rates_of)))
    return columns


def rows_of(record: ComparisonRecord, columns: Sequence[Column]) -> list[Row]:
    """A row for each mechanism, the one with the smallest free-running error first, failures last."""
    by_name: dict[str, list[MechanismRun]] = {}
    for run in record.runs:
        by_name.setdefault(run.name, []).append(run)
    ordered = sorted(by_name.items(), key=lambda item: (_rank(item[1]), item[0]))
    return [
        Row(
            name,
            tuple(run.seed for run in runs),
            tuple(" / ".join(column.cell(run.measured) if run.measured else "-" for run in runs) for column in columns),
            tuple(f"seed {run.seed}: {run.failure}" for run in runs if run.failure),
        )
        for name, runs in ordered
    ]


def explained(columns: Sequence[Column]) -> list[tuple[str, str]]:
    """What the headings mean: those that mean the same stand together.

    Example:
        >>> explained([Column("skip", "events", str), Column("stall", "events", str), Column("ms", "time", str)])
        [('skip, stall', 'events'), ('ms', 'time')]
    """
    headings: dict[str, list[str]] = {}
    for column in columns:
        headings.setdefault(column.meaning, []).append(column.heading)
    return [(", ".join(names), meaning) for meaning, names in headings.items()]


def comparison_sentence(record: ComparisonRecord) -> str:
    """The result in a sentence or two."""
    measured = [run for run in record.runs if run.measured]
    names = dict.fromkeys(run.name for run in record.runs)
    reached = [name for name in names if any(_reaches(run, record.limit_ms) for run in measured if run.name == name)]
    sentence = (
        f"{len(reached)} of {len(names)} mechanisms end below {record.limit_ms:g} ms of median word-onset error in "
        f"free running after {record.n_updates:,} updates."
    )
    n_failed = sum(bool(run.failure) for run in record.runs)
    n_waiting = len(record.runs) - len(measured) - n_failed
    sentence += f" {n_failed} trainings failed." if n_failed else ""
    return sentence + (f" {n_waiting} trainings are still to be done." if n_waiting else "")


def comparison_csv(record: ComparisonRecord) -> str:
    """One line per training, plain numbers, empty where unknown."""
    file = io.StringIO()
    figures = [name for name in Measured.model_fields if name not in ("key", "in_domain", "hard", "curve")]
    rates = [f"{where}_{kind}_per_100" for where in ("in_domain", "hard") for kind in FAULTS]
    shares = ["in_domain_share_faulty", "hard_share_faulty"]
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["mechanism", "seed", "kind", *figures, "gap_ms", *rates, *shares, "failure"])
    for run in record.runs:
        m = run.measured
        cells: list[object] = [None] * (len(figures) + 1 + len(rates) + len(shares))
        if m is not None:
            sets = (m.in_domain, m.hard)
            cells = [getattr(m, name) for name in figures]
            cells += [m.gap_ms]
            cells += [None if of is None else of.per_100[kind] for of in sets for kind in FAULTS]
            cells += [None if of is None else of.share_faulty for of in sets]
        writer.writerow([run.name, run.seed, run.attention.get("kind", ""), *map(_plain, cells), run.failure])
    return file.getvalue()


def comparison_markdown(record: ComparisonRecord, pictures: Sequence[tuple[str, str]]) -> str:
    """The whole result as Markdown: sentence, tables, pictures, commands.

    Args:
        record: the comparison.
        pictures: file name and caption of each.
    """
    hard = f", {record.n_hard} hard sentences" if record.n_hard else ""
    parts = [
        "# Attention mechanisms under one budget",
        comparison_sentence(record),
        f"{record.n_updates:,} updates each; {record.n_train:,} utterances to learn from, {record.n_validation:,} for "
        f"validation{hard}. Times: {record.environment}. Several figures in a cell are of several seeds.",
        "## Cost and alignment",
        _markdown_table(record, alignment_columns(record)),
        "## Faults per 100 sentences",
        _markdown_table(record, fault_columns(record)),
    ]
    failures = [f"- {row.name}, {failure}" for row in rows_of(record, []) for failure in row.failures]
    parts += ["## Failures", "\n".join(map(_escaped, failures))] if failures else []
    parts += [f"## {caption}\n\n![{caption}]({name})" for name, caption in pictures]
    parts += ["## Command", "```sh\n" + "\n".join(record.commands) + "\n```"]
    return "\n\n".join(parts) + "\n"


def _markdown_table(record: ComparisonRecord, columns: Sequence[Column]) -> str:
    rows = rows_of(record, columns)
    lines = ["| mechanism | " + " | ".join(column.heading for column in columns) + " |"]
    lines.append("|---|" + "--:|" * len(columns))
    lines += [f"| {_escaped(row.name)} | " + " | ".join(row.cells) + " |" for row in rows]
    return "\n".join([*lines, "", *(f"- {headings}: {meaning}" for headings, meaning in explained(columns))])


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def _rank(runs: Sequence[MechanismRun]) -> float:
    errors = [run.measured.onset_spoken_ms for run in runs if run.measured and run.measured.onset_spoken_ms is not None]
    return min(errors, default=math.inf)


def _reaches(run: MechanismRun, limit_ms: float) -> bool:
    error = run.measured.onset_spoken_ms if run.measured else None
    return error is not None and error < limit_ms


def _in_domain(measured: Measured) -> FaultRates | None:
    return measured.in_domain


def _hard(measured: Measured) -> FaultRates | None:
    return measured.hard


def _rate_cell(rates_of: Callable[[Measured], FaultRates | None], kind: str) -> Cell:
    def cell(measured: Measured) -> str:
        rates = rates_of(measured)
        return "-" if rates is None else f"{rates.per_100[kind]:.3g}"

    return cell


def _faulty_cell(rates_of: Callable[[Measured], FaultRates | None]) -> Cell:
    def cell(measured: Measured) -> str:
        rates = rates_of(measured)
        return "-" if rates is None else f"{rates.share_faulty:.0%}"

    return cell


def _ms(value: float | None, sign: str = "") -> str:
    return "-" if value is None else f"{value:{sign}.0f}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _plain(cell: object) -> object:
    return round(cell, 4) if isinstance(cell, float) else cell
