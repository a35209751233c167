"""Items of any number, worked on in batches of similar size, and given back in order."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

BATCH, WINDOW = 8, 32


def in_batches(
    items: Iterable[Item], size: Callable[[Item], int], work: Callable[[Sequence[Item]], Sequence[Result]]
) -> Iterator[tuple[Item, Result]]:
    """Works on items in batches whose sizes are near each other.

    Of each `WINDOW` items in a row those of similar size go together, `BATCH` at a time. Items are taken when they are
    needed, so that memory does not grow with their number.

    Args:
        items: any number.
        size: of one item.
        work: on a batch; one result per item.

    Yields:
        Each item with its result, in the order of the items.

    Example:
        >>> batches = []
        >>> def upper(words):
        ...     batches.append(list(words))
        ...     return [word.upper() for word in words]
        >>> found = list(in_batches(["three", "a", "seven", *"bcdefgh"], len, upper))
        >>> found[:2], batches[1]
        ([('three', 'THREE'), ('a', 'A')], ['three', 'seven'])
    """
    waiting = iter(items)
    while window := list(itertools.islice(waiting, WINDOW)):
        order = sorted(range(len(window)), key=lambda i: size(window[i]))
        results: dict[int, Result] = {}
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            results.update(zip(batch, work([window[i] for i in batch]), strict=True))
        for i, item in enumerate(window):
            yield item, results.pop(i)
