"""The command `tts-align align`."""

from pathlib import Path
from typing import Annotated, Literal

import typer


def align(
    corpus: Annotated[Path, typer.Argument(help="Folder in LJSpeech layout, or a filelist.")],
    voice: Annotated[Path, typer.Option(help="Voice or run folder whose attention aligns.")],
    out: Annotated[Path, typer.Option(help="Folder for alignments, durations and TextGrids.")],
    features: Annotated[Path | None, typer.Option(help="Where features are kept; OUT/features if not given.")] = None,
    unknown: Annotated[
        Literal["error", "skip", "map"], typer.Option(help="Characters the voice cannot read.")
    ] = "error",
    skip_broken: Annotated[bool, typer.Option("--skip-broken", help="Leave out unusable sounds, and say so.")] = False,
    device: Annotated[str, typer.Option(help="cpu, cuda, cuda:1 ...")] = "cpu",
) -> None:
    """Align a corpus: when does each word start, and how long is each symbol?

    Writes OUT/alignments/ID.npz, OUT/durations/ID.npy (decoder steps per symbol, summing to all of them) and
    OUT/textgrids/ID.TextGrid. Where the corpus has textgrids/ of its own, the word onsets are compared with them; they
    are never overwritten.

    \b
    Examples:
      tts-align align corpora/demo --voice runs/demo --out aligned/
      tts-align align my_voice --voice runs/mine --out aligned/ --unknown map
    """
    import numpy as np

    from tts_align.aligner import align_examples, refuse_own_textgrids, save_aligned
    from tts_align.alignment.timing import summarize_errors
    from tts_align.audio import sound_seconds
    from tts_align.corpus.material import load_prepared
    from tts_align.corpus.truth import onset_errors
    from tts_align.progress import progress
    from tts_align.synthesis import load_voice

    refuse_own_textgrids(corpus, out)
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
    waves = {utterance.id: utterance.wave_path for utterance in prepared.utterances}
    errors = [np.empty(0)]
    with progress("Aligning", len(prepared.examples), unit="utterance") as advance:
        for aligned in align_examples(speaker, list(prepared.examples.values())):
            save_aligned(aligned, out, prepared.start_seconds[aligned.id], sound_seconds(waves[aligned.id]))
            if aligned.id in prepared.truths:
                errors.append(onset_errors(aligned.alignment, prepared.truths[aligned.id]))
            advance()
    if prepared.skipped:
        listed = ", ".join(list(prepared.skipped)[:5]) + (" ..." if len(prepared.skipped) > 5 else "")
        typer.echo(f"{len(prepared.skipped)} utterances left out, their sound cannot be used: {listed}", err=True)
    if len(errors) > 1:
        summary = summarize_errors(np.concatenate(errors))
        typer.echo(
            f"Word onsets against {len(errors) - 1} reference TextGrids, {summary['n_words']} words: "
            f"median {summary['median']:.1f} ms, mean {summary['mean']:.1f}, 90th percentile {summary['p90']:.1f}, "
            f"within 20/50/100 ms {summary['within_20']:.0%} / {summary['within_50']:.0%} / {summary['within_100']:.0%}"
        )
