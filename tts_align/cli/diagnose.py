"""`tts-align diagnose`: which words an alignment shows to be skipped, repeated, rushed, and where."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from tts_align.errors import AlignmentError, TtsAlignError


def diagnose(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Alignment files (.npz, .npy, .pt) or folders.")
    ],
    text: Annotated[str | None, typer.Option(help="The text of another system's attention, as it was encoded.")] = None,
    text_file: Annotated[
        Path | None, typer.Option(metavar="FILE|CORPUS", help="One text, or lines of id|text, such as metadata.csv.")
    ] = None,
    phones: Annotated[
        str | None, typer.Option(metavar="SYMBOL", help="Texts are phones parted by spaces; SYMBOL is between words.")
    ] = None,
    seconds_per_step: Annotated[
        float | None, typer.Option(help="Sound of one attention row: hop * reduction / sample rate.")
    ] = None,
    key: Annotated[str | None, typer.Option(metavar="NAME", help="Which array, in a file of several.")] = None,
    layer: Annotated[
        int | None, typer.Option(min=0, help="Which layer, from 0; the most diagonal if not given.")
    ] = None,
    head: Annotated[int | None, typer.Option(min=0, help="Which head, from 0; the most diagonal if not given.")] = None,
    text_axis: Annotated[
        int | None, typer.Option(min=0, max=1, help="Which of the last two axes is the text, if both could be.")
    ] = None,
    axes: Annotated[
        str | None,
        typer.Option(metavar="LETTERS", help="All axes: B utterances, L layers, H heads, T steps, N symbols: BHTN."),
    ] = None,
    json_file: Annotated[
        str | None, typer.Option("--json", metavar="FILE|-", help="Write the diagnosis as JSON; - to stdout.")
    ] = None,
    html_file: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a page with maps, and sound from ID.wav.")
    ] = None,
    fail_on: Annotated[
        str | None, typer.Option(metavar="KINDS", help="Kinds that count as a finding; all of them, or none.")
    ] = None,
) -> None:
    """Say of each utterance whether every word was said, once and in order; and if not, which was not, and where.

    \b
    Kinds of faults:
      skip repeat rush stall collapse early_stop babble

    Reads the .npz files of this program, and the attention of any other from .npy, .npz and .pt files: one utterance or
    a batch, in either orientation, with layers and heads. It needs their text, from an option or from NAME.txt beside
    NAME.npy, and the sound of a step. A file that cannot be read is named and the others are still done.

    Exit status: 0 clean, 1 faults found (of the kinds of --fail-on), 2 a file or an option that does not work.

    \b
    Examples:
      tts-align diagnose speech/
      tts-align diagnose speech/ --html report.html --json report.json
      tts-align diagnose speech/ --fail-on skip,repeat --json - | jq .corpus
      tts-align diagnose attention.npy --text "the cat sat." --seconds-per-step 0.0232
      tts-align diagnose dumped/ --text-file metadata.csv --seconds-per-step 0.0116
      tts-align diagnose transformer.pt --text-file LJSpeech-1.1 --layer 3 --head 2 --seconds-per-step 0.032
    """
    from rich.console import Console

    from tts_align.alignment import analyze
    from tts_align.files import write_text
    from tts_align.progress import progress
    from tts_align.report import Diagnosed, print_summary, record_json, write_page
    from tts_align.sources import MatrixOptions, find_sources

    kinds = _kinds(fail_on)
    options = MatrixOptions(
        text=text,
        text_file=text_file,
        phones=phones,
        seconds_per_step=seconds_per_step,
        key=key,
        text_axis=text_axis,
        axes=axes,
        layer=layer,
        head=head,
    )
    sources = find_sources(paths, options, lambda line: typer.echo(line, err=True))
    diagnosed: list[Diagnosed] = []
    n_broken = 0
    with progress("Diagnosing", len(sources), unit="file") as advance:
        for source in sources:
            try:
                for name, alignment in source.load():
                    diagnosed.append(Diagnosed(name, alignment, analyze(alignment), source.wave_path))
            except TtsAlignError as error:
                n_broken += 1
                typer.echo(f"error: {error}", err=True)
            advance()
    if json_file == "-":
        sys.stdout.write(record_json(diagnosed))
    else:
        print_summary(diagnosed, Console())
        if json_file is not None:
            write_text(json_file, record_json(diagnosed))
    if html_file is not None:
        write_page(html_file, diagnosed)
    if n_broken:
        typer.echo(f"error: {n_broken} of {len(sources)} files could not be read", err=True)
        raise typer.Exit(2)
    if any(event.kind in kinds for each in diagnosed for event in each.analysis.events):
        raise typer.Exit(1)


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
