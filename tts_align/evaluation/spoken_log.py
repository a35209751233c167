"""The log of an evaluation: its settings first, then a line for each sentence whose sound and alignment are there."""

import contextlib
import dataclasses
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tts_align.errors import FileError
from tts_align.files import write_text

_NAME = "spoken.jsonl"
_VERSION = 1


@dataclass(frozen=True)
class Settings:
    """What the sounds of an evaluation depend on, beside the sentences.

    Attributes:
        voice: fingerprint of the weights, the alphabet and the mel settings.
        seed, unknown, iterations, rate: as in `Voice.synthesize`.
        batch_size: sentences at once at most; which ones are together moves the last bits of a sound.
    """

    voice: str
    seed: int
    unknown: str
    iterations: int
    rate: float
    batch_size: int


@dataclass(frozen=True)
class Spoken:
    """A sentence that was spoken.

    Attributes:
        id, text: as in the list of sentences.
        words: what was said, numbers and the like in words.
        sound_seconds: the length of the sound.
        work_seconds: what it took to make it: its share of its batch, by length.
    """

    id: str
    text: str
    words: str
    sound_seconds: float
    work_seconds: float


class SpokenLog:
    """The log in a folder, which may have been begun by an earlier run that was killed.

    Args:
        folder: of the evaluation.
        settings: of this run.

    Raises:
        FileError: the folder holds something else, or what was spoken with other settings, or cannot be written.
    """

    def __init__(self, folder: Path, settings: Settings):
        self.folder = folder
        self._path = folder / _NAME
        self.finished: dict[str, Spoken] = {}
        if self._path.exists():
            self._read(settings)
        elif folder.exists() and (not folder.is_dir() or any(_visible(folder))):
            raise _refused(folder, "a new folder, or one of this command", "something else", "Name another folder.")
        header = {"version": _VERSION, "settings": dataclasses.asdict(settings)}
        kept = [json.dumps(header), *(_line(spoken) for spoken in self.finished.values())]
        write_text(self._path, "".join(f"{line}\n" for line in kept))

    def wave_path(self, id: str) -> Path:
        """Where the sound of a sentence is."""
        return self.folder / "speech" / f"{id}.wav"

    def alignment_path(self, id: str) -> Path:
        """Where its alignment is."""
        return self.folder / "speech" / f"{id}.npz"

    @contextlib.contextmanager
    def adding(self) -> Iterator[Callable[[Spoken], None]]:
        """Yields a function that notes a sentence whose files are written, on the disk when it returns."""
        with self._path.open("a", encoding="utf8") as file:

            def add(spoken: Spoken) -> None:
                file.write(_line(spoken) + "\n")
                file.flush()
                os.fsync(file.fileno())
                self.finished[spoken.id] = spoken

            yield add

    def _read(self, settings: Settings) -> None:
        lines = self._path.read_text(encoding="utf8", errors="replace").splitlines()
        begun = _parsed(lines[0]).get("settings") if lines else None
        if not isinstance(begun, dict):
            raise _refused(self._path, "the log of an evaluation", "something else", "Name another folder.")
        for name, value in dataclasses.asdict(settings).items():
            if begun.get(name) != value:
                raise _refused(
                    self.folder,
                    f"the settings that it was begun with: {name} {begun.get(name)}",
                    f"{name} {value}",
                    "Give the same ones to go on, or name another folder.",
                )
        for line in lines[1:]:
            with contextlib.suppress(TypeError):  # cut off by a kill
                spoken = Spoken(**_parsed(line))
                if self.wave_path(spoken.id).is_file() and self.alignment_path(spoken.id).is_file():
                    self.finished[spoken.id] = spoken


def _line(spoken: Spoken) -> str:
    return json.dumps(dataclasses.asdict(spoken), ensure_ascii=False)


def _parsed(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _visible(folder: Path) -> Iterator[Path]:
    return (path for path in folder.iterdir() if not path.name.startswith("."))


def _refused(where: Path, expected: str, found: str, fix: str) -> FileError:
    return FileError(where=str(where), expected=expected, found=found, fix=fix)
