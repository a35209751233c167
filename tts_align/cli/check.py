"""`tts-align check`: an audit of a corpus before training."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tts_align.corpus import AuditReport


def check(
    corpus: Annotated[Path, typer.Argument(help="Folder with metadata.csv and wavs/, or a filelist of path|text.")],
    json_file: Annotated[
        str | None, typer.Option("--json", metavar="FILE|-", help="Write the report as JSON; - to stdout.")
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; chosen by the cores unless given.")] = None,
    max_findings: Annotated[int, typer.Option(min=0, help="Examples to show of each kind; JSON always has all.")] = 3,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings make the exit status 1 too.")] = False,
    letters: Annotated[str | None, typer.Option(help="The alphabet, as one text, instead of the default one.")] = None,
    threshold: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="A threshold: max_seconds=12; repeatable.")
    ] = None,
) -> None:
    """Look at every sound file and text of a corpus for what spoils a training.

    \b
    Errors, to be mended first:
      missing_file unreadable_file silent_file empty_text unknown_symbol
      speaking_rate (when the text cannot be what is spoken)
    Warnings, worth a look:
      sample_rate channels clipping head_silence tail_silence too_short too_long
      speaking_rate (unusual for this voice) duplicate_text no_final_punctuation

    Exit status: 0 no errors, 1 errors (with --strict: or warnings), 2 no corpus to look at.

    \b
    Examples:
      tts-align check LJSpeech-1.1
      tts-align check corpus --json report.json --workers 4
      tts-align check corpus --json - | jq .counts
      tts-align check corpus --set max_seconds=12 --set sample_rate=16000 --strict
    """
    import json

    from tts_align.cli.settings import from_pairs
    from tts_align.corpus import AuditSettings, audit, read_manifest
    from tts_align.files import write_text
    from tts_align.text import Alphabet

    settings = from_pairs(AuditSettings, threshold or [], where="--set")
    alphabet = None if letters is None else Alphabet(letters)
    report = audit(read_manifest(corpus), settings, alphabet, workers=workers)
    if json_file is not None:
        text = json.dumps(report.as_dict(), ensure_ascii=False, indent=1)
        if json_file == "-":
            typer.echo(text)
        else:
            write_text(json_file, text + "\n")
    if json_file != "-":
        _print_summary(report, max_findings)
    if report.n_errors or (strict and report.n_warnings):
        raise typer.Exit(1)


def _print_summary(report: "AuditReport", max_findings: int) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    rate = report.characters_per_second
    console.print(
        f"{report.n_utterances} utterances, {report.n_readable} readable, {report.seconds / 3600:.2f} hours, "
        f"{report.shortest_seconds:.1f} to {report.longest_seconds:.1f} s"
        + (f", {rate:.1f} characters per second" if rate is not None else "")
    )
    if report.findings:
        table = Table("finding", "severity", "count", "examples")
        table.columns[2].justify = "right"
        for kind, found in report.by_kind.items():
            severity = "error" if any(finding.severity == "error" for finding in found) else "warning"
            shown = sorted(found, key=lambda finding: finding.severity)[:max_findings]
            examples = "\n".join(escape(f"{finding.id}: {finding.detail}") for finding in shown)
            style = "red" if severity == "error" else "yellow"
            table.add_row(kind, f"[{style}]{severity}[/]", str(len(found)), examples)
        console.print(table)
    console.print(f"{_counted(report.n_errors, 'error')}, {_counted(report.n_warnings, 'warning')}")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
