"""The same work on many utterances, in several processes, safe to interrupt."""

import contextlib
import functools
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from tts_align.errors import CorpusError

Item = TypeVar("Item")
Result = TypeVar("Result")

_CHUNK = 8  # items per message: small, since an interruption waits for the chunks that are being worked on
_ITEMS_PER_WORKER = 32  # fewer are done sooner than a further process has started


def map_in_processes(
    function: Callable[[Item], Result], items: Sequence[Item], workers: int | None = None
) -> Iterator[tuple[int, Result]]:
    """Applies a function to every item and yields (index of the item, result), in order of completion.

    Processes are started afresh rather than forked, since a fork of a process in which torch has threads can hang.
    Ctrl-C is heard by the calling process only: it stops handing out work, waits for the few items at hand, and goes
    on as KeyboardInterrupt. The workers end when the calling process does, even if it is killed.

    Args:
        function: defined at the top of a module (or a partial of one), so that it can be sent to a process.
        items: the inputs, each of which can be sent.
        workers: processes; 1 works in this process; None chooses by the number of cores and items.

    Raises:
        CorpusError: `workers` is less than 1, or a process died.

    Example:
        >>> list(map_in_processes(abs, [-3, 4], workers=1))
        [(0, 3), (1, 4)]
    """
    workers = _default_workers(len(items)) if workers is None else workers
    if workers < 1:
        raise CorpusError(where="workers", expected="at least 1", found=str(workers), fix="Pass --workers 1 or more.")
    if workers == 1 or len(items) <= 1:
        yield from ((index, function(item)) for index, item in enumerate(items))
        return
    pool = ProcessPoolExecutor(workers, mp_context=_context(), initializer=_start_worker)
    try:
        chunks = [range(start, min(start + _CHUNK, len(items))) for start in range(0, len(items), _CHUNK)]
        work = functools.partial(_work_through, function)
        with deaf_to_interruptions():  # for the processes that start here: they inherit it
            futures = {pool.submit(work, [items[index] for index in chunk]): chunk for chunk in chunks}
        for future in as_completed(futures):
            yield from zip(futures[future], future.result(), strict=True)
            futures.pop(future)  # its results need not be kept
    except BrokenProcessPool as error:
        raise CorpusError(
            where="workers",
            expected="processes that live until the work is done",
            found="one that was killed, most often because memory ran out",
            fix="Use fewer --workers; what is finished is kept.",
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _default_workers(n_items: int) -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, n_items // _ITEMS_PER_WORKER))


def _context() -> multiprocessing.context.BaseContext:
    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")


@contextlib.contextmanager
def deaf_to_interruptions() -> Iterator[None]:
    """Ignores Ctrl-C for a moment. Only the main thread can, and only it is interrupted."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _work_through(function: Callable[[Item], Result], items: list[Item]) -> list[Result]:
    return [function(item) for item in items]


def _start_worker() -> None:
    """Prepares a process: one thread of arithmetic, deaf to Ctrl-C, and gone when the parent is gone."""
    import torch

    torch.set_num_threads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)
