"""The command `tts-align pack`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from tts_align.errors import FileError


def pack(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Run folder, or a weights file in it.")],
    out: Annotated[Path, typer.Option(metavar="NAME.safetensors", help="File to write, with its card NAME.md.")],
    precision: Annotated[
        Literal["float16", "float32"], typer.Option(help="Of the matrices; the voice computes in float32.")
    ] = "float16",
    sharpening: Annotated[
        float, typer.Option(min=0, max=3, help="How much harmonics are brought out when it speaks; 1 is much.")
    ] = 0.0,
    corpus: Annotated[str | None, typer.Option(metavar="TEXT", help="What it was trained on, in words.")] = None,
    licence: Annotated[str | None, typer.Option(metavar="TEXT", help="Of the voice.")] = None,
    command: Annotated[str | None, typer.Option(metavar="TEXT", help="That trains it.")] = None,
    machine: Annotated[
        str | None, typer.Option(metavar="TEXT", help="That it was trained on; as the log says if not given.")
    ] = None,
    figures: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Markdown for the card: what was measured with the voice.")
    ] = None,
) -> None:
    """Write a trained voice as one small file, with its history in the header and a card for people.

    The file speaks wherever the run did: `synthesize --voice NAME.safetensors`. In a folder tts_align/voices/ it is a
    built-in voice, by its name. Curve, seed, recipe, time and machine come from RUN/log.jsonl and RUN/recipe.toml.

    \b
    Examples:
      tts-align pack runs/mine --out mine.safetensors --licence "CC BY 4.0"
      tts-align pack runs/voice_joe --out tts_align/voices/joe.safetensors --figures figures.md
    """
    from tts_align.files import write_text
    from tts_align.packing import card_page, pack_voice

    measured = None if figures is None else _markdown(figures)
    packed = pack_voice(
        run, out, precision, sharpening=sharpening, command=command, corpus=corpus, licence=licence, machine=machine
    )
    page = out.with_suffix(".md")
    write_text(page, card_page(packed, measured))
    typer.echo(f"{out}: {packed.n_bytes / 1e6:.1f} MB, {packed.n_parameters / 1e6:.2f} million parameters")
    typer.echo(f"{page}: {packed.card.updates:,} updates")


def _markdown(figures: Path) -> str:
    try:
        return figures.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        found = "bytes that are no text" if isinstance(error, UnicodeDecodeError) else error.strerror or str(error)
        fix = "Name a file with what was measured, in UTF-8."
        raise FileError(where=f"--figures {figures}", expected="a text file", found=found, fix=fix) from error
