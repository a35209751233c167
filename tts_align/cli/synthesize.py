"""The command `tts-align synthesize`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tts_align.errors import FileError, TextError

if TYPE_CHECKING:
    from tts_align.synthesis import Speech


def synthesize(
    text: Annotated[str | None, typer.Argument(help="Text to speak; - or nothing reads standard input.")] = None,
    text_file: Annotated[
        Path | None, typer.Option(help="One text a line, or lines of id|text; blank lines skipped.")
    ] = None,
    out: Annotated[
        str, typer.Option(metavar="PATH", help="Sound file (.wav) for one text, else a folder.")
    ] = "speech.wav",
    voice: Annotated[Path, typer.Option(help="Voice or run folder.")] = Path("runs/voice"),
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same wave.")] = 0,
    alignment: Annotated[
        Path | None, typer.Option(help="Where the alignment goes; beside the sound if not given.")
    ] = None,
    unknown: Annotated[
        Literal["error", "skip", "map"], typer.Option(help="Characters the voice cannot read.")
    ] = "error",
    iterations: Annotated[int, typer.Option(min=1, help="Griffin-Lim iterations.")] = 60,
    device: Annotated[str, typer.Option(help="cpu, cuda, cuda:1 ...")] = "cpu",
) -> None:
    """Speak text, and check that every word of it was said once.

    The alignment is saved as .npz beside the sound; `tts-align diagnose` reads it. Exit status 1: a fault was found.

    \b
    Examples:
      tts-align synthesize "The rain has stopped." --voice runs/demo --out rain.wav
      tts-align synthesize --text-file sentences.txt --voice runs/demo --out speech/
      echo "Good morning." | tts-align synthesize --voice runs/demo --out morning.wav
    """
    from tts_align.alignment.analysis import analyze
    from tts_align.progress import progress
    from tts_align.synthesis import load_voice

    names, texts = _texts(text, text_file)
    places = _places(out, alignment, names, text_file is not None)
    speaker = load_voice(voice, device)
    for number, line in enumerate(texts, 1):
        try:
            speaker.alphabet.encode(line, unknown)  # all texts are read before the first is spoken
        except TextError as error:
            if len(texts) == 1:
                raise
            raise TextError(
                where=f"{text_file or 'text'}, text {number}: {error.where}",
                expected=error.expected,
                found=error.found,
                fix=error.fix,
            ) from error
    n_faulty = 0
    with progress("Speaking", len(texts), unit="text") as advance:
        for line, (wave_path, alignment_path) in zip(texts, places, strict=True):
            speech = speaker.synthesize(line, seed, unknown=unknown, n_iterations=iterations)
            _save(speech, wave_path, alignment_path)
            analysis = analyze(speech.alignment)
            n_faulty += bool(analysis.events)
            faults = "; ".join(
                f"{event.kind} {' '.join(event.words)} at {event.seconds[0]:.2f} s" for event in analysis.events
            )
            advance(message=f"{wave_path}: {speech.alignment.seconds:.1f} s, {faults or 'every word once'}")
    if n_faulty:
        raise typer.Exit(1)


def _texts(text: str | None, text_file: Path | None) -> tuple[list[str], list[str]]:
    """Names of files, and texts: the ids of `id|text`, else numbers."""
    if text is not None and text != "-" and text_file is not None:
        raise TextError(
            where="command line", expected="TEXT or --text-file", found="both", fix="Leave one of them out."
        )
    if text is not None and text != "-":
        return ["0001"], [text]
    where = str(text_file) if text_file is not None else "standard input"
    try:
        if text_file is not None:
            content = text_file.read_text(encoding="utf-8-sig")
        else:
            content = sys.stdin.buffer.read().decode("utf-8-sig")
    except OSError as error:
        raise TextError(
            where=where, expected="a text file", found=str(error.strerror), fix="Check the name."
        ) from error
    except UnicodeDecodeError as error:
        found = f"byte {error.start} is not UTF-8"
        raise TextError(where=where, expected="text in UTF-8", found=found, fix="Save it as UTF-8.") from error
    lines = [line.strip() for line in content.splitlines() if line.strip()]
    if not lines:
        raise TextError(where=where, expected="at least one line of text", found="nothing", fix="Give a text to speak.")
    if text_file is None:
        return ["0001"], [" ".join(lines)]
    if "|" in lines[0]:
        from tts_align.corpus.sentences import read_sentences

        sentences = read_sentences(text_file, digits=True)
        return [each.id for each in sentences], [each.text for each in sentences]
    width = max(4, len(str(len(lines))))
    return [f"{number:0{width}}" for number in range(1, len(lines) + 1)], lines


def _places(out: str, alignment: Path | None, names: list[str], from_file: bool) -> list[tuple[Path, Path]]:
    """Where the sound and the alignment of each text go."""
    if alignment is not None and len(names) > 1:
        fix = "Leave it out: alignments go beside the sounds."
        raise FileError(where="--alignment", expected="one text", found=f"{len(names)} texts", fix=fix)
    path = Path(out)
    is_folder = out.endswith("/") or path.is_dir()
    is_wave = path.suffix.lower() == ".wav" and not is_folder
    if not out or (not is_folder and not is_wave and (path.suffix or path.exists())):
        raise _no_place("a sound file that ends in .wav, or a folder", out, "--out speech.wav or --out speech/")
    if is_wave and from_file:
        raise _no_place("a folder, for the texts of a file", out, "--out speech/")
    waves = [path] if is_wave else [path / f"{name}.wav" for name in names]
    return [(wave, alignment or wave.with_suffix(".npz")) for wave in waves]


def _no_place(expected: str, out: str, example: str) -> FileError:
    return FileError(where="--out", expected=expected, found=repr(out), fix=f"For example {example}")


def _save(speech: "Speech", wave_path: Path, alignment_path: Path) -> None:
    from tts_align.alignment.archive import save_alignment
    from tts_align.audio import write_wave

    write_wave(wave_path, speech.wave, speech.sample_rate)
    save_alignment(alignment_path, speech.alignment)
