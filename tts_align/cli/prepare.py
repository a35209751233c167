"""`tts-align prepare`: the features of a corpus."""

from pathlib import Path
from typing import Annotated

import typer


def prepare(
    corpus: Annotated[Path, typer.Argument(help="Folder with metadata.csv and wavs/, or a filelist of path|text.")],
    out: Annotated[Path, typer.Argument(help="Folder for the features; made, or taken up where it was left.")],
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; chosen by the cores unless given.")] = None,
    trim_db: Annotated[float, typer.Option(help="Head and tail this far below the loudest part are cut off.")] = 45.0,
    keep_seconds: Annotated[float, typer.Option(help="Silence to leave on either side.")] = 0.05,
    no_trim: Annotated[bool, typer.Option("--no-trim", help="Leave head and tail as they are.")] = False,
    mel: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="A mel setting, such as max_hz=7600; repeatable.")
    ] = None,
    skip_broken: Annotated[bool, typer.Option("--skip-broken", help="Leave out unusable files, and say so.")] = False,
) -> None:
    """Write the log mel spectrograms of a corpus: resampled, trimmed, in parallel, resumable.

    What is there and fits is kept, so the same command goes on after an interruption.

    \b
    Examples:
      tts-align prepare LJSpeech-1.1 features
      tts-align prepare LJSpeech-1.1 features --workers 4 --trim-db 40
      tts-align prepare recordings/filelist.txt features --no-trim --skip-broken
      tts-align prepare corpus features --mel sample_rate=16000 --mel max_hz=7600
    """
    from tts_align.audio import MelSettings
    from tts_align.cli.settings import from_pairs, validated
    from tts_align.corpus import TrimSettings, read_manifest
    from tts_align.corpus import prepare as prepare_features

    mel_settings = from_pairs(MelSettings, mel or [], where="--mel")
    trim = validated(
        TrimSettings, {"top_db": 0.0 if no_trim else trim_db, "keep_seconds": keep_seconds}, where="trimming"
    )
    utterances = read_manifest(corpus)
    index = prepare_features(utterances, out, mel_settings, trim, workers=workers, skip_broken=skip_broken)
    seconds = sum(entry.n_frames for entry in index.entries.values()) * mel_settings.seconds_per_frame
    typer.echo(f"{out}: {len(index)} utterances, {seconds / 60:.1f} minutes, mel {mel_settings.fingerprint}")
    for utterance_id, reason in index.skipped.items():
        typer.echo(f"left out {utterance_id}: {reason}", err=True)
