"""`tts-align diagnose`: which words an alignment shows to be skipped, repeated, rushed, and where."""

import contextlib
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tts_align.cli import matrix_options as matrix
from tts_align.cli.loading import loading
from tts_align.errors import AlignmentError

if TYPE_CHECKING:
    from tts_align.report import Diagnosed, EventTable, RecordStream
    from tts_align.report.page_entry import PageEntry


def diagnose(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Alignment files (.npz, .npy, .pt) or folders.")
    ],
    text: matrix.Text = None,
    text_file: matrix.TextFile = None,
    phones: matrix.Phones = None,
    seconds_per_step: matrix.SecondsPerStep = None,
    key: matrix.Key = None,
    layer: matrix.Layer = None,
    head: matrix.Head = None,
    text_axis: matrix.TextAxis = None,
    axes: matrix.Axes = None,
    json_file: Annotated[
        str | None, typer.Option("--json", metavar="FILE|-", help="Write the diagnosis as JSON; - to stdout.")
    ] = None,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write the faults as a table, one on each line.")
    ] = None,
    html_file: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page with maps, and sound from ID.wav.")
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Say what changed between two folders, before and after.")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="List all utterances and faults, however many.")] = False,
    fail_on: Annotated[
        str | None, typer.Option(metavar="KINDS", help="Kinds that count as a finding; all of them, or none.")
    ] = None,
    level: Annotated[
        Literal["word", "symbol"], typer.Option(help="Judge whole words, or each letter or phone by itself.")
    ] = "word",
    threshold: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="Change a limit; docs/faults.md lists them. May be repeated."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Files read at the same time; as many as cores, up to 4.")
    ] = None,
) -> None:
    """Say of each utterance whether every word was said, once and in order; and if not, which was not, and where.

    \b
    Kinds of faults:
      skip repeat rush stall collapse early_stop babble

    Reads the .npz files of this program, and the attention of any other from .npy, .npz and .pt files: one utterance or
    a batch, in either orientation, with layers and heads. It needs their text, from an option or from NAME.txt beside
    NAME.npy, and the sound of a step. A file that cannot be read is named and the others are still done.

    With --compare, PATH... is two folders with the same sentences under the same names, and the question is what got
    better and what worse from the first to the second: faults by kind, utterances that became clean or faulty with an
    exact McNemar test, metrics with signed-rank tests.

    Exit status: 0 clean, 1 faults found (of the kinds of --fail-on), 2 a file or an option that does not work. With
    --compare, 1 means that a fault of the kinds of --fail-on is more frequent in the second folder.

    \b
    Examples:
      tts-align diagnose speech/
      tts-align diagnose speech/ --html report.html --json report.json --csv faults.csv
      tts-align diagnose speech/ --fail-on skip,repeat --json - | jq .corpus
      tts-align diagnose speech/ --level symbol --threshold skip_steps_short=2
      tts-align diagnose attention.npy --text "the cat sat." --seconds-per-step 0.0232
      tts-align diagnose dumped/ --text-file metadata.csv --seconds-per-step 0.0116
      tts-align diagnose transformer.pt --text-file LJSpeech-1.1 --layer 3 --head 2 --seconds-per-step 0.032
      tts-align diagnose --compare speech_before/ speech_after/ --fail-on skip,repeat
    """
    with loading():
        from tts_align.alignment import Thresholds, analyze
        from tts_align.cli.compare_runs import compare_runs
        from tts_align.cli.in_order import default_workers
        from tts_align.cli.judging import judged
        from tts_align.cli.settings import from_pairs
        from tts_align.sources import MatrixOptions, find_sources

    kinds = _kinds(fail_on)
    judge = partial(analyze, thresholds=from_pairs(Thresholds, threshold or [], where="--threshold"), level=level)
    options = MatrixOptions(text, text_file, phones, seconds_per_step, key, text_axis, axes, layer, head)
    n_workers = workers or default_workers()
    if compare:
        _refuse_with_compare({"--csv": csv_file, "--html": html_file, "--all": everything})
        compare_runs(paths, options, judge, json_file, kinds, n_workers)
        return
    sources = find_sources(paths, options, lambda line: typer.echo(line, err=True))
    broken: list[str] = []
    with contextlib.ExitStack() as stack:
        reports = _Reports(stack, json_file, csv_file, html_file, everything)
        work = judged("Diagnosing", sources, judge, n_workers, broken, reports.page)
        for each, entry in stack.enter_context(contextlib.closing(work)):
            reports.add(each, entry)
    reports.show()
    if broken:
        typer.echo(f"error: {len(broken)} of {len(sources)} files could not be read", err=True)
        raise typer.Exit(2)
    if reports.kinds & kinds:
        raise typer.Exit(1)


class _Reports:
    """All that is written while the utterances come, opened on an exit stack that finishes or discards it.

    Attributes:
        page: the HTML page, None where there is none.
        kinds: of the faults so far.
    """

    def __init__(
        self,
        stack: contextlib.ExitStack,
        json_file: str | None,
        csv_file: Path | None,
        html_file: Path | None,
        everything: bool,
    ) -> None:
        from tts_align.report import Summary, event_file, record_file, record_stream
        from tts_align.report.page import open_page

        self.kinds: set[str] = set()
        self._summary = None if json_file == "-" else Summary(everything)
        self.page = None if html_file is None else stack.enter_context(open_page(html_file))
        self._others: list[RecordStream | EventTable] = []
        if json_file is not None:
            opened = record_stream(sys.stdout) if json_file == "-" else record_file(json_file)
            self._others.append(stack.enter_context(opened))
        if csv_file is not None:
            self._others.append(stack.enter_context(event_file(csv_file)))

    def add(self, each: "Diagnosed", entry: "PageEntry | None") -> None:
        """Hands one utterance to all of them."""
        self.kinds.update(event.kind for event in each.analysis.events)
        if self._summary is not None:
            self._summary.add(each)
        for report in self._others:
            report.add(each)
        if self.page is not None and entry is not None:
            self.page.add(each, entry)

    def show(self) -> None:
        """Prints the summary, unless standard output is for the JSON."""
        from rich.console import Console

        if self._summary is not None:
            self._summary.show(Console())


def _refuse_with_compare(given: dict[str, object]) -> None:
    for option, value in given.items():
        if value:
            fix = "Diagnose each folder by itself for that."
            raise AlignmentError(where="--compare", expected="only --json with it", found=option, fix=fix)


def _kinds(fail_on: str | None) -> set[str]:
    import difflib

    from tts_align.alignment import KINDS

    if fail_on is None:
        return set(KINDS)
    wanted = {kind.strip() for kind in fail_on.split(",") if kind.strip()} - {"none"}
    for kind in sorted(wanted):
        if kind not in KINDS and kind != "all":
            near = difflib.get_close_matches(kind, KINDS, n=1)
            fix = f"Did you mean {near[0]}?" if near else "Part several by commas."
            raise AlignmentError(where="--fail-on", expected=f"kinds of {', '.join(KINDS)}", found=repr(kind), fix=fix)
    return set(KINDS) if "all" in wanted else wanted
