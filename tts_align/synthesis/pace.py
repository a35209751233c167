"""Another pace: how many decoder steps each symbol gets, by the steps that the model itself gave it."""

import numpy as np

SLOWEST, FASTEST = 0.7, 1.4


def planned_steps(natural: np.ndarray, rate: float) -> np.ndarray:
    """Steps for each symbol so that the text takes 1 / rate of its time and keeps its rhythm.

    Every symbol gets at least one step, so none is skipped. Slower: steps times 1 / rate. Faster: what is beyond one
    step of each symbol shrinks by one factor, so that the sum is right; if even one step each is too slow, all get
    one. Fractions are carried from symbol to symbol, so that the sum is right to half a step.

    Formula: goal = d / rate for rate <= 1, else 1 + (d - 1) max(0, (D / rate - N) / (D - N)), D = sum d;
    n[j] = max(1, round(goal[j] + carry[j-1])), carry[j] = goal[j] + carry[j-1] - n[j].

    Args:
        natural: (N,) steps (or sums of attention weights) at the pace that was learned, d; less than one counts as one.
        rate: > 1 is faster.

    Returns:
        (N,) whole numbers as float32, >= 1.

    Reference: Definition: this project.

    Example:
        >>> planned_steps(np.array([1, 4, 2, 1, 4]), rate=1.5)
        array([1., 2., 2., 1., 2.], dtype=float32)
        >>> planned_steps(np.array([1, 4, 2, 1, 4]), rate=0.75)
        array([1., 6., 2., 2., 5.], dtype=float32)
    """
    steps = np.maximum(natural.astype(np.float64), 1.0)
    if rate <= 1:
        goals = steps / rate
    else:
        excess = steps.sum() - len(steps)
        share = max(0.0, (steps.sum() / rate - len(steps)) / excess) if excess > 0 else 0.0
        goals = 1 + (steps - 1) * share
    planned, carry = np.empty(len(steps), dtype=np.float32), 0.0
    for j, goal in enumerate(goals):
        planned[j] = max(1, round(goal + carry))
        carry += goal - planned[j]
    return planned
