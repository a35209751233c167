"""Steps without readable attention: where nobody can say what was spoken."""

import numba
import numpy as np

from tts_align.alignment.path_search import LOST_MASS
from tts_align.alignment.scan import PLACE, Scan

NEAR = 3  # symbols on either side of the path that still belong to it
GAP = 2  # readable rows in the middle of unreadable ones that do not count
LEAST = 3  # unreadable rows that make a stretch


def adrift_steps(
    weights: np.ndarray, scanned: Scan, path: np.ndarray, least_steps: float, concentration: float, share: float
) -> np.ndarray:
    """Which steps lie in a stretch that is unreadable and long enough to hear.

    A row is unreadable if its mass is below 0.5; if the attention in its best 5 neighbouring symbols is below
    `concentration` on a scale from 0 (as of uniform attention) to 1; or if less than `share` of it lies within 3
    symbols of the path. Gaps of up to two rows are closed; a stretch has at least three.

    Args:
        weights: (T, N) float32.
        scanned: `scan(weights)`.
        path: (T,) most likely path.
        least_steps: length of a stretch that can be heard.
        concentration: in [0, 1].
        share: in [0, 1].

    Returns:
        (T,) bool.

    Example:
        >>> from tts_align.alignment.scan import scan
        >>> weights = np.eye(12, dtype=np.float32).repeat(2, axis=0)
        >>> weights[8:14] = 1 / 12
        >>> adrift_steps(weights, scan(weights), np.arange(12).repeat(2), 4, 0.35, 0.25).nonzero()[0].tolist()
        [8, 9, 10, 11, 12, 13]
    """
    return _adrift(weights, scanned.mass, scanned.place, path, float(least_steps), concentration, share)


@numba.njit(cache=True, nogil=True)
def _adrift(
    weights: np.ndarray,
    mass: np.ndarray,
    place: np.ndarray,
    path: np.ndarray,
    least_steps: float,
    concentration: float,
    share: float,
) -> np.ndarray:
    n_steps, n_symbols = weights.shape
    even = min(PLACE / n_symbols, 1.0)
    in_one_place = even + concentration * (1.0 - even) if even < 1.0 else 0.0
    unreadable = np.zeros(n_steps, dtype=np.bool_)
    for t in range(n_steps):
        unreadable[t] = mass[t] < LOST_MASS or place[t] < in_one_place * mass[t]
        if not unreadable[t] and weights[t, path[t]] < share * mass[t]:
            near = 0.0
            for j in range(max(path[t] - NEAR, 0), min(path[t] + NEAR + 1, n_symbols)):
                near += weights[t, j]
            unreadable[t] = near < share * mass[t]
    _close_gaps(unreadable)
    start = -1
    for t in range(n_steps + 1):
        inside = t < n_steps and unreadable[t]
        if inside and start < 0:
            start = t
        elif not inside and start >= 0:
            if t - start < LEAST or t - start < least_steps:
                unreadable[start:t] = False
            start = -1
    return unreadable


@numba.njit(cache=True, nogil=True)
def _close_gaps(flags: np.ndarray) -> None:
    last = -1  # the last step that is flagged
    for t in range(len(flags)):
        if flags[t]:
            if last >= 0 and t - last - 1 <= GAP:
                flags[last:t] = True
            last = t
