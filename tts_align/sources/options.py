"""What a file with attention matrices cannot say of itself."""

from dataclasses import dataclass
from pathlib import Path

from tts_align.alignment.foreign import LETTERS
from tts_align.errors import AlignmentError, TextError


@dataclass(frozen=True)
class MatrixOptions:
    """How to read the matrices of other systems; files of this project need none of it.

    Args:
        text: the text of every utterance, as it was encoded.
        text_file: one text, lines of id|text, or the folder of a corpus with such a metadata.csv.
        phones: given if the texts are symbols parted by spaces, such as phones: the symbol that stands between words.
        seconds_per_step: the sound of one decoder step: hop_samples * reduction_factor / sample_rate.
        key: the array to take, in a file that has several.
        text_axis: which of the last two axes is the text, 0 or 1, where its length cannot tell.
        axes: what all axes are, such as `BHTN`: B utterances, L layers, H heads, T decoder steps, N symbols.
        layer: the layer to take, counted from 0; None: the most diagonal.
        head: the head to take, counted from 0; None: the most diagonal.

    Raises:
        AlignmentError: `axes` has other letters, one of them twice, or no T or N; or `text_axis` is told as well.
        TextError: both `text` and `text_file` are given.

    Example:
        >>> MatrixOptions(text="cat", seconds_per_step=256 * 2 / 22050, axes="htn").axes
        'HTN'
    """

    text: str | None = None
    text_file: Path | None = None
    phones: str | None = None
    seconds_per_step: float | None = None
    key: str | None = None
    text_axis: int | None = None
    axes: str | None = None
    layer: int | None = None
    head: int | None = None

    def __post_init__(self) -> None:
        if self.text is not None and self.text_file is not None:
            raise TextError(where="--text", expected="one source of texts", found="--text-file too", fix="Give one.")
        if self.axes is None:
            return
        if self.text_axis is not None:
            fix = "Give one: --axes says it all."
            raise AlignmentError(where="--axes", expected="one way to say it", found="--text-axis too", fix=fix)
        axes = self.axes.upper()
        if not set("TN") <= set(axes) <= set(LETTERS) or len(set(axes)) < len(axes):
            expected = (
                "a letter for each axis: T steps, N symbols, and B utterances, L layers, H heads if there are any"
            )
            raise AlignmentError(where="--axes", expected=expected, found=repr(self.axes), fix="For example BHTN.")
        object.__setattr__(self, "axes", axes)
