"""What the C library does with memory that an update has freed: keep it for the next update."""

import ctypes

_TRIM_THRESHOLD, _MMAP_MAX = -1, -4  # as in glibc's malloc.h
_MOST = 2**31 - 1


def keep_freed_memory() -> bool:
    """Lets this process keep freed memory, where glibc serves it; does nothing elsewhere.

    Each update frees hundreds of MiB and asks for them again. By itself glibc gives large pieces back to the system,
    which then hands them over anew, page by page and filled with zeros: an eighth of the time of updates of many sizes
    with `recipes/base.toml`, a fortieth with `recipes/small.toml`. The process came to hold a fifth more memory.

    Returns:
        Whether the C library took it.

    Example:
        >>> keep_freed_memory() in (True, False)
        True
    """
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # another C library, or a system that has no such thing
        return False
    # no piece apart from the heap: a threshold above 32 MiB for such pieces is refused by older glibc
    return all(set_option(option, value) == 1 for option, value in ((_TRIM_THRESHOLD, _MOST), (_MMAP_MAX, 0)))
