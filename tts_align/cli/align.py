"""The command `tts-align align`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from tts_align.alignment.timings import Timings
    from tts_align.cli.against import Against
    from tts_align.corpus.material import Prepared
    from tts_align.synthesis import Voice


def align(
    corpus: Annotated[Path, typer.Argument(help="Folder in LJSpeech layout, or a filelist.")],
    voice: Annotated[str, typer.Option(metavar="NAME|RUN", help="Built-in voice, or a voice or run folder.")],
    out: Annotated[Path, typer.Option(help="Folder for alignments and timings.")],
    formats: Annotated[
        str, typer.Option(metavar="LIST", help="Files of timings: textgrid, ctm, json, npy.")
    ] = "textgrid,ctm,json,npy",
    reference: Annotated[
        Path | None,
        typer.Option(metavar="DIR|FILE.ctm", help="Timings to compare with; the corpus's textgrids/ if not given."),
    ] = None,
    features: Annotated[Path | None, typer.Option(help="Where features are kept; OUT/features if not given.")] = None,
    unknown: Annotated[
        Literal["error", "skip", "map"], typer.Option(help="Characters the voice cannot read.")
    ] = "error",
    skip_broken: Annotated[bool, typer.Option("--skip-broken", help="Leave out unusable sounds, and say so.")] = False,
    device: Annotated[str, typer.Option(help="cpu, cuda, cuda:1 ...")] = "cpu",
) -> None:
    """Align a corpus: when does each word start and stop, how long is each symbol, and how sure is that?

    \b
    Writes in OUT:
      alignments/ID.npz       attention, for diagnose and timings
      textgrids/ID.TextGrid   tiers words, and phones or characters
      words.ctm               all words, each with its confidence
      json/ID.json            words and symbols with times and confidence
      durations/ID.npy        decoder steps of each symbol; they sum to all steps
      frame_durations/ID.npy  mel frames of each symbol; they sum to all frames

    Where attention goes on to a word while the pause before it still lasts, the silence is left to the mark before;
    `timings`, which reads alignments without their sound, cannot do that.

    Confidence is about the probability that a word's start and stop are within 50 ms of where they should be.
    Boundaries are compared with a reference where there is one: starts and stops of words, and of phones if the voice
    reads phones. Reference timings are never overwritten.

    Exit status: 0 done, 2 something could not be used (a damaged reference: the timings are written all the same).

    \b
    Examples:
      tts-align align corpora/demo --voice runs/demo --out aligned/
      tts-align align my_voice --voice runs/mine --out aligned/ --unknown map --formats textgrid
      tts-align align my_voice --voice runs/mine --out aligned/ --reference mfa/
      tts-align diagnose aligned/alignments
    """
    from tts_align.alignment.timing_files import parse_formats, timing_files
    from tts_align.cli.against import named
    from tts_align.corpus.manifest import corpus_folder, textgrid_path
    from tts_align.corpus.material import load_prepared
    from tts_align.corpus.reference import refuse_references
    from tts_align.progress import progress
    from tts_align.synthesis import load_voice

    wanted = parse_formats(formats)
    own = textgrid_path(corpus_folder(corpus), "").parent
    refuse_references(out, wanted, [own] if reference is None else [own, reference])
    against = _against(reference, own)
    speaker = load_voice(voice, device)
    prepared = load_prepared(
        corpus,
        features or out / "features",
        speaker.alphabet,
        unknown,
        speaker.mel,
        speaker.trim,
        skip_broken=skip_broken,
    )
    with progress("Aligning", len(prepared.examples), unit="utterance") as advance, timing_files(out, wanted) as write:
        for timings in _timed(speaker, prepared, out / "alignments"):
            write(timings)
            against.add(timings)
            advance()
    if prepared.skipped:
        typer.echo(f"Left out, their sound cannot be used: {named(list(prepared.skipped))}", err=True)
    against.tell()
    if against.n_damaged:
        raise typer.Exit(2)


def _against(reference: Path | None, own: Path) -> "Against":
    """The reference that was asked for, else that of the corpus if it has one."""
    from tts_align.cli.against import Against

    if reference is not None:
        return Against(reference, is_asked=True)
    has_own = own.is_dir() and any(own.glob("*.TextGrid"))
    return Against(own if has_own else None, is_asked=False)


def _timed(speaker: "Voice", prepared: "Prepared", folder: Path) -> Iterator["Timings"]:
    """Aligns every utterance, keeps its alignment in the folder, and reads its timings from it."""
    from tts_align.aligner import align_examples
    from tts_align.alignment import save_alignment
    from tts_align.alignment.timings import timings_of
    from tts_align.audio import sound_seconds

    waves = {utterance.id: utterance.wave_path for utterance in prepared.utterances}
    for aligned in align_examples(speaker, list(prepared.examples.values())):
        save_alignment(folder / f"{aligned.id}.npz", aligned.alignment)
        yield timings_of(
            aligned.alignment,
            aligned.id,
            start_seconds=prepared.start_seconds[aligned.id],
            sound_seconds=sound_seconds(waves[aligned.id]),
            frames=aligned.frames,
            is_silent=aligned.is_silent,
        )
