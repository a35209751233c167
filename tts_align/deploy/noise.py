"""The prenet's dropout without torch: the same numbers as `tts_align.noise`, in NumPy."""

import zlib

import numpy as np

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_COLUMN_BITS = np.uint64(24)


def mix(*numbers: int) -> int:
    """One well-mixed 63-bit seed out of several numbers, as `tts_align.noise.mix`.

    Example:
        >>> mix(1, 2) == mix(1, 2), mix(1, 2) == mix(2, 1)
        (True, False)
    """
    seed = np.zeros(1, dtype=np.uint64)
    for number in numbers:
        seed = _scramble((seed ^ np.uint64(number & (2**64 - 1))) + _GOLDEN)
    return int(seed[0] >> np.uint64(1))


def dropout_mask(seeds: np.ndarray, rate: float, purpose: str, start: int, shape: tuple[int, int]) -> np.ndarray:
    """What `Noise(seeds).dropout` multiplies by: 0 with probability `rate`, else 1 / (1 - rate).

    Args:
        seeds: (B,) int64, one per utterance.
        rate: in [0, 1).
        purpose: names what it is for.
        start: number of the first row.
        shape: rows and columns of one utterance.

    Returns:
        (B, rows, columns) float32.

    Example:
        >>> dropout_mask(np.array([7]), 0.5, "prenet 0", 0, (1, 4)).tolist()
        [[[0.0, 2.0, 0.0, 2.0]]]
    """
    rows = np.arange(start, start + shape[0], dtype=np.uint64)
    columns = np.arange(shape[1], dtype=np.uint64)
    position = (rows[:, None] << _COLUMN_BITS) + columns
    key = _scramble(seeds.astype(np.uint64) * _GOLDEN + np.uint64(zlib.crc32(purpose.encode())))
    bits = _scramble(position * _GOLDEN + key[:, None, None])
    uniform = ((bits >> np.uint64(40)).astype(np.float32) + np.float32(0.5)) * np.float32(2.0**-24)
    return (uniform >= np.float32(rate)).astype(np.float32) * np.float32(1 / (1 - rate))


def _scramble(bits: np.ndarray) -> np.ndarray:
    bits = (bits ^ (bits >> np.uint64(30))) * _FIRST
    bits = (bits ^ (bits >> np.uint64(27))) * _SECOND
    return bits ^ (bits >> np.uint64(31))
