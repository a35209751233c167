"""Building a model within an amount of memory that was agreed on before."""

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode


class TooLarge(ValueError):
    """More was asked for than was allowed."""


@contextmanager
def making_at_most(n_numbers: int) -> Iterator[None]:
    """Within the block new tensors may have so many numbers together; the one that exceeds it is not made.

    Args:
        n_numbers: that may be made.

    Raises:
        TooLarge: more were asked for.

    Example:
        >>> with making_at_most(50):
        ...     layer = torch.nn.Linear(6, 7)
        >>> with making_at_most(50):
        ...     layer = torch.nn.Linear(10**9, 10**9)
        Traceback (most recent call last):
        ...
        tts_align.model.allowance.TooLarge: 1000000000000000000 more numbers, where 50 may be made
    """
    with _Allowance(n_numbers):
        yield


class _Allowance(TorchFunctionMode):
    def __init__(self, n_numbers: int):
        super().__init__()
        self._n_left = n_numbers

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        if func in _MAKERS:
            n_numbers = math.prod(_sizes(args))
            if n_numbers > self._n_left:
                raise TooLarge(f"{n_numbers} more numbers, where {self._n_left} may be made")
            self._n_left -= n_numbers
        return func(*args, **(kwargs or {}))


def _sizes(args: Iterable[Any]) -> Iterator[int]:
    for arg in args:
        if isinstance(arg, int):
            yield arg
        elif isinstance(arg, tuple | list):
            yield from _sizes(arg)


_MAKERS = {torch.empty, torch.zeros, torch.ones, torch.rand, torch.randn, torch.arange}
