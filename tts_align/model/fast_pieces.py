"""A long loop over steps, gone through piece by piece with a short loop that always works on the same buffers.

    whole:   |--------|--------|--------|-----         T steps
    piece:   |--------|                                K steps: copy in, run, copy out, from place to place

The short loop has the same addresses and the same sizes at each of its runs. That is what a CUDA graph asks for.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol, runtime_checkable

import torch
from torch import Tensor


class Buffers(NamedTuple):
    """The tensors that a loop over steps works on.

    Attributes:
        fixed: read by steps and changed by none.
        read: by steps, entry t by step t. With one entry more than there are steps, entry t + 1 is what step t makes
            and entry t what it begins with.
        written: by steps, likewise.
        running: read and changed by every step. What is left in them after steps forward is nobody's.
    """

    fixed: tuple[Tensor, ...] = ()
    read: tuple[Tensor, ...] = ()
    written: tuple[Tensor, ...] = ()
    running: tuple[Tensor, ...] = ()

    def joined(self, other: "Buffers") -> "Buffers":
        """Those of both."""
        return Buffers(*(one + another for one, another in zip(self, other, strict=True)))

    def sizes(self, n_steps: int) -> tuple[tuple[object, ...], ...]:
        """What two loops of any number of steps have in common if one can go through the other."""
        by_step = (*self.read, *self.written)
        return (
            *((tuple(each.shape), each.dtype, each.device) for each in (*self.fixed, *self.running)),
            *((len(each) - n_steps, tuple(each.shape[1:]), each.dtype, each.device) for each in by_step),
        )


@runtime_checkable
class Loop(Protocol):
    """Steps over buffers."""

    is_backward: bool  # steps in falling order

    @property
    def n_steps(self) -> int:
        """T."""

    def buffers(self) -> Buffers:
        """What it works on, in the same order for each loop of its kind."""

    def run(self) -> None:
        """All steps."""


class Pieces:
    """A short loop that goes through long loops of the same kind and sizes.

    The last piece of a whole may have fewer steps. Those beyond are given zeros to read, and what they make is not
    kept; on the way back they come first, and must leave the running buffers as they are.

    Args:
        piece: the short loop.
        run: runs it; `piece.run`, or whatever does the same on the same buffers.
    """

    def __init__(self, piece: Loop, run: Callable[[], object]):
        self._piece, self._run, self._buffers = piece, run, piece.buffers()

    def run(self, whole: Loop) -> None:
        """Does what `whole.run()` does."""
        buffers = whole.buffers()
        for made, place in self._made(buffers, whole.n_steps, buffers.running):
            place.copy_(made)

    def differences(self, whole: Loop, began: tuple[Tensor, ...]) -> Tensor:
        """Largest difference to each buffer of a whole that has run, and the largest size of what it made.

        Every piece is compared by itself, beginning with what the whole had made before it.

        Args:
            whole: a loop that has run, by itself.
            began: its running buffers as they were before.

        Returns:
            (pieces times buffers, 2) float64; not finite where what was compared is not.
        """
        pairs = self._made(whole.buffers(), whole.n_steps, began)
        found = [torch.stack([(made - place).abs().max(), place.abs().max()]).double() for made, place in pairs]
        return torch.stack(found)

    def _made(self, buffers: Buffers, n_steps: int, running: tuple[Tensor, ...]) -> Iterator[tuple[Tensor, Tensor]]:
        """Runs piece after piece: what each has made, its place in the whole; at last what runs through a way back."""
        mine = self._buffers
        for own, given in zip((*mine.fixed, *mine.running), (*buffers.fixed, *running), strict=True):
            own.copy_(given)
        size = self._piece.n_steps
        starts = range(0, n_steps, size)
        for start in reversed(starts) if self._piece.is_backward else starts:
            n_here = min(size, n_steps - start)
            self._copy_in(buffers, start, n_here)
            self._run()
            for own, place in zip(mine.written, buffers.written, strict=True):
                before = len(own) - size  # an entry that steps begin with, or none
                yield own[before : before + n_here], place[start + before : start + before + n_here]
        if self._piece.is_backward:
            yield from zip(mine.running, buffers.running, strict=True)

    def _copy_in(self, buffers: Buffers, start: int, n_here: int) -> None:
        size = self._piece.n_steps
        for own, given in zip(self._buffers.read, buffers.read, strict=True):
            end = len(own) - size + n_here
            own[:end].copy_(given[start : start + end])
            own[end:].zero_()
        for own, given in zip(self._buffers.written, buffers.written, strict=True):
            if len(own) > size:
                own[0].copy_(given[start])


def present(*tensors: Tensor | None) -> tuple[Tensor, ...]:
    """Those that are not None.

    Example:
        >>> len(present(torch.zeros(1), None))
        1
    """
    return tuple(each for each in tensors if each is not None)
