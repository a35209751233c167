"""How the tests run a normalizer by itself: energies are given, nothing is learned."""

import torch

from tts_align.attention import Memory
from tts_align.noise import Noise


def memory_of(mask, *, decide=False, draws=None, noise=None, values=None):
    """A memory without keys."""
    last = mask & ~torch.nn.functional.pad(mask[:, 1:], (0, 1))
    values = torch.zeros(*mask.shape, 1, dtype=torch.float64) if values is None else values
    draws = None if draws is None else Noise(draws)
    return Memory(values, values[..., :0], mask, last, noise, decide, draws=draws)


def rows_of(normalizer, energies, memory):
    """Rows (B, T, N) from energies (B, T, N), each step from the state of the one before."""
    state, rows = normalizer.start(memory), []
    for step in energies.unbind(1):
        row = normalizer(step, memory, state)
        state = normalizer.remember(row, row[:, :0], memory, state)
        rows.append(row)
    return torch.stack(rows, dim=1)


def energies_of(n_steps, n_symbols, seed=3, scale=1.5, dtype=torch.float64):
    """Random energies (1, T, N) that want a gradient."""
    torch.manual_seed(seed)
    return (torch.randn(1, n_steps, n_symbols, dtype=dtype) * scale).requires_grad_()


def all_real(n_symbols):
    return torch.ones(1, n_symbols, dtype=torch.bool)


def assert_equal_with_gradients(mine, oracle, energies):
    """Values and gradients by the energies are equal."""
    torch.testing.assert_close(mine, oracle, atol=1e-5, rtol=1e-5)
    direction = torch.randn_like(mine)
    (one,) = torch.autograd.grad((mine * direction).sum(), energies, retain_graph=True)
    (other,) = torch.autograd.grad((oracle * direction).sum(), energies)
    torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-5)
