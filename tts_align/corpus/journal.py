"""The record of an unfinished preparation: one line per finished utterance, read again after an interruption."""

import contextlib
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from tts_align.corpus.feature_work import Made
from tts_align.errors import FileError
from tts_align.files import write_text


class Journal:
    """A file of JSON lines: the key of the settings first, then what was made.

    Args:
        path: the file.
        key: names the settings; a journal with another key counts as empty.
    """

    def __init__(self, path: Path, key: str):
        self._path, self._key = path, key

    def read(self) -> list[Made]:
        """Reads what an interrupted run finished; a line that a kill cut off is left out."""
        try:
            lines = self._path.read_text(encoding="utf8", errors="replace").splitlines()
        except OSError:
            return []
        if not lines or lines[0] != self._header():
            return []
        finished = []
        for line in lines[1:]:
            with contextlib.suppress(ValidationError):
                finished.append(Made.model_validate_json(line))
        return finished

    def restart(self, finished: Iterable[Made]) -> None:
        """Writes the file anew, with what is finished already."""
        write_text(self._path, "".join(f"{line}\n" for line in [self._header(), *map(_line, finished)]))

    @contextlib.contextmanager
    def appending(self) -> Iterator[Callable[[Made], None]]:
        """Yields a function that adds one finished utterance, flushed at once.

        Raises:
            FileError: the file cannot be written.
        """
        try:
            with self._path.open("a", encoding="utf8") as file:

                def append(made: Made) -> None:
                    file.write(_line(made) + "\n")
                    file.flush()

                yield append
        except OSError as error:
            raise FileError(
                where=str(self._path),
                expected="a place that can be written",
                found=error.strerror or str(error),
                fix="Free some space, or name another place.",
            ) from error

    def remove(self) -> None:
        """Deletes the file: the index has everything now."""
        self._path.unlink(missing_ok=True)

    def _header(self) -> str:
        return json.dumps({"settings": self._key})


def _line(made: Made) -> str:
    return made.model_dump_json()
