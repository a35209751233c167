"""Which files there are to read, and how to read each when its turn comes."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tts_align.alignment.matrix import Alignment
from tts_align.errors import FileError
from tts_align.sources.options import MatrixOptions
from tts_align.sources.read import read_alignments
from tts_align.sources.texts import Texts, plain_name, read_texts, said

SUFFIXES = (".npz", ".npy", ".pt", ".pth")
OF_SENTENCES = ".sentences"
"""`speech.sentences` is the folder with the alignments of the sentences of the text in `speech.wav`."""
_OTHER = {"durations", "frame_durations", "state"}  # folders of ours that have arrays, but no attention


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
    """Finds the alignment files among `paths` and in their folders, sorted.

    In folders, hidden files are left out, and what `align` and `train` write besides alignments. A folder without any
    becomes a source that raises a FileError when it is loaded, so that the others are still done.

    Args:
        paths: files and folders.
        options: how to read the matrices of other systems.
        tell: called with a line of text when a choice is made that a person should know of, such as which head.

    Raises:
        FileError: the file of texts cannot be read.
        TextError: the texts cannot be used.
    """
    texts = _texts(options)
    return [
        Source(name, path, None, partial(_refuse, path))
        if path.is_dir()
        else Source(name, path, _wave_beside(path), partial(read_alignments, name, path, texts, options, tell))
        for name, path in _unique(list(_files(paths)))
    ]


def _files(paths: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """Names and files; a folder without any stands for itself."""
    for path in paths:
        inside = sorted(_inside(path)) if path.is_dir() else []
        for file in inside:
            yield file.relative_to(path).with_suffix("").as_posix(), file
        if not inside:
            yield path.stem, path


def _inside(folder: Path) -> Iterator[Path]:
    for file in folder.rglob("*"):
        folders = file.relative_to(folder).parts[:-1]
        if file.suffix.lower() in SUFFIXES and not file.name.startswith(".") and not _OTHER.intersection(folders):
            yield file


def _refuse(folder: Path) -> Iterator[tuple[str, Alignment]]:
    fix = "Name the folder that synthesize or align wrote to, or that has attention matrices of another system."
    raise FileError(where=str(folder), expected=f"alignments ({', '.join(SUFFIXES)}) in it", found="none", fix=fix)
    yield  # what is above is raised when the source is loaded


def _unique(files: Sequence[tuple[str, Path]]) -> Iterator[tuple[str, Path]]:
    """Leaves out files that were named before, and makes names that several files have different."""
    once = {path.absolute(): (name, path) for name, path in reversed(files)}
    different = [once[path] for path in dict.fromkeys(path.absolute() for _, path in files)]
    names = Counter(name for name, _ in different)
    without_suffix = Counter(path.with_suffix("") for _, path in different)
    for name, path in different:
        if names[name] == 1:
            yield name, path
        else:
            plain = path.with_suffix("")
            yield (plain if without_suffix[plain] == 1 else path).as_posix(), path


def _wave_beside(path: Path) -> Path | None:
    if path.parent.suffix == OF_SENTENCES and (wave := path.parent.with_suffix(".wav")).is_file():
        return wave
    stems = (path.stem, plain_name(path.stem))
    return next((wave for stem in stems if (wave := path.with_name(f"{stem}.wav")).is_file()), None)


def _texts(options: MatrixOptions) -> Texts:
    if options.text is not None:
        return Texts(of_all=said(options.text, options.phones))
    return Texts() if options.text_file is None else read_texts(options.text_file, options.phones)
