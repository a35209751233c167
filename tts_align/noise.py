"""Random numbers that belong to an utterance: the same whatever batch, process or device it is computed in."""

import math
import zlib
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

_GOLDEN = 0x9E3779B97F4A7C15
_COLUMN_BITS, _BLOCK = 24, 64
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_MANY = 2**18  # numbers for which it pays to load the compiled loop


def mix(*numbers: int) -> int:
    """One well-mixed 63-bit seed out of several numbers; order counts.

    Example:
        >>> mix(1, 2) == mix(1, 2), mix(1, 2) == mix(2, 1)
        (True, False)
    """
    seed = 0
    for number in numbers:
        seed = _splitmix(seed ^ (number & (2**64 - 1)))
    return seed >> 1


class Noise:
    """A source of random numbers that are a pure function of (utterance seed, purpose, position).

    Nothing is drawn in turn: there is no state to save, a longer batch does not shift anybody's numbers, and asking
    twice gives the same answer. Dropout masks and attention noise come from here; so an utterance alone equals itself
    in a batch, a resumed run equals an uninterrupted one, and several processes equal one.

    Args:
        seeds: (B,) int64, one seed per utterance.

    Reference:
        The mixing function is SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators");
        its use by position instead of by turn: this project.

    Example:
        >>> alone = Noise(torch.tensor([7])).uniform("prenet", (3, 2))
        >>> together = Noise(torch.tensor([5, 7])).uniform("prenet", (9, 2))
        >>> torch.equal(alone[0], together[1, :3])
        True
    """

    def __init__(self, seeds: Tensor):
        self.seeds = seeds
        self._blocks: dict[tuple[str, int], tuple[int, Tensor]] = {}  # the last block of rows made for a purpose

    def uniform(self, purpose: str, shape: tuple[int, ...], start: int = 0) -> Tensor:
        """Numbers in (0, 1).

        Args:
            purpose: names what they are for; other purposes get other numbers.
            shape: shape for one utterance, rows first. A position's number does not depend on how many rows or columns
                are asked for.
            start: number of the first row.

        Returns:
            (B, *shape) float32.
        """
        n_columns = math.prod(shape[1:])
        device = self.seeds.device
        key = _scramble(self.seeds * _signed(_GOLDEN) + zlib.crc32(purpose.encode()))
        if device.type == "cpu" and len(self.seeds) * shape[0] * n_columns >= _MANY:
            return _compiled_uniform(key, start, shape[0], n_columns).view(len(self.seeds), *shape)
        rows, columns = torch.arange(start, start + shape[0], device=device), torch.arange(n_columns, device=device)
        position = (rows[:, None] << _COLUMN_BITS) + columns  # (rows, columns)
        bits = _scramble(position * _signed(_GOLDEN) + key[:, None, None])
        numbers = _logical_shift(bits, 40).to(torch.float32)
        # the largest would round up to 1, and its normal number would be infinite
        return numbers.add_(0.5).mul_(2.0**-24).clamp_(max=1 - 2.0**-24).view(len(self.seeds), *shape)

    def normal(self, purpose: str, shape: tuple[int, ...], start: int = 0) -> Tensor:
        """Standard normal numbers, (B, *shape) float32; arguments as in `uniform`."""
        return torch.erfinv(self.uniform(purpose, shape, start).mul_(2).sub_(1)).mul_(2**0.5)

    def normal_row(self, purpose: str, row: int, n_columns: int) -> Tensor:
        """One row of `normal`, (B, n_columns), for loops over rows: made a block at a time."""
        return self._block(purpose, row, n_columns, lambda first: self.normal(purpose, (_BLOCK, n_columns), first))

    def kept(self, purpose: str, shape: tuple[int, ...], rate: float, start: int = 0) -> Tensor:
        """What dropout at `rate` leaves, (B, *shape) boolean; arguments as in `uniform`."""
        return self.uniform(purpose, shape, start) >= rate

    def dropout(self, x: Tensor, rate: float, purpose: str, start: int = 0) -> Tensor:
        """`x` (B, rows, ...) with a share `rate` of its numbers set to zero and the rest scaled by 1 / (1 - rate).

        `start` is the number of the first row.
        """
        if rate == 0:
            return x
        # a boolean mask, not multipliers: a quarter of what would be kept for the backward pass
        return (x * (1 / (1 - rate))).masked_fill(~self.kept(purpose, tuple(x.shape[1:]), rate, start), 0)

    def dropout_row(self, x: Tensor, rate: float, purpose: str, row: int) -> Tensor:
        """Dropout of one row `x` (B, columns), for loops over rows: the masks are made a block at a time."""
        if rate == 0:
            return x
        shape = (_BLOCK, x.shape[1])
        scale = 1 / (1 - rate)
        kept = self._block(
            purpose, row, x.shape[1], lambda first: self.kept(purpose, shape, rate, first).float().mul_(scale)
        )
        return x * kept

    def _block(self, purpose: str, row: int, n_columns: int, make: Callable[[int], Tensor]) -> Tensor:
        first = row - row % _BLOCK
        known = self._blocks.get((purpose, n_columns))
        if known is None or known[0] != first:
            known = first, make(first)
            self._blocks[purpose, n_columns] = known
        return known[1][:, row - first]


def _compiled_uniform(keys: Tensor, start: int, n_rows: int, n_columns: int) -> Tensor:
    from tts_align.compiled_noise import fill_uniform

    numbers = torch.empty(len(keys), n_rows, n_columns, dtype=torch.float32)
    fill_uniform(keys.numpy().view(np.uint64), start, numbers.numpy())
    return numbers


def _scramble(bits: Tensor) -> Tensor:
    bits = (bits ^ _logical_shift(bits, 30)).mul_(_signed(_FIRST))
    bits = bits.bitwise_xor_(_logical_shift(bits, 27)).mul_(_signed(_SECOND))
    return bits.bitwise_xor_(_logical_shift(bits, 31))


def _logical_shift(bits: Tensor, n: int) -> Tensor:
    return (bits >> n).bitwise_and_((1 << (64 - n)) - 1)  # torch shifts the sign in; mask it out


def _signed(number: int) -> int:
    return number - 2**64 if number >= 2**63 else number


def _splitmix(seed: int) -> int:
    seed = (seed + _GOLDEN) % 2**64
    seed = (seed ^ (seed >> 30)) * _FIRST % 2**64
    seed = (seed ^ (seed >> 27)) * _SECOND % 2**64
    return seed ^ (seed >> 31)
