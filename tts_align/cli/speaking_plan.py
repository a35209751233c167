"""What `synthesize` is to speak, and where it goes."""

import sys
from pathlib import Path

from tts_align.errors import FileError, TextError


def texts_of(text: str | None, text_file: Path | None, out: str) -> tuple[list[str], list[str]]:
    """Names and texts: one text of the command line, of standard input or of a file for a sound; else its lines.

    Args:
        text: of the command line; None or `-` is standard input if there is no file.
        text_file: a text, or a list of texts, depending on `out`.
        out: a sound (`.wav`, or `-` for standard output) or a folder.

    Raises:
        TextError: there are two sources, or there is no text.
        FileError: a file of ids cannot go into one sound.
    """
    if text is not None and text != "-" and text_file is not None:
        raise TextError(
            where="command line", expected="TEXT or --text-file", found="both", fix="Leave one of them out."
        )
    if text is not None and text != "-":
        return ["0001"], [text]
    content = _content(text_file)
    lines = [line.strip() for line in content.splitlines() if line.strip()]
    if not lines:
        where = str(text_file) if text_file is not None else "standard input"
        raise TextError(where=where, expected="at least one line of text", found="nothing", fix="Give a text to speak.")
    if text_file is None:
        return ["0001"], [content]
    if _is_wave(out) and "|" not in lines[0]:
        return ["0001"], [content]
    if _is_wave(out):
        raise _no_place("a folder, for the texts of a file with ids", out, "--out speech/")
    if "|" in lines[0]:
        from tts_align.corpus.sentences import read_sentences

        sentences = read_sentences(text_file, digits=True)
        return [each.id for each in sentences], [each.text for each in sentences]
    width = max(4, len(str(len(lines))))
    return [f"{number:0{width}}" for number in range(1, len(lines) + 1)], lines


def places_of(out: str, alignment: Path | None, names: list[str]) -> list[tuple[Path, Path]]:
    """Where the sound and the alignment of each text go.

    Raises:
        FileError: the places do not fit the number of texts, or have other endings.
    """
    if alignment is not None:
        _check_alignment(alignment, len(names))
    path = Path(out)
    is_folder = out.endswith("/") or path.is_dir()
    if not out or (not is_folder and not _is_wave(out) and (path.suffix or path.exists())):
        raise _no_place("a sound file that ends in .wav, or a folder", out, "--out speech.wav or --out speech/")
    waves = [path] if _is_wave(out) else [path / f"{name}.wav" for name in names]
    return [(wave, alignment or wave.with_suffix(".npz")) for wave in waves]


def refuse_alignment(alignment: Path | None) -> None:
    """Makes sure that no alignment is asked for of a sound that goes to standard output.

    Raises:
        FileError: one is.
    """
    if alignment is not None:
        fix = "Write the sound into a file, or leave --alignment out."
        raise FileError(where="--alignment", expected="a sound that is kept", found="--out -", fix=fix)


def _check_alignment(alignment: Path, n_texts: int) -> None:
    if n_texts > 1:
        fix = "Leave it out: alignments go beside the sounds."
        raise FileError(where="--alignment", expected="one text", found=f"{n_texts} texts", fix=fix)
    if alignment.suffix.lower() != ".npz":
        fix = f"For example --alignment {alignment.with_suffix('.npz')}" if alignment.name else "Name a file."
        raise FileError(where="--alignment", expected="a file that ends in .npz", found=repr(str(alignment)), fix=fix)


def _is_wave(out: str) -> bool:
    path = Path(out)
    return out == "-" or (path.suffix.lower() == ".wav" and not out.endswith("/") and not path.is_dir())


def _content(text_file: Path | None) -> str:
    where = str(text_file) if text_file is not None else "standard input"
    try:
        if text_file is not None:
            return text_file.read_text(encoding="utf-8-sig")
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except OSError as error:
        raise TextError(
            where=where, expected="a text file", found=str(error.strerror), fix="Check the name."
        ) from error
    except UnicodeDecodeError as error:
        found = f"byte {error.start} is not UTF-8"
        raise TextError(where=where, expected="text in UTF-8", found=found, fix="Save it as UTF-8.") from error


def _no_place(expected: str, out: str, example: str) -> FileError:
    return FileError(where="--out", expected=expected, found=repr(out), fix=f"For example {example}")
