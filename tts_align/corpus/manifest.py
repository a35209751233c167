"""The list of utterances of a corpus: LJSpeech's metadata.csv, and filelists of `path|text`."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tts_align.errors import CorpusError

SOUND_SUFFIXES = (".wav", ".flac")  # looked for in this order


@dataclass(frozen=True)
class Utterance:
    """One recording and what is said in it.

    Args:
        id: its name, unique in the corpus and usable as a file name.
        text: the text to learn from: the normalized one where the manifest has one.
        wave_path: the sound file; it need not exist (the audit reports that).
        raw_text: the text as it was written.
    """

    id: str
    text: str
    wave_path: Path
    raw_text: str


def read_manifest(path: str | os.PathLike[str]) -> list[Utterance]:
    """Reads the utterances of a corpus, in the order of the file.

    Two layouts are known, and told apart by the first line:

    - LJSpeech: `id|text` or `id|raw text|normalized text` in metadata.csv, sound in `wavs/id.wav` (or .flac). The
      normalized text is preferred unless it is empty.
    - filelist: `path|text`, where path ends in .wav or .flac and is absolute, or relative to the filelist's folder, to
      that folder's parent, or to its `wavs/`. The id is the file's name. A third column (speaker) is refused: a corpus
      here has one voice.

    Quotation marks are text. UTF-8, with or without a byte order mark; lines end in LF or CRLF; blank lines are
    skipped.

    Args:
        path: the corpus folder, or the file itself.

    Returns:
        At least one utterance, with unique ids; a text may be empty.

    Raises:
        CorpusError: there is no manifest, or a line of it is wrong (the message names file and line).

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> (folder / "wavs").mkdir()
        >>> _ = (folder / "metadata.csv").write_text('A1|Dr. "X"|doctor "X"')
        >>> [(u.id, u.text, u.wave_path.name) for u in read_manifest(folder)]
        [('A1', 'doctor "X"', 'A1.wav')]
    """
    file = _manifest_file(Path(path))
    lines = list(_lines(file))
    if not lines:
        raise _line_error(file, None, "at least one line `id|text`", "none", "Put the corpus's lines in it.")
    is_filelist = lines[0][1].split("|")[0].strip().lower().endswith(SOUND_SUFFIXES)
    if not is_filelist and not (file.parent / "wavs").is_dir():
        raise CorpusError(
            where=str(file.parent / "wavs"),
            expected="a folder with the sound files of metadata.csv",
            found="no folder",
            fix="Put the files there as ID.wav, or write a filelist of `path|text` lines.",
        )
    utterances: list[Utterance] = []
    seen: dict[str, int] = {}
    for number, line in lines:
        utterance = (_filelist_utterance if is_filelist else _ljspeech_utterance)(file, number, line)
        if utterance.id in seen:
            found = f"{utterance.id!r} again, first on line {seen[utterance.id]}"
            raise _line_error(file, number, "an id that was not there before", found, "Remove or rename one of them.")
        seen[utterance.id] = number
        utterances.append(utterance)
    return utterances


def textgrid_path(corpus: str | os.PathLike[str], utterance_id: str) -> Path:
    """Says where the true or reference timings of an utterance are, if there are any.

    Example:
        >>> textgrid_path("corpus", "A1").as_posix()
        'corpus/textgrids/A1.TextGrid'
    """
    return Path(corpus) / "textgrids" / f"{utterance_id}.TextGrid"


def corpus_folder(corpus: str | os.PathLike[str]) -> Path:
    """The folder that a corpus lives in: itself, or that of its filelist.

    Example:
        >>> corpus_folder("recordings/filelist.txt").as_posix()
        'recordings'
    """
    path = Path(corpus)
    return path if path.is_dir() else path.parent


def _manifest_file(path: Path) -> Path:
    file = path / "metadata.csv" if path.is_dir() else path
    if not file.exists():
        found = "a folder without metadata.csv" if path.is_dir() else "nothing there"
        raise CorpusError(
            where=str(path),
            expected="a corpus: a folder with metadata.csv and wavs/, or a filelist of `path|text`",
            found=found,
            fix="Check the path.",
        )
    return file


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    """Yields (line number from 1, line) of the lines that are not blank.

    Lines are split at LF only: str.splitlines would also split at characters that belong to a text, such as U+2028.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CorpusError(
            where=str(file),
            expected="a file that can be read",
            found=error.strerror or str(error),
            fix="Check the path and its permissions.",
        ) from error
    content = content.removeprefix(b"\xef\xbb\xbf")
    for number, line_bytes in enumerate(content.split(b"\n"), start=1):
        try:
            line = line_bytes.decode("utf8")
        except UnicodeDecodeError as error:
            found = f"byte 0x{line_bytes[error.start]:02x} at position {error.start + 1} of the line"
            fix = "Save the file as UTF-8 (for example with iconv)."
            raise _line_error(file, number, "UTF-8 text", found, fix) from error
        if "\0" in line:
            found = "a zero byte"
            raise _line_error(file, number, "UTF-8 text", found, "Save the file as UTF-8 (for example with iconv).")
        if line.strip():
            yield number, line.rstrip("\r")


def _ljspeech_utterance(file: Path, number: int, line: str) -> Utterance:
    columns = [column.strip() for column in line.split("|")]
    if len(columns) not in (2, 3):
        expected = "2 or 3 columns, `id|text` or `id|raw text|normalized text`"
        raise _line_error(
            file, number, expected, f"{len(columns)} in {_shorten(line)}", "Check for a missing or an extra `|`."
        )
    utterance_id = _checked_id(file, number, columns[0])
    candidates = [file.parent / "wavs" / f"{utterance_id}{suffix}" for suffix in SOUND_SUFFIXES]
    return Utterance(
        id=utterance_id, text=columns[-1] or columns[1], wave_path=_first_existing(candidates), raw_text=columns[1]
    )


def _filelist_utterance(file: Path, number: int, line: str) -> Utterance:
    columns = [column.strip() for column in line.split("|")]
    if len(columns) != 2:
        fix = "Check for a missing or an extra `|`; of a filelist with speakers, keep one speaker and drop that column."
        raise _line_error(file, number, "2 columns, `path|text`", f"{len(columns)} in {_shorten(line)}", fix)
    sound = Path(columns[0])
    if sound.suffix.lower() not in SOUND_SUFFIXES:
        expected = f"a path that ends in {' or '.join(SOUND_SUFFIXES)}, as on the first line"
        raise _line_error(file, number, expected, repr(columns[0]), "Use one layout for the entire file.")
    utterance_id = _checked_id(file, number, sound.stem)
    folders = [file.parent, file.parent.parent, file.parent / "wavs"]
    candidates = [folder / sound for folder in folders]  # an absolute path stays itself
    return Utterance(id=utterance_id, text=columns[1], wave_path=_first_existing(candidates), raw_text=columns[1])


def _checked_id(file: Path, number: int, utterance_id: str) -> str:
    """Refuses an id that could not name a file, or could name one somewhere else."""
    expected, fix = "an id that can name a file", "Give every utterance a plain name."
    if not utterance_id:
        raise _line_error(file, number, expected, "an empty id", fix)
    if "/" in utterance_id or "\\" in utterance_id or utterance_id.startswith(".") or ".." in utterance_id:
        raise _line_error(file, number, expected, f"{utterance_id!r}, which has a separator or leading dots", fix)
    if not utterance_id.isprintable() or len(utterance_id.encode()) > 200:
        raise _line_error(file, number, expected, f"{utterance_id[:40]!r}, too long or not printable", fix)
    return utterance_id


def _first_existing(candidates: list[Path]) -> Path:
    return next((path for path in candidates if path.exists()), candidates[0])


def _line_error(file: Path, number: int | None, expected: str, found: str, fix: str) -> CorpusError:
    return CorpusError(
        where=str(file) if number is None else f"{file}, line {number}", expected=expected, found=found, fix=fix
    )


def _shorten(line: str) -> str:
    return repr(line if len(line) <= 60 else line[:57] + "...")
