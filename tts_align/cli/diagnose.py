"""`tts-align diagnose`: which words an alignment shows to be skipped, repeated, rushed, and where."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tts_align.errors import AlignmentError, FileError, TextError, TtsAlignError

if TYPE_CHECKING:
    from tts_align.alignment import Alignment
    from tts_align.report import Diagnosed

_SUFFIXES = (".npz", ".npy")


def diagnose(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Alignment files (.npz, .npy) or folders.")],
    text: Annotated[str | None, typer.Option(help="The text of the .npy matrices, as it was encoded.")] = None,
    text_file: Annotated[
        Path | None, typer.Option(help="One text, or lines of id|text, the id being the name of the .npy file.")
    ] = None,
    seconds_per_step: Annotated[
        float | None, typer.Option(help="Sound of one step of the .npy matrices: hop * reduction / sample rate.")
    ] = None,
    text_axis: Annotated[
        int | None, typer.Option(min=0, max=1, help="Which axis of the .npy matrices is the text, if both could be.")
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

    Reads the .npz files of this program, and bare .npy matrices (steps, symbols) of any other, with their text. A file
    that cannot be read is named and the others are still done.

    Exit status: 0 clean, 1 faults found (of the kinds of --fail-on), 2 a file or an option that does not work.

    \b
    Examples:
      tts-align diagnose speech/
      tts-align diagnose speech/ --html report.html --json report.json
      tts-align diagnose speech/ --fail-on skip,repeat --json - | jq .corpus
      tts-align diagnose attention.npy --text "the cat sat." --seconds-per-step 0.0232
      tts-align diagnose dumped/ --text-file metadata.csv --seconds-per-step 0.0116
    """
    from rich.console import Console

    from tts_align.files import write_text
    from tts_align.progress import progress
    from tts_align.report import print_summary, record_json, write_page

    kinds = _kinds(fail_on)
    texts = _texts(text, text_file)
    files = _files(paths)
    diagnosed: list[Diagnosed] = []
    n_broken = 0
    with progress("Diagnosing", len(files), unit="file") as advance:
        for name, file in files:
            try:
                diagnosed.append(_diagnosed(name, file, texts, seconds_per_step, text_axis))
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
        typer.echo(f"error: {n_broken} of {len(files)} files could not be read", err=True)
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


def _texts(text: str | None, text_file: Path | None) -> dict[str, str]:
    """The text of each .npy by its name; under "" the text of every one."""
    if text is not None and text_file is not None:
        raise TextError(where="--text", expected="one source of texts", found="--text-file too", fix="Give one.")
    if text is not None:
        return {"": text}
    if text_file is None:
        return {}
    try:
        lines = text_file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        found = getattr(error, "strerror", None) or str(error)
        raise FileError(where=str(text_file), expected="a text file in UTF-8", found=found, fix="Check it.") from error
    lines = [line for line in lines if line.strip()]
    if len(lines) == 1 and "|" not in lines[0]:
        return {"": lines[0]}
    wrong = next((i for i, line in enumerate(lines, 1) if "|" not in line), None)
    if wrong is not None or not lines:
        found = f"no | in line {wrong}" if wrong else "an empty file"
        fix = "Put the name of the .npy file and a | before each text."
        raise TextError(where=str(text_file), expected="one text, or lines of id|text", found=found, fix=fix)
    return {Path(line.split("|")[0].strip()).stem: line.split("|")[-1] for line in lines}


def _files(paths: list[Path]) -> list[tuple[str, Path]]:
    """Names and alignment files, those of a folder sorted; hidden files are left out."""
    found: list[tuple[str, Path]] = []
    for path in paths:
        if not path.is_dir():
            found.append((path.stem, path))
            continue
        inside = [file for file in path.rglob("*") if file.suffix in _SUFFIXES and not file.name.startswith(".")]
        if not inside:
            fix = "Name the folder that synthesize or align wrote to."
            raise FileError(where=str(path), expected="alignments (.npz, .npy) in it", found="none", fix=fix)
        found += [(file.relative_to(path).with_suffix("").as_posix(), file) for file in sorted(inside)]
    return found


def _diagnosed(
    name: str, file: Path, texts: dict[str, str], seconds_per_step: float | None, text_axis: int | None
) -> "Diagnosed":
    from tts_align.alignment import analyze, load_alignment
    from tts_align.report import Diagnosed

    if file.suffix == ".npz" or file.suffix not in _SUFFIXES:
        alignment = load_alignment(file)
    else:
        alignment = _foreign(file, texts, seconds_per_step, text_axis)
    wave = file.with_suffix(".wav")
    return Diagnosed(name, alignment, analyze(alignment), wave if wave.is_file() else None)


def _foreign(file: Path, texts: dict[str, str], seconds_per_step: float | None, text_axis: int | None) -> "Alignment":
    from tts_align.alignment import load_matrix

    if not file.exists():
        raise FileError(where=str(file), expected="a file", found="nothing there", fix="Check the name.")
    said = texts.get(file.stem, texts.get(""))
    if said is None:
        fix = f"Give it by --text, or as a line {file.stem}|... of --text-file."
        raise TextError(where=str(file), expected="the text that was encoded", found="none", fix=fix)
    if seconds_per_step is None:
        fix = "Give hop_samples * reduction_factor / sample_rate, for example 0.0116."
        raise AlignmentError(where=str(file), expected="--seconds-per-step", found="none", fix=fix)
    return load_matrix(file, said, seconds_per_step, text_axis=text_axis)
