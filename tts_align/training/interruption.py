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

    The signals are blocked in the computing threads and taken by a thread of their own: a signal handler that runs in
    the middle of a backward pass was seen to leave it waiting for ever. After the block the signals do what they did
    before.

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

    def wait() -> None:
        while not over.is_set():
            came = signal.sigtimedwait(_SIGNALS, _POLL_SECONDS)
            if came is None or came.si_signo not in _SIGNALS:
                continue  # time is up, or the process was stopped and continued
            if seen.is_set():
                os._exit(130)
            seen.set()

    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    watcher = threading.Thread(target=wait, name="interruptions", daemon=True)
    watcher.start()
    try:
        yield seen.is_set
    finally:
        over.set()
        watcher.join()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
