"""The command `tts-align synthesize`."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tts_align.cli.loading import loading
from tts_align.cli.sound_to_stdout import write_to_stdout
from tts_align.cli.speaking_plan import places_of, refuse_alignment, texts_of
from tts_align.cli.spoken_lines import Tally
from tts_align.errors import TextError

if TYPE_CHECKING:
    from tts_align.progress import Advance
    from tts_align.synthesis import Recited, Voice


def synthesize(
    text: Annotated[str | None, typer.Argument(help="Text to speak, of any length; - or nothing: from stdin.")] = None,
    text_file: Annotated[
        Path | None,
        typer.Option(help="Into a .wav: one text, a whole book. Into a folder: one text a line, or id|text."),
    ] = None,
    out: Annotated[
        str, typer.Option(metavar="PATH", help="Sound file (.wav) for one text, else a folder; - for stdout.")
    ] = "speech.wav",
    voice: Annotated[str, typer.Option(metavar="NAME|PATH", help="Built-in voice, or a voice or run folder.")] = "joe",
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same wave.")] = 0,
    rate: Annotated[float, typer.Option(help="Pace: 0.7 slow, 1 as the voice learned, 1.4 fast.")] = 1.0,
    tries: Annotated[
        int, typer.Option(min=0, help="A sentence with a fault is spoken again, with other seeds, so often at most.")
    ] = 3,
    alignment: Annotated[
        Path | None,
        typer.Option(metavar="FILE.npz", help="Where the alignment of one text goes; beside the sound if not given."),
    ] = None,
    unknown: Annotated[
        Literal["error", "skip", "map"],
        typer.Option(help="Characters the voice cannot read: map reads é as e, skip leaves them out."),
    ] = "map",
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say what each number and sign was read as.")
    ] = False,
    iterations: Annotated[int, typer.Option(min=1, help="Griffin-Lim iterations.")] = 60,
    sharpening: Annotated[
        float | None, typer.Option(help="How much harmonics are brought out, 0 to 3; as the voice says if not given.")
    ] = None,
    device: Annotated[str, typer.Option(help="cpu, cuda, cuda:1 ...")] = "cpu",
) -> None:
    """Speak text, and check that every word of it was said once.

    A text is spoken sentence by sentence and written as it is spoken. Each sentence is judged by its alignment; one
    with a fault is spoken again, and the best try is kept. The alignment of one sentence is saved as .npz beside the
    sound, those of several in a folder: speech.sentences/ for speech.wav. `tts-align diagnose` reads both.

    With --out - the sound goes to standard output while it is made: the first of it at once, and without the guard.

    Exit status: 0 every word was said once in what was kept, 1 a fault is left, 2 a text or an option that does not
    work.

    \b
    Examples:
      tts-align synthesize "The rain has stopped." --out rain.wav
      tts-align synthesize --text-file book.txt --out book.wav --rate 0.9
      tts-align synthesize --text-file sentences.txt --voice runs/demo --out speech/
      echo "Good morning." | tts-align synthesize --out - | aplay
    """
    names, texts = texts_of(text, text_file, out)
    places = _places(out, alignment, names)
    with loading():
        from tts_align.progress import progress
        from tts_align.synthesis import load_voice, narrate

        speaker = load_voice(voice, device, sharpening)
    if out == "-":
        stream = speaker.stream(texts[0], seed, unknown=unknown, n_iterations=iterations, rate=rate)
        write_to_stdout(stream, speaker.mel.sample_rate)
        return
    n_lines = _check_all(speaker, texts, unknown, text_file, verbose)
    n_faulty = 0
    with progress("Speaking", sum(n_lines), unit="sentence") as advance:
        for each, n_here, (wave_path, alignment_path) in zip(texts, n_lines, places, strict=True):
            recited = speaker.recite(each, seed, unknown=unknown, n_iterations=iterations, rate=rate, tries=tries)
            tally = _tally(narrate(speaker, recited, wave_path, alignment_path, rate), advance, with_notes=n_here > 1)
            advance(0, message=f"{wave_path}: {tally}")
            n_faulty += tally.n_faulty
    if n_faulty:
        raise typer.Exit(1)


def _places(out: str, alignment: Path | None, names: list[str]) -> list[tuple[Path, Path]]:
    """Where each sound and its alignment go; none for standard output."""
    if out == "-":
        refuse_alignment(alignment)
        return []
    return places_of(out, alignment, names)


def _tally(spoken: "Iterable[Recited]", advance: "Advance", *, with_notes: bool) -> Tally:
    """Counts sentences while they are spoken; notes about single ones are for texts of several."""
    tally = Tally()
    for one in spoken:
        note = tally.add(one)
        advance(message=note if with_notes else None)
    return tally


def _check_all(
    speaker: "Voice", texts: list[str], unknown: Literal["error", "skip", "map"], text_file: Path | None, verbose: bool
) -> list[int]:
    """Reads all texts before the first is spoken; how many sentences each has."""
    n_lines = []
    for number, text in enumerate(texts, 1):
        n_lines.append(0)
        try:
            for line in speaker.lines(text, unknown=unknown):
                n_lines[-1] += 1
                if verbose:
                    for piece in line.reading.pieces:
                        typer.echo(f"read: {piece}", err=True)
        except TextError as error:
            if len(texts) == 1:
                raise
            raise error.within(f"{text_file or 'text'}, text {number}") from error
    return n_lines
