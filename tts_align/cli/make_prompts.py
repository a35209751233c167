"""tts-align make-prompts: sentences to train on or to test with, made from frequent words."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tts_align.errors import CorpusError

if TYPE_CHECKING:
    from tts_align.corpus.sentences import Sentence


def make_prompts(
    out: Annotated[Path, typer.Argument(help="Text file to write, one sentence a line.")],
    n: Annotated[int, typer.Option("--n", help="How many sentences to make.")] = 1200,
    seed: Annotated[int, typer.Option(help="Another seed, other sentences.")] = 0,
    kind: Annotated[
        Literal["prose", "hard", "drill"],
        typer.Option(help="prose: like prose, to train on. hard: to test with. drill: hard ones to train on."),
    ] = "prose",
    first: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Lines of id|text to put before the hard ones.")
    ] = None,
    avoid: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Lines of text or id|text that must not come.")
    ] = None,
) -> None:
    """Make seeded sentences from the frequent words of English (needs the package wordfreq).

    The same arguments give the same file. Hard sentences are lines of id|text, the id beginning with the category;
    those of a drill have no digits.

    \b
    Examples:
      tts-align make-prompts data/demo_prompts.txt --n 1200 --seed 0
      tts-align make-prompts data/hard_sentences.txt --kind hard --n 1000 --seed 0 --first data/hard_by_hand.txt
      tts-align make-prompts drill.txt --kind drill --n 1700 --seed 1 --avoid data/hard_sentences.txt
    """
    from tts_align.corpus import prompts
    from tts_align.corpus.hard_sentences import make_hard_sentences
    from tts_align.corpus.sentences import sentence_lines
    from tts_align.files import write_text

    if kind == "prose":
        _refuse(first, "--first")
        _refuse(avoid, "--avoid")
        lines = "".join(f"{prompt}\n" for prompt in prompts.make_prompts(n, seed))
    else:
        before, unwanted = _sentences(first), _sentences(avoid)
        made = make_hard_sentences(n, seed, kind, avoid=[each.text for each in before + unwanted])
        lines = sentence_lines(before + made)
    write_text(out, lines)
    typer.echo(f"{out}: {lines.count(chr(10))} sentences")


def _sentences(path: Path | None) -> list["Sentence"]:
    from tts_align.corpus.sentences import read_sentences

    return [] if path is None else read_sentences(path, digits=True)


def _refuse(path: Path | None, option: str) -> None:
    if path is not None:
        fix = "Add --kind hard or --kind drill."
        raise CorpusError(where=option, expected="a kind of hard sentences", found="--kind prose", fix=fix)
