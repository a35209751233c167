"""Alignments of a given size to measure with: natural pace, soft or hard attention, a share of them with a fault."""

import numpy as np

from tts_align.alignment import Alignment, Word, words_of

HOP_SECONDS = 256 / 22050
_WORDS = """
the of and to in was he for on with they from have one had not when there which their about many some these would other
into more time could people water little after called where most cottage garden picture through between another
important something different together mountain wonderful particular government understand
"""
FAULTS = ("skip", "repeat", "stall", "early_stop", "babble", "collapse")


def drawn(seed: int, n_symbols: int, n_steps: int, fault: str | None, hard: bool) -> Alignment:
    """One utterance.

    Args:
        seed: the same seed draws the same.
        n_symbols: N.
        n_steps: T.
        fault: one of `FAULTS` at a random word, or None.
        hard: one-hot rows; else blurred ones with a floor of noise.
    """
    rng = np.random.default_rng([seed, n_symbols, n_steps])
    symbols = _sentence(rng, n_symbols)
    words = words_of(symbols)
    inner = [each for each in words[1:-1] if each.n_symbols >= 4] or words
    word = inner[int(rng.integers(len(inner)))]
    order = _order(rng, word, n_symbols, fault)
    pace = rng.gamma(5.0, size=len(order)) * np.where(order < 0, 3.0, 1.0)
    if fault == "stall":
        pace[word.start + word.n_symbols // 2] = pace.sum() * 0.2
    ends = np.cumsum(pace) / pace.sum() * n_steps
    path = order[np.searchsorted(ends, np.arange(n_steps) + 0.5).clip(max=len(order) - 1)]
    weights = _hard(rng, path, n_symbols) if hard else _soft(rng, path, n_symbols)
    return Alignment(weights * (1 - 1e-6), symbols, HOP_SECONDS)


def pool(
    size: int, n_symbols: int = 120, n_steps: int = 600, share_faulty: float = 0.2, share_hard: float = 0.5
) -> list[Alignment]:
    """Many utterances in a fixed mixture, in random order.

    Args:
        size: how many.
        n_symbols: N of each.
        n_steps: T of each.
        share_faulty: this share has a fault, all kinds equally often.
        share_hard: this share of clean and of faulty ones is hard.
    """
    n_faulty = round(size * share_faulty)
    made = []
    for i in range(size):
        first = 0 if i < n_faulty else n_faulty
        total = n_faulty if i < n_faulty else size - n_faulty
        fault = FAULTS[i % len(FAULTS)] if i < n_faulty else None
        made.append(drawn(i, n_symbols, n_steps, fault, hard=i - first < share_hard * total))
    np.random.default_rng(0).shuffle(made)
    return made


def _sentence(rng: np.random.Generator, n_symbols: int) -> tuple[str, ...]:
    """Words up to so many symbols, the last one a full stop."""
    text = " ".join(str(word) for word in rng.choice(_WORDS.split(), n_symbols))[: n_symbols - 1].rstrip()
    return tuple(text.ljust(n_symbols - 1, "a") + ".")


def _order(rng: np.random.Generator, word: Word, n_symbols: int, fault: str | None) -> np.ndarray:
    """The symbols in the order in which they are said; -1 is attention to nothing."""
    said = np.arange(n_symbols)
    if fault == "skip":
        return np.delete(said, np.s_[word.start : word.stop + 1])
    if fault == "repeat":
        return np.r_[: word.stop + 1, word.start : n_symbols]
    if fault == "early_stop":
        return said[: word.start]
    if fault == "babble":
        return np.r_[said, rng.integers(0, n_symbols, n_symbols // 3)]
    if fault == "collapse":
        return np.r_[: word.start, np.full(n_symbols // 8, -1), word.stop : n_symbols]
    return said


def _hard(rng: np.random.Generator, path: np.ndarray, n_symbols: int) -> np.ndarray:
    weights = np.eye(n_symbols)[path]
    weights[path < 0] = rng.dirichlet(np.ones(n_symbols), int((path < 0).sum()))
    return weights


def _soft(rng: np.random.Generator, path: np.ndarray, n_symbols: int) -> np.ndarray:
    centre = path + rng.normal(0.0, rng.uniform(0.0, 0.4), len(path))
    width = rng.uniform(0.3, 1.1)
    weights = np.exp(-0.5 * ((np.arange(n_symbols)[None] - centre[:, None]) / width) ** 2) + 1e-9
    weights[path < 0] = rng.dirichlet(np.ones(n_symbols), int((path < 0).sum()))
    noise = rng.uniform(0.0, 0.1)
    shares: np.ndarray = weights / weights.sum(axis=1, keepdims=True)
    return (1 - noise) * shares + noise * rng.dirichlet(np.ones(n_symbols), len(path))
