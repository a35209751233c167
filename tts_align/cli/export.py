"""The command `tts-align export`."""

from pathlib import Path
from typing import Annotated

import typer


def export(
    voice: Annotated[str, typer.Argument(metavar="NAME|RUN", help="Built-in voice, or a voice or run folder.")],
    out: Annotated[Path, typer.Option(help="Folder for the files.")],
    int8: Annotated[bool, typer.Option("--int8", help="8-bit weights in the decoder: smaller and faster.")] = False,
) -> None:
    """Write a voice as ONNX files for other programs: encoder, one decoder step, postnet, and a card.

    The card (card.json) has the alphabet, the mel settings and how to run the graphs. Voices with hard stepwise
    monotonic attention and LSTM cells can be exported. Needs the extra `deploy`.

    \b
    Examples:
      tts-align export joe --out joe-onnx
      tts-align export runs/voice --out voice-int8 --int8
    """
    from tts_align.deploy.export import export_voice
    from tts_align.errors import FileError
    from tts_align.synthesis.built_in import find_voice

    if out.exists() and not out.is_dir():
        fix = "Name a folder, new or not."
        raise FileError(where=f"--out {out}", expected="a folder", found="a file", fix=fix)
    card = export_voice(find_voice(voice), out, int8=int8)
    for name, file in card.files.items():
        typer.echo(f"{out / name}: {file.n_bytes / 1e6:.1f} MB")
    typer.echo(f"{out / 'card.json'}: {len(card.symbols)} symbols, weights {card.weights}")
