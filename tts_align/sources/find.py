"""Which files there are to read, and how to read each when its turn comes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tts_align.alignment import Alignment, load_alignment, load_matrix
from tts_align.errors import AlignmentError, FileError, TextError
from tts_align.sources.options import MatrixOptions

SUFFIXES = (".npz", ".npy")


@dataclass(frozen=True)
class Source:
    """One file with the alignments of one or many utterances; it is opened only by `load`.

    Args:
        id: its name: the path below the folder that was asked for, without suffix.
        path: the file.
        wave_path: the sound beside it, if there is any.
        load: reads the file and gives (id of the utterance, alignment) one by one. It raises a TtsAlignError for what
            cannot be read, after all that can be has been given.
    """

    id: str
    path: Path
    wave_path: Path | None
    load: Callable[[], Iterator[tuple[str, Alignment]]]


def find_sources(
    paths: Sequence[Path], options: MatrixOptions, tell: Callable[[str], None] | None = None
) -> list[Source]:
    """Finds the alignment files among `paths` and in their folders, sorted; hidden files are left out.

    Args:
        paths: files and folders.
        options: how to read the matrices of other systems.
        tell: called with a line of text when a choice is made that a person should know of, such as which head.

    Raises:
        FileError: a folder has none, or the file of texts cannot be read.
        TextError: the texts cannot be used.
    """
    texts = _texts(options.text, options.text_file)
    sources = []
    for name, path in _files(paths):
        wave = path.with_suffix(".wav")
        load = partial(_load, name, path, texts, options)
        sources.append(Source(name, path, wave if wave.is_file() else None, load))
    return sources


def _files(paths: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    for path in paths:
        if not path.is_dir():
            yield path.stem, path
            continue
        inside = [file for file in path.rglob("*") if file.suffix in SUFFIXES and not file.name.startswith(".")]
        if not inside:
            fix = "Name the folder that synthesize or align wrote to."
            raise FileError(where=str(path), expected="alignments (.npz, .npy) in it", found="none", fix=fix)
        for file in sorted(inside):
            yield file.relative_to(path).with_suffix("").as_posix(), file


def _load(name: str, path: Path, texts: dict[str, str], options: MatrixOptions) -> Iterator[tuple[str, Alignment]]:
    if path.suffix != ".npy":
        yield name, load_alignment(path)
        return
    if not path.exists():
        raise FileError(where=str(path), expected="a file", found="nothing there", fix="Check the name.")
    said = texts.get(path.stem, texts.get(""))
    if said is None:
        fix = f"Give it by --text, or as a line {path.stem}|... of --text-file."
        raise TextError(where=str(path), expected="the text that was encoded", found="none", fix=fix)
    if options.seconds_per_step is None:
        fix = "Give hop_samples * reduction_factor / sample_rate, for example 0.0116."
        raise AlignmentError(where=str(path), expected="--seconds-per-step", found="none", fix=fix)
    yield name, load_matrix(path, said, options.seconds_per_step, text_axis=options.text_axis)


def _texts(text: str | None, text_file: Path | None) -> dict[str, str]:
    """The text of each matrix by its name; under "" the text of every one."""
    if text is not None and text_file is not None:
        raise TextError(where="--text", expected="one source of texts", found="--text-file too", fix="Give one.")
    if text is not None:
        return {"": text}
    if text_file is None:
        return {}
    try:
        lines = text_file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        found = getattr(error, "strerror", None) or str(error)
        raise FileError(where=str(text_file), expected="a text file in UTF-8", found=found, fix="Check it.") from error
    lines = [line for line in lines if line.strip()]
    if len(lines) == 1 and "|" not in lines[0]:
        return {"": lines[0]}
    wrong = next((i for i, line in enumerate(lines, 1) if "|" not in line), None)
    if wrong is not None or not lines:
        found = f"no | in line {wrong}" if wrong else "an empty file"
        fix = "Put the name of the .npy file and a | before each text."
        raise TextError(where=str(text_file), expected="one text, or lines of id|text", found=found, fix=fix)
    return {Path(line.split("|")[0].strip()).stem: line.split("|")[-1] for line in lines}
