"""TensorBoard: curves and pictures of alignments."""

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from torch.utils.tensorboard.writer import SummaryWriter

from tts_align.alignment.matrix import Alignment
from tts_align.training.validation import ValidationResult


class Board:
    """Writes what a run does to `RUN/tensorboard`.

    Args:
        folder: of the run.
        update: where a resumed run goes on; later curves of the run before are dropped.
    """

    def __init__(self, folder: str | os.PathLike[str], update: int):
        self._writer = SummaryWriter(str(Path(folder) / "tensorboard"), purge_step=update + 1)

    def curves(self, group: str, values: Mapping[str, object], update: int) -> None:
        """Adds one point to each curve; values that are no numbers are left out."""
        for name, value in values.items():
            if isinstance(value, int | float):
                self._writer.add_scalar(f"{group}/{name}", value, update)

    def alignments(self, result: ValidationResult, update: int, most: int = 3) -> None:
        """Adds pictures of the first alignments: time to the right, text upwards."""
        for regime, alignments in (("forced", result.forced), ("spoken", result.spoken)):
            for i, alignment in enumerate(alignments[:most]):
                self._writer.add_image(f"alignment {regime}/{i}", _picture(alignment), update, dataformats="HW")

    def close(self) -> None:
        """Writes what is still to be written."""
        self._writer.close()


def _picture(alignment: Alignment, scale: int = 3) -> np.ndarray:
    picture = np.clip(alignment.weights.T[::-1], 0, 1) * 255
    return np.kron(picture, np.ones((scale, scale))).astype(np.uint8)
