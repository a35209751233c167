"""Loading what stays until the process ends, without the search for garbage."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """Lets a block import modules and load a voice, and says that nothing of it is garbage.

    Torch, numba and a voice are a quarter of a million objects that stay. Python would look through all of them again
    and again while they are made, and three times more when the process ends: a third of the time of a short command.

    Example:
        >>> with loading():
        ...     gc.isenabled()
        False
        >>> gc.isenabled()
        True
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
