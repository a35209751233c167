"""Which of several attention matrices of an utterance, of its layers and heads, is the one that reads the text."""

from collections.abc import Sequence

import numpy as np

from tts_align.errors import AlignmentError


def diagonality(weights: np.ndarray) -> float:
    """How far the place that is looked at moves with time: the correlation of t and n under the weights.

    r = cov(t, n) / (std(t) std(n)), where the pair (t, n) has the probability weights[t, n] / sum(weights)

    Args:
        weights: (T, N).

    Returns:
        In [-1, 1]: 1 for a diagonal line, 0 for weights that do not move or look everywhere. Definition: this project.

    Example:
        >>> diagonality(np.eye(5)), diagonality(np.full((5, 5), 0.2)), diagonality(np.eye(5)[[0, 0, 0]])
        (1.0, 0.0, 0.0)
    """
    shares = np.nan_to_num(np.asarray(weights, dtype=np.float64), nan=0.0, posinf=0.0, neginf=0.0).clip(min=0.0)
    if not shares.sum() > 0:
        return 0.0
    shares = shares / shares.sum()
    steps, symbols = np.arange(shares.shape[0]), np.arange(shares.shape[1])
    by_step, by_symbol = shares.sum(axis=1), shares.sum(axis=0)
    steps, symbols = steps - by_step @ steps, symbols - by_symbol @ symbols
    spread = float((by_step @ steps**2) * (by_symbol @ symbols**2)) ** 0.5
    return round(float(steps @ shares @ symbols) / spread, 12) + 0.0 if spread > 1e-12 else 0.0  # no -0.0


def most_diagonal(utterances: Sequence[np.ndarray], layer: int | None, head: int | None) -> tuple[int, int, float]:
    """Picks one layer and head for all utterances of a file: the most diagonal, on average.

    Args:
        utterances: (L, H, T, N) each.
        layer: the layer, if it was told.
        head: the head, if it was told.

    Returns:
        Layer, head and their diagonality.

    Raises:
        AlignmentError: there is no such layer or head.

    Example:
        >>> heads = np.stack([np.full((3, 3), 1 / 3), np.eye(3)])
        >>> most_diagonal([heads[None]], layer=None, head=None)
        (0, 1, 1.0)
    """
    n_layers, n_heads = utterances[0].shape[:2]
    for name, told, n in (("layer", layer, n_layers), ("head", head, n_heads)):
        if told is not None and not 0 <= told < n:
            fix = "They are counted from 0; --axes says which axis is which."
            expected = f"--{name} from 0 to {n - 1}"
            raise AlignmentError(where="weights", expected=expected, found=str(told), fix=fix)
    layers = range(n_layers) if layer is None else [layer]
    heads = range(n_heads) if head is None else [head]
    if len(layers) == len(heads) == 1:
        return layers[0], heads[0], diagonality(utterances[0][layers[0], heads[0]])
    scores = {
        (at, which): float(np.mean([diagonality(each[at, which]) for each in utterances]))
        for at in layers
        for which in heads
    }
    best = max(scores, key=lambda place: scores[place])
    return *best, scores[best]
