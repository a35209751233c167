"""How sure it is that a path really went back, and was not only shaken by noise in the rows."""

import numpy as np

from tts_align.alignment.path import emissions

AROUND = 4  # rows on either side that are looked at too


def evidence_of_return(weights: np.ndarray, path: np.ndarray, start: int, stop: int) -> float:
    """What a path that never goes back would lose, for each step of the return `[start, stop)`.

    Both are scored by `emissions`, over the return, as many rows before it and a few on either side; the path that
    never goes back may advance any distance at no cost.

    Args:
        weights: (T, N).
        path: (T,) most likely path.
        start: the step that went back.
        stop: where the return ends.

    Returns:
        In nats a step, >= 0 but for the costs of moves. Definition: this project.

    Example:
        >>> weights = np.eye(6)[[0, 1, 2, 3, 1, 2, 3, 4, 5]]
        >>> round(evidence_of_return(weights, np.array([0, 1, 2, 3, 1, 2, 3, 4, 5]), 4, 7), 2)
        1.33
    """
    first, last = max(0, start - (stop - start) - AROUND), min(len(path), stop + AROUND)
    low, high = int(path[first:last].min()), int(path[first:last].max()) + 1
    scores = emissions(weights[first:last])[:, low:high]
    taken = float(scores[np.arange(last - first), path[first:last] - low].sum())
    best = scores[0]
    for row in scores[1:]:
        best = np.maximum.accumulate(best) + row
    return (taken - float(best.max())) / (stop - start)
