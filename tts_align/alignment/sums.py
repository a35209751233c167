"""The metrics of one utterance as sums over sums, so that those of a corpus are added up and divided once."""

import numba
import numpy as np

from tts_align.alignment.metrics import COVERED, band_half_width
from tts_align.alignment.passage import covered_symbols
from tts_align.alignment.path_figures import longest_gap, steps_after, travel, visits, weight_near_diagonal
from tts_align.alignment.path_metrics import STRIDE
from tts_align.alignment.path_search import LOST_MASS
from tts_align.alignment.trace import Trace
from tts_align.alignment.words import is_letter

Ratio = tuple[float, float]
"""A numerator and a denominator."""


def ratios_of(traced: Trace) -> dict[str, Ratio]:
    """What each metric of `metrics.py` divides, taken from the scan of the rows instead of the rows themselves.

    Returns:
        Metric to (numerator, denominator). Where a metric has nothing to divide (no row attends to anything, the path
        never moves) the denominator is 1 and the numerator is what `metrics.py` says for that case.

    Example:
        >>> from tts_align.alignment.matrix import Alignment
        >>> from tts_align.alignment.thresholds import Thresholds
        >>> from tts_align.alignment.trace import trace
        >>> ratios = ratios_of(trace(Alignment(np.eye(3), tuple("cat"), seconds_per_step=0.1), Thresholds()))
        >>> ratios["locality"], ratios["monotonicity"], ratios["reach"]
        ((3.0, 3.0), (2.0, 2.0), (3.0, 3.0))
    """
    found, path = traced.scanned, traced.path
    n_symbols = traced.alignment.n_symbols
    n_attended, local, entropy, top, mass = _row_sums(found.mass, found.top, found.local, found.w_log_w).tolist()
    forward, either, farthest = travel(path)
    letters = np.fromiter(map(is_letter, traced.alignment.symbols), dtype=np.bool_, count=n_symbols)
    n_again, longest_stay, median_stay = visits(path, letters)
    covered = covered_symbols(path, n_symbols, STRIDE)
    looked_at = float(np.count_nonzero(found.column_top >= np.float32(COVERED)))
    n_steps = float(traced.alignment.n_steps)
    last_letter = traced.words[-1].stop - 1 if traced.words else n_symbols - 1
    near = weight_near_diagonal(traced.alignment.weights, band_half_width(traced.alignment.n_steps, n_symbols))
    return {
        "locality": (local, n_attended or 1.0),
        "monotonicity": (float(forward), float(either)) if either else (1.0, 1.0),
        "completeness": (float(np.count_nonzero(covered)), float(n_symbols)),
        "coverage": (looked_at, float(n_symbols)),
        "reach": (farthest + 1.0, float(n_symbols)),
        "mean_entropy": (entropy, n_attended) if n_attended else (float(np.log(n_symbols)), 1.0),
        "focus_rate": (top, n_steps),
        "attention_mass": (mass, n_steps),
        "diagonal_rate": (min(near, mass), mass) if mass > 0 else (0.0, 1.0),
        "longest_unattended": (float(longest_gap(covered)), 1.0),
        "re_entries": (float(n_again), 1.0),
        "dwell": (longest_stay, median_stay),
        "tail": (float(steps_after(path, last_letter)), n_steps),
    }


@numba.njit(cache=True, nogil=True)
def _row_sums(mass: np.ndarray, top: np.ndarray, local: np.ndarray, w_log_w: np.ndarray) -> np.ndarray:
    """Attended rows; over them the share in 3 symbols and the entropy, which is ln mass - (sum w ln w) / mass; over all
    rows the largest weight and the mass."""
    sums = np.zeros(5)
    for t in range(len(mass)):
        if mass[t] >= LOST_MASS:
            sums[0] += 1.0
            sums[1] += local[t] / mass[t]
            sums[2] += max(0.0, np.log(mass[t]) - w_log_w[t] / mass[t])
        sums[3] += top[t]
        sums[4] += mass[t]
    return sums
