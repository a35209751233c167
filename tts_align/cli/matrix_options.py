"""The options that say how to read the attention of other systems, for every command that reads it."""

from pathlib import Path
from typing import Annotated

import typer

Text = Annotated[str | None, typer.Option(help="The text of another system's attention, as it was encoded.")]
TextFile = Annotated[
    Path | None, typer.Option(metavar="FILE|CORPUS", help="One text, or lines of id|text, such as metadata.csv.")
]
Phones = Annotated[
    str | None, typer.Option(metavar="SYMBOL", help="Texts are phones parted by spaces; SYMBOL is between words.")
]
SecondsPerStep = Annotated[
    float | None, typer.Option(help="Sound of one attention row: hop * reduction / sample rate.")
]
Key = Annotated[str | None, typer.Option(metavar="NAME", help="Which array, in a file of several.")]
Layer = Annotated[int | None, typer.Option(min=0, help="Which layer, from 0; the most diagonal if not given.")]
Head = Annotated[int | None, typer.Option(min=0, help="Which head, from 0; the most diagonal if not given.")]
TextAxis = Annotated[
    int | None, typer.Option(min=0, max=1, help="Which of the last two axes is the text, if both could be.")
]
Axes = Annotated[
    str | None,
    typer.Option(metavar="LETTERS", help="All axes: B utterances, L layers, H heads, T steps, N symbols: BHTN."),
]
