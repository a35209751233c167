"""Ctrl-C without breaking anything in two: the first asks to stop, the second stops at once."""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_POLL_SECONDS = 0.2


@contextlib.contextmanager
def interruptions() -> Iterator[Callable[[], bool]]:
    """Turns the first SIGINT or SIGTERM into a flag while the block runs; the second ends the process with status 130.

    The signals are blocked in the calling thread, and in those that it starts, and taken by a thread of their own: a
    signal that came in the middle of a backward pass was seen to leave it waiting for ever. Threads that were there
    before may still be given the signal; then a handler notes it. After the block the signals do what they did before.
    To be used in the main thread.

    Yields:
        A function that tells whether a signal has come.

    Example:
        >>> import os, signal, time
        >>> with interruptions() as interrupted:
        ...     os.kill(os.getpid(), signal.SIGTERM)
        ...     time.sleep(0.5)
        ...     interrupted()
        True
    """
    seen, over = threading.Event(), threading.Event()

    def note(*_: object) -> None:
        if seen.is_set():
            os._exit(130)
        seen.set()

    def wait() -> None:
        while not over.is_set():
            came = signal.sigtimedwait(_SIGNALS, _POLL_SECONDS)
            if came is not None and came.si_signo in _SIGNALS:  # else time is up, or the process was continued
                note()

    handlers = {number: signal.signal(number, note) for number in _SIGNALS}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    watcher = threading.Thread(target=wait, name="interruptions", daemon=True)
    watcher.start()
    try:
        yield seen.is_set
    finally:
        over.set()
        watcher.join()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for number, handler in handlers.items():
            signal.signal(number, handler)
