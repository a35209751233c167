"""The command `tts-align timings`."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tts_align.cli import matrix_options as matrix
from tts_align.errors import AlignmentError, TtsAlignError

if TYPE_CHECKING:
    from tts_align.alignment.timings import Timings
    from tts_align.sources import Source


def timings(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Alignment files or folders of them.")],
    out: Annotated[Path, typer.Option(help="Folder for the timings.")],
    formats: Annotated[
        str, typer.Option(metavar="LIST", help="Files of timings: textgrid, ctm, json, npy.")
    ] = "textgrid,ctm,json,npy",
    reference: Annotated[
        Path | None, typer.Option(metavar="DIR|FILE.ctm", help="Timings to compare with: TextGrids or a CTM.")
    ] = None,
    frames_per_step: Annotated[
        float | None, typer.Option(metavar="R", help="Mel frames of a decoder step, to write durations in frames too.")
    ] = None,
    text: matrix.Text = None,
    text_file: matrix.TextFile = None,
    phones: matrix.Phones = None,
    seconds_per_step: matrix.SecondsPerStep = None,
    key: matrix.Key = None,
    layer: matrix.Layer = None,
    head: matrix.Head = None,
    text_axis: matrix.TextAxis = None,
    axes: matrix.Axes = None,
) -> None:
    """Read timings from alignments that are there already, of any system: no voice, no sound needed.

    Reads what `diagnose` reads and writes what `align` writes, but for the alignments; see their --help. Times count
    from the first decoder step. A file that cannot be read is named, and the others are still done.

    Exit status: 0 done, 2 something could not be used.

    \b
    Examples:
      tts-align timings speech/ --out timed/
      tts-align timings dumped/ --text-file metadata.csv --seconds-per-step 0.0232 --frames-per-step 2 --out timed/
    """
    from tts_align.alignment.timing_files import parse_formats, timing_files
    from tts_align.cli.against import Against
    from tts_align.corpus.reference import refuse_references
    from tts_align.progress import progress
    from tts_align.sources import MatrixOptions, find_sources

    wanted = parse_formats(formats)
    _check_frames(frames_per_step)
    refuse_references(out, wanted, [] if reference is None else [reference])
    against = Against(reference, is_asked=True)
    options = MatrixOptions(text, text_file, phones, seconds_per_step, key, text_axis, axes, layer, head)
    sources = find_sources(paths, options, lambda line: typer.echo(line, err=True))
    done: set[str] = set()
    broken: list[str] = []
    with progress("Timing", len(sources), unit="file") as advance, timing_files(out, wanted) as write:
        for source in sources:
            for found in _timed(source, frames_per_step, broken):
                _check_name(found.id, done)
                write(found)
                against.add(found)
            advance()
    if broken:
        typer.echo(f"error: {len(broken)} of {len(sources)} files could not be read", err=True)
    against.tell()
    if broken or against.n_damaged:
        raise typer.Exit(2)


def _timed(source: "Source", frames_per_step: float | None, broken: list[str]) -> Iterator["Timings"]:
    """The timings of a file's utterances; if it cannot be read, says so and notes it in `broken`."""
    from tts_align.alignment.timings import Frames, timings_of
    from tts_align.audio import sound_seconds

    try:
        for name, alignment in source.load():
            wave = source.wave_path if name == source.id else None  # not that of a file of many utterances
            seconds, frames = None if wave is None else sound_seconds(wave), None
            if frames_per_step is not None:
                frames = Frames(frames_per_step, math.floor(alignment.n_steps * frames_per_step + 0.5))
            yield timings_of(alignment, name, sound_seconds=seconds, frames=frames)
    except TtsAlignError as error:
        broken.append(source.id)
        typer.echo(f"error: {error}", err=True)


def _check_frames(frames_per_step: float | None) -> None:
    if frames_per_step is not None and not 0 < frames_per_step < math.inf:
        fix = "Give the reduction factor, such as 2."
        found = str(frames_per_step)
        raise AlignmentError(where="--frames-per-step", expected="a number above zero", found=found, fix=fix)


def _check_name(name: str, done: set[str]) -> None:
    """Makes sure that files named after an utterance lie in the folder for them, and replace none of this run."""
    if name in done or Path(name).is_absolute() or ".." in Path(name).parts:
        fix = "Give the folders one at a time, each with an --out of its own."
        found = "two utterances of one name, or a name outside the folder"
        raise AlignmentError(where=f"utterance {name}", expected="a name of its own", found=found, fix=fix)
    done.add(name)
