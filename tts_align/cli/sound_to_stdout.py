"""Sound on standard output, while it is made: `synthesize --out -`."""

import struct
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_UNKNOWN = 0xFFFFFFFF  # the size of a sound whose end has not come yet


def write_to_stdout(pieces: "Iterable[np.ndarray]", sample_rate: int) -> None:
    """Writes a WAV file of one channel of 16-bit PCM to standard output, each piece as soon as it is there.

    Its header leaves the length open, as players and libsndfile accept it.

    Args:
        pieces: (S,) float samples each.
        sample_rate: samples per second.
    """
    from tts_align.synthesis.sound_file import whole_samples

    out = sys.stdout.buffer
    started = False
    for piece in pieces:
        if not started:  # a text that cannot be spoken leaves nothing on standard output
            out.write(_header(sample_rate))
            started = True
        out.write(whole_samples(piece).astype("<i2").tobytes())
        out.flush()


def _header(sample_rate: int) -> bytes:
    chunk = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, sample_rate, 2 * sample_rate, 2, 16)
    return struct.pack("<4sI4s", b"RIFF", _UNKNOWN, b"WAVE") + chunk + struct.pack("<4sI", b"data", _UNKNOWN)
