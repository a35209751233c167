"""The run folder: resolved recipe, best weights, training state, log. Enough to load, resume or ship."""

import contextlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import torch

from tts_align.errors import FileError, VoiceError
from tts_align.files import atomic_path, write_text

STATE_FILE, LAST_FILE, LOG_FILE = "state/last.pt", "last.safetensors", "log.jsonl"


@dataclass
class TrainingState:
    """Everything that an update needs and that is not a function of recipe, corpus and update number.

    Attributes:
        material: fingerprint of the utterances that are trained and validated on.
        update: updates done.
        model: the model's tensors by name.
        optimizer: the optimizer's state.
        best: rank of the best validation so far, smaller is better; None before the first.
        best_update: its update.
        validated: update of the last validation.
        is_aligned: whether the model aligned then; None before the first.
        was_aligned: whether it has ever aligned.
        alarm: kind of the last alarm.
        n_skipped: consecutive updates left out because they were not finite.
    """

    material: str = ""
    update: int = 0
    model: dict[str, Any] = field(default_factory=dict)
    optimizer: dict[str, Any] = field(default_factory=dict)
    best: tuple[float, ...] | None = None
    best_update: int = 0
    validated: int = 0
    is_aligned: bool | None = None
    was_aligned: bool = False
    alarm: str = ""
    n_skipped: int = 0


def save_state(folder: str | os.PathLike[str], state: TrainingState) -> None:
    """Writes the training state, whole or not at all.

    Raises:
        FileError: it cannot be written.
    """
    with atomic_path(Path(folder) / STATE_FILE) as temporary:
        try:
            torch.save(vars(state), temporary)
        except RuntimeError as error:  # its way of saying that the disk is full
            raise OSError(str(error).splitlines()[0]) from error


def load_state(folder: str | os.PathLike[str]) -> TrainingState | None:
    """Reads the training state of a run; None if it has none yet.

    Raises:
        VoiceError: the file is damaged. Code in it is never run.
    """
    path = Path(folder) / STATE_FILE
    if not path.exists():
        return None
    try:
        fields = torch.load(path, map_location="cpu", weights_only=True)
        state = TrainingState(**fields)
    except Exception as error:  # a damaged pickle raises anything
        reason = (str(error) or type(error).__name__).splitlines()[0][:100]
        raise VoiceError(
            where=str(path),
            expected="the training state of a run",
            found=f"a damaged or foreign file ({reason})",
            fix="Remove it to train from the start, or copy an earlier one back.",
        ) from error
    state.best = None if state.best is None else tuple(state.best)
    return state


def restore(part: torch.nn.Module | torch.optim.Optimizer, state: dict[str, Any], folder: Path) -> None:
    """Puts a saved state into a model or an optimizer.

    Raises:
        VoiceError: it is of another model.
    """
    try:
        part.load_state_dict(state)
    except (RuntimeError, ValueError, KeyError) as error:
        raise VoiceError(
            where=str(folder / STATE_FILE),
            expected="the training state of a model by this recipe",
            found=" ".join(str(error).split())[:120],
            fix="Start a new run in another folder.",
        ) from error


def remove_leftovers(folder: Path) -> None:
    """Removes the temporary files that a killed process left."""
    for pattern in (".weights-*", ".last-*", "state/.last-*", ".log-*", ".recipe-*"):
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)


class RunLog:
    """`log.jsonl`: one line per record, cut back to the checkpoint when a run is resumed.

    Args:
        folder: of the run.
        update: records of later updates are dropped: they will be made again.
        facts: written into the first line.
    """

    def __init__(self, folder: str | os.PathLike[str], update: int, facts: Mapping[str, Any]):
        self._path = Path(folder) / LOG_FILE
        kept = [line for line in _lines(self._path) if _update_of(line) <= update] if update else []
        write_text(self._path, "".join(line + "\n" for line in kept))
        self._file: IO[str] = self._path.open("a", encoding="utf8")
        self.write("start", update, facts)

    def write(self, kind: str, update: int, values: Mapping[str, Any]) -> None:
        """Appends a record; a number that is not finite becomes null.

        Raises:
            FileError: the file cannot be written.
        """
        finite = {key: value if _is_finite(value) else None for key, value in values.items()}
        try:
            self._file.write(json.dumps({"kind": kind, "update": update, **finite}, ensure_ascii=False) + "\n")
            self._file.flush()
        except OSError as error:
            reason = error.strerror or str(error)
            fix = "Free some space; --resume goes on from the last checkpoint."
            raise FileError(where=str(self._path), expected="room to write", found=reason, fix=fix) from error

    def close(self) -> None:
        """Closes the file."""
        with contextlib.suppress(OSError):  # a full disk was reported when it was met
            self._file.close()


def _is_finite(value: object) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf8", errors="replace").splitlines() if path.exists() else []


def _update_of(line: str) -> float:
    try:
        return float(json.loads(line)["update"])
    except (ValueError, KeyError, TypeError):
        return float("inf")  # the half line of a killed process
