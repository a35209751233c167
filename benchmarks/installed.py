"""Packages that only some benchmarks need, imported when they are needed."""

import importlib
from types import ModuleType

from tts_align.errors import TtsAlignError


def package(name: str, fix: str) -> ModuleType:
    """The package.

    Raises:
        TtsAlignError: it is not installed; the message says how to.

    Example:
        >>> package("math", "Install Python anew.").sqrt(4)
        2.0
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise TtsAlignError(where=name, expected="a package", found=f"none installed ({error})", fix=fix) from error
