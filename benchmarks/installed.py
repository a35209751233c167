"""Packages that only some benchmarks need, imported when they are needed."""

import importlib
from types import ModuleType

from tts_align.errors import TtsAlignError


def package(name: str, fix: str) -> ModuleType:
    """The package.

    Raises:
        TtsAlignError: it is not installed or cannot be loaded; the message says how to install it.

    Example:
        >>> package("math", "Install Python anew.").sqrt(4)
        2.0
    """
    try:
        return importlib.import_module(name)
    except (ImportError, OSError) as error:  # OSError: a library in it that does not fit the others
        raise TtsAlignError(where=name, expected="an installed package", found=f"none ({error})", fix=fix) from error
