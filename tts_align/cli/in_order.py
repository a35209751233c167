"""The same work on many things in several threads, with the results in the order of the things."""

import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_WORKERS = 4  # half of the work on a file holds Python's lock: more threads wait for each other
_AHEAD = 4  # items at work or done for each thread before the first of them is taken


def map_in_order(
    function: Callable[[Item], Result], items: Iterable[Item], workers: int, stop: threading.Event
) -> Generator[Result, None, None]:
    """Applies a function to every item and yields the results in the order of the items.

    Only a few items are under way at a time, however many there are. When the results are no longer wanted (an
    interruption, an error, the generator was closed) `stop` is set, nothing more is begun, and what runs is waited for.

    Args:
        function: what it raises is raised here, when its turn has come.
        items: looked at one by one.
        workers: threads; 1 works in the calling thread.
        stop: looked at by a function that takes long, to end early.

    Example:
        >>> list(map_in_order(abs, [-3, 4], workers=2, stop=threading.Event()))
        [3, 4]
    """
    if workers == 1:
        yield from map(function, items)
        return
    pool = ThreadPoolExecutor(workers)
    waiting: deque[Future[Result]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) >= workers * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)


def default_workers() -> int:
    """As many threads as cores that this process may use, up to `MOST_WORKERS`."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_WORKERS)
