"""What a file with attention matrices cannot say of itself."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class MatrixOptions:
    """How to read the matrices of other systems; files of this project need none of it.

    Args:
        text: the text of every utterance, as it was encoded.
        text_file: one text, lines of id|text, or the folder of a corpus with such a metadata.csv.
        seconds_per_step: the sound of one decoder step: hop_samples * reduction_factor / sample_rate.
        text_axis: which of a matrix's two axes is the text, where its length cannot tell.

    Example:
        >>> MatrixOptions(text="cat", seconds_per_step=256 * 2 / 22050).text_axis is None
        True
    """

    text: str | None = None
    text_file: Path | None = None
    seconds_per_step: float | None = None
    text_axis: int | None = None
