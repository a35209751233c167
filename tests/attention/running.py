"""How the tests of this room build a mechanism and run it over a ragged batch."""

import torch

from tts_align.attention import MECHANISMS, NORMALIZERS, SCORES, Attention, ScoredConfig, build_attention
from tts_align.attention.baselines import Oracle
from tts_align.noise import Noise

E_SIZE, Q_SIZE = 5, 3
LENGTHS = (5, 1, 2, 7)  # one-symbol utterances beside long ones
N_STEPS = 17  # much more than symbols
SMALL = {"hidden_size": 4, "n_filters": 2, "kernel_size": 3, "prior_size": 4, "width": 2, "k": 3, "n_components": 2}


def small(settings, **changes):
    """Settings with the smallest sizes that still say something."""
    known = settings.model_fields
    return settings(**{key: value for key, value in SMALL.items() if key in known} | changes)


def build(kind: str, seed: int = 0, **changes) -> Attention:
    """A named mechanism with the settings of the registry."""
    torch.manual_seed(seed)
    return build_attention(MECHANISMS[kind](**changes), E_SIZE, query_size(kind))


def build_pair(score: str, normalizer: str, seed: int = 0, window: int = 0, **changes) -> Attention:
    """A score and a normalizer, small; `changes` are the normalizer's."""
    torch.manual_seed(seed)
    tables = {"score": small(SCORES[score]), "normalizer": small(NORMALIZERS[normalizer], **changes)}
    return build_attention(ScoredConfig(**tables, window=window), E_SIZE, query_size(score))


def query_size(kind: str) -> int:
    """Q; a dot product needs the size of the symbols."""
    return E_SIZE if kind == "dot" else Q_SIZE


def mask_of(lengths):
    return torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]


def run(attention, values, mask, queries, noise=None, decide=None, seeds=None):
    """All rows; a mechanism in evaluation mode decides unless told otherwise. An oracle gets made-up durations."""
    decide = not attention.training if decide is None else decide
    draws = Noise(torch.arange(len(mask)) if seeds is None else seeds)
    durations = (1.3 + torch.arange(mask.shape[1]) % 3) * mask if isinstance(attention, Oracle) else None
    memory = attention.prepare(values, mask, noise, decide=decide, durations=durations, draws=draws)
    state, rows = attention.start(memory), []
    for query in queries.unbind(1):
        weights, state = attention(query, memory, state)
        rows.append(weights)
    return torch.stack(rows, dim=1)


def inputs(seed=1, scale=1.0, q_size=Q_SIZE, n_steps=N_STEPS, lengths=LENGTHS):
    torch.manual_seed(seed)
    mask = mask_of(lengths)
    values = torch.randn(*mask.shape, E_SIZE) * scale
    return values, mask, torch.randn(len(lengths), n_steps, q_size) * scale


def assert_same_values_and_gradients(attention, mine, oracle, leaves=()):
    """Equal to 1e-5, and so are the gradients of every parameter and leaf in a random direction."""
    torch.testing.assert_close(mine, oracle, atol=1e-5, rtol=1e-5)
    direction = torch.randn_like(mine)
    targets = [*attention.parameters(), *leaves]
    if not targets:
        return
    for one, other, target in zip(
        torch.autograd.grad((mine * direction).sum(), targets, retain_graph=True, allow_unused=True),
        torch.autograd.grad((oracle * direction).sum(), targets, allow_unused=True),
        targets,
        strict=True,
    ):
        zero = torch.zeros_like(target)
        torch.testing.assert_close(zero if one is None else one, zero if other is None else other, atol=1e-5, rtol=1e-5)
