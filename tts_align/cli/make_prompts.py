"""tts-align make-prompts: sentences to train on, made from frequent words."""

from pathlib import Path
from typing import Annotated

import typer


def make_prompts(
    out: Annotated[Path, typer.Argument(help="Text file to write, one sentence a line.")],
    n: Annotated[int, typer.Option("--n", help="How many sentences.")] = 1200,
    seed: Annotated[int, typer.Option(help="Another seed, other sentences.")] = 0,
) -> None:
    """Make seeded sentences from the frequent words of English (needs the package wordfreq).

    The same n and seed give the same file; data/demo_prompts.txt is `--n 1200 --seed 0`.

    \b
    Examples:
        tts-align make-prompts prompts.txt
        tts-align make-prompts more.txt --n 5000 --seed 7
    """
    from tts_align.corpus import prompts
    from tts_align.files import write_text

    write_text(out, "".join(f"{prompt}\n" for prompt in prompts.make_prompts(n, seed)))
    typer.echo(f"{out}: {n} sentences")
