"""tts-align make-corpus: speak a text file into a corpus with true timings."""

from pathlib import Path
from typing import Annotated, Literal

import typer


def make_corpus(
    out: Annotated[Path, typer.Argument(help="Folder to make, or one that this command began.")],
    text: Annotated[Path, typer.Option(help="One sentence a line, or lines of id|text; no digits.")],
    voice: Annotated[Literal["espeak", "joe"], typer.Option(help="espeak: plain, fast. joe: natural.")] = "espeak",
    limit: Annotated[int | None, typer.Option(min=1, help="Take the first sentences only.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    voice_name: Annotated[str, typer.Option(help="Which voice of espeak-ng.")] = "en-us",
    prefix: Annotated[str, typer.Option(help="Put before every id.")] = "",
    seed: Annotated[
        int, typer.Option(min=0, max=2**31 - 1, help="Seed of the noise in joe's voice; espeak-ng has none.")
    ] = 0,
) -> None:
    """Speak a text file: LJSpeech layout, with true word and phone times as TextGrids.

    Interrupt it at any time: the same command goes on where it was. The same text, voice and seed give the same
    files, whatever the number of workers.

    \b
    Examples:
        tts-align make-corpus corpora/demo --text data/demo_prompts.txt --voice espeak
        tts-align make-corpus corpora/joe --text sentences.txt --voice joe --limit 500 --workers 2
    """
    from tts_align.corpus import speak
    from tts_align.corpus.sentences import read_sentences

    sentences = read_sentences(text, prefix)[:limit]
    speak.make_corpus(sentences, out, voice, voice_name=voice_name, seed=seed, workers=workers)
    typer.echo((out / "corpus.json").read_text(encoding="utf8").strip())
