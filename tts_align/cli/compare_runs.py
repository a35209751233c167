"""`tts-align diagnose --compare A B`: what got better and worse between two runs over the same sentences."""

import contextlib
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tts_align.cli.judging import Judge, judged
from tts_align.errors import AlignmentError

if TYPE_CHECKING:
    from tts_align.alignment import Analysis
    from tts_align.sources import MatrixOptions


@dataclass
class _Run:
    """The utterances of a folder by id, their judgement and the letters of their text; and the files without any."""

    analyses: "dict[str, Analysis]" = field(default_factory=dict)
    letters: dict[str, str] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


def compare_runs(
    paths: Sequence[Path],
    options: "MatrixOptions",
    judge: Judge,
    json_file: str | None,
    fail_on: Collection[str],
    workers: int,
) -> None:
    """Judges both folders, says what changed, and ends with the exit status.

    Args:
        paths: two folders with alignments of the same names.
        options: how to read the matrices of other systems, the same for both.
        judge: what judges an utterance.
        json_file: where the comparison goes as JSON; `-`: to standard output, and nothing else does.
        fail_on: kinds of faults that must not be more frequent in the second.
        workers: threads.

    Raises:
        AlignmentError: not two folders, or no utterance of the same text in both.
        Exit: 1 if a fault of `fail_on` is more frequent in the second folder, 2 if a file could not be read.
    """
    from rich.console import Console

    from tts_align.alignment.comparison import compare
    from tts_align.files import write_text
    from tts_align.report.comparison import comparison_json, print_comparison

    folder_a, folder_b = _two_folders(paths)
    run_a, run_b = (_run(folder, options, judge, workers) for folder in (folder_a, folder_b))
    _leave_out_other_texts(run_a, run_b)
    comparison = compare(run_a.analyses, run_b.analyses)
    n_broken = len(run_a.broken + run_b.broken)
    if not comparison.n_utterances and not n_broken:
        fix = "Name two folders in which the same sentences have the same file names."
        found = "no utterance with the same name and text in both"
        raise AlignmentError(where=f"{folder_a} and {folder_b}", expected="the same sentences", found=found, fix=fix)
    names = str(folder_a), str(folder_b)
    if json_file == "-":
        sys.stdout.write(comparison_json(comparison, *names))
    else:
        print_comparison(comparison, *names, Console())
        if json_file is not None:
            write_text(json_file, comparison_json(comparison, *names))
    if n_broken:
        typer.echo(f"error: {n_broken} file{'s' if n_broken > 1 else ''} could not be read", err=True)
        raise typer.Exit(2)
    if any(change.is_more_frequent for change in comparison.kinds if change.kind in fail_on):
        raise typer.Exit(1)


def _two_folders(paths: Sequence[Path]) -> Sequence[Path]:
    if len(paths) != 2 or not all(path.is_dir() for path in paths):
        found = ", ".join(str(path) for path in paths)
        fix = "Give the folder of the run before, then that of the run after."
        raise AlignmentError(where="--compare", expected="two folders", found=found, fix=fix)
    return paths


def _run(folder: Path, options: "MatrixOptions", judge: Judge, workers: int) -> _Run:
    from tts_align.alignment.timings import plain_letters
    from tts_align.sources import find_sources

    sources = find_sources([folder], options, lambda line: typer.echo(line, err=True))
    run = _Run()
    with contextlib.closing(judged(f"Diagnosing {folder.name}", sources, judge, workers, run.broken)) as work:
        for each, _ in work:
            run.analyses[each.id], run.letters[each.id] = each.analysis, plain_letters(each.text)
    return run


def _leave_out_other_texts(run_a: _Run, run_b: _Run) -> None:
    from tts_align.cli.against import named

    other = [name for name, letters in run_a.letters.items() if run_b.letters.get(name, letters) != letters]
    if other:
        typer.echo(f"Left out, their texts are not the same in both: {named(other)}", err=True)
    for name in other:
        del run_a.analyses[name], run_b.analyses[name]
