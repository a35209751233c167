"""The run folder: resolved recipe, best weights, training state, log. Enough to load, resume or ship."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import torch

from tts_align.errors import VoiceError
from tts_align.files import atomic_path, write_text

RECIPE_FILE, STATE_FILE, LOG_FILE = "recipe.toml", "state/last.pt", "log.jsonl"


@dataclass
class TrainingState:
    """Everything that an update needs and that is not a function of recipe, corpus and update number.

    Attributes:
        update: updates done.
        model: the model's tensors by name.
        optimizer: the optimizer's state.
        best: rank of the best validation so far, smaller is better; None before the first.
        best_update: its update.
        was_aligned: the alarm's memory: the model has been aligned before.
        n_skipped: consecutive updates left out because they were not finite.
    """

    update: int = 0
    model: dict[str, Any] = field(default_factory=dict)
    optimizer: dict[str, Any] = field(default_factory=dict)
    best: tuple[float, ...] | None = None
    best_update: int = 0
    was_aligned: bool = False
    n_skipped: int = 0


def save_state(folder: str | os.PathLike[str], state: TrainingState) -> None:
    """Writes the training state, whole or not at all.

    Raises:
        FileError: it cannot be written.
    """
    with atomic_path(Path(folder) / STATE_FILE) as temporary:
        torch.save(vars(state), temporary)


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


class RunLog:
    """`log.jsonl`: one line per record, cut back to the checkpoint when a run is resumed.

    Args:
        folder: of the run.
        update: records of later updates are dropped: they will be made again.
    """

    def __init__(self, folder: str | os.PathLike[str], update: int):
        path = Path(folder) / LOG_FILE
        kept = [line for line in _lines(path) if _update_of(line) <= update] if update else []
        write_text(path, "".join(line + "\n" for line in kept))
        self._file: IO[str] = path.open("a", encoding="utf8")

    def write(self, **record: Any) -> None:
        """Appends a record; it is on disk when this returns."""
        self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf8", errors="replace").splitlines() if path.exists() else []


def _update_of(line: str) -> float:
    try:
        return float(json.loads(line)["update"])
    except (ValueError, KeyError, TypeError):
        return float("inf")  # the half line of a killed process
