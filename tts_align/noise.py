"""Random numbers that belong to an utterance: the same whatever batch, process or device it is computed in."""

import zlib

import torch
from torch import Tensor

_GOLDEN = 0x9E3779B97F4A7C15
_FIRST, _SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


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

    def uniform(self, purpose: str, shape: tuple[int, ...], start: int = 0) -> Tensor:
        """Numbers in (0, 1).

        Args:
            purpose: names what they are for; other purposes get other numbers.
            shape: shape for one utterance. Only its first size may differ between calls that should agree.
            start: first index along the first axis, so that a loop can ask for one row at a time.

        Returns:
            (B, *shape) float32.
        """
        row = 1
        for size in shape[1:]:
            row *= size
        first, n = start * row, (shape[0] if shape else 1) * row
        key = self.seeds * _signed(_GOLDEN) + zlib.crc32(purpose.encode())
        bits = _scramble(key)[:, None] + torch.arange(first, first + n, device=self.seeds.device) * _signed(_GOLDEN)
        numbers = _logical_shift(_scramble(bits), 40).to(torch.float32)
        # the largest would round up to 1, and its normal number would be infinite
        return numbers.add_(0.5).mul_(2.0**-24).clamp_(max=1 - 2.0**-24).view(len(self.seeds), *shape)

    def normal(self, purpose: str, shape: tuple[int, ...], start: int = 0) -> Tensor:
        """Standard normal numbers, (B, *shape) float32; arguments as in `uniform`."""
        return torch.erfinv(self.uniform(purpose, shape, start).mul_(2).sub_(1)).mul_(2**0.5)

    def dropout(self, x: Tensor, rate: float, purpose: str, start: int = 0) -> Tensor:
        """`x` (B, ...) with a share `rate` of its numbers set to zero and the rest scaled by 1 / (1 - rate)."""
        if rate == 0:
            return x
        kept = self.uniform(purpose, tuple(x.shape[1:]), start) >= rate
        return x * kept.to(x.dtype).mul_(1 / (1 - rate))


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
