"""Draws realistic alignments, clean or with one fault planted at a known word.

python -m tests.alignment.planter 500       measures recall, the right word, and clean ones called faulty
"""

import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tts_align.alignment import KINDS, Alignment, find_events
from tts_align.alignment.words import Word, words_of

HOP_SECONDS = 256 / 22050
VISIBLE_STEPS = 5  # what took less can be seen in no matrix
VISIBLE_LETTERS = 3


def _spoken_sentences() -> list[tuple[str, list[tuple[float, float]]]]:
    """Texts and the seconds in which each word was said: espeak-ng, the voice joe, and LJSpeech by forced alignment."""
    sentences = []
    for line in Path(__file__).with_name("spoken_words.txt").read_text(encoding="utf8").splitlines():
        _, text, _, spans = line.split("|")
        pairs = [span.split("-") for span in spans.split()]
        sentences.append((text, [(int(start) / 1000, int(stop) / 1000) for start, stop in pairs]))
    return sentences


SPOKEN = _spoken_sentences()


@dataclass
class Timeline:
    """Who is spoken when: pieces (symbol, seconds), in the order of the sound; symbol -1 means attention to nothing."""

    symbols: tuple[str, ...]
    pieces: list[tuple[int, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Planted:
    """An alignment and what was planted in it: a kind (None: clean), and the words of which one must be named."""

    alignment: Alignment
    kind: str | None
    words: tuple[str, ...]
    style: str


def plant(seed: int, kind: str | None, style: str = "soft") -> Planted:
    """Draws one.

    Args:
        seed: the same seed draws the same.
        kind: one of `KINDS`, or None.
        style: "soft" (blurred, jittered, mass 0.6-1), "hard" (one-hot, may jump) or "stepwise" (one-hot, at least
            one step on each symbol: skips cannot happen, and collapses and repeats neither).
    """
    rng = np.random.default_rng([seed, *(style + str(kind)).encode()])
    line = _speak(rng, rng.uniform(0.75, 1.35))
    symbols = line.symbols
    step = HOP_SECONDS * int(rng.integers(1, 6))
    if kind == "rush":  # a step on each letter must be fast for this voice, or there is nothing to plant
        step = HOP_SECONDS
        line = _slowed(line, 5 * step)
    named = _plant_fault(rng, line, kind, step)
    path = _stepwise(line, step) if style == "stepwise" else _sampled(line, step)
    weights = _soft(rng, path, len(symbols)) if style == "soft" else _hard(rng, path, len(symbols))
    return Planted(Alignment(weights, symbols, step), kind, named, style)


def _speak(rng: np.random.Generator, tempo: float) -> Timeline:
    """A sentence with the true times of its words times `tempo`; letters share the time of their word.

    The gaps between words are the pauses: they go to the punctuation there, or to the space.
    """
    text, spans = SPOKEN[int(rng.integers(len(SPOKEN)))]
    symbols = (*text, "<end>") if rng.random() < 0.6 else tuple(text)
    seconds = np.zeros(len(symbols))
    words = words_of(symbols)
    edges = [0.0]
    for word, (start, stop) in zip(words, spans, strict=True):
        parts = rng.gamma(5.0, size=word.n_symbols)
        seconds[word.start : word.stop] = (stop - start) * tempo * parts / parts.sum()
        edges += [start * tempo, stop * tempo]
    between = zip([0, *(word.stop for word in words)], [*(word.start for word in words), len(text)], strict=True)
    for place, (first, stop) in enumerate(between):
        gap = edges[2 * place + 1] - edges[2 * place] if place < len(words) else rng.uniform(0.05, 0.6)
        if stop > first:
            marks = [j for j in range(first, stop) if text[j] != " "] or [first]
            seconds[marks[0]] += max(gap, 0.0)
    if symbols[-1] == "<end>":
        seconds[-1] = rng.uniform(0.02, 0.5)
    return Timeline(symbols, [(j, float(each)) for j, each in enumerate(seconds)])


def _slowed(line: Timeline, letter_seconds: float) -> Timeline:
    """The same with at least so much time for the median letter."""
    factor = max(1.0, letter_seconds / _median_letter(line.pieces, words_of(line.symbols)))
    return Timeline(line.symbols, [(j, seconds * factor) for j, seconds in line.pieces])


def _plant_fault(rng: np.random.Generator, line: Timeline, kind: str | None, step: float) -> tuple[str, ...]:
    """Changes the timeline; returns the words of which one must be named (empty: any place is right)."""
    words = words_of(line.symbols)
    pieces = line.pieces
    least = 5 if kind == "rush" else VISIBLE_LETTERS
    inner = words[:-1]  # the loss of the last word is an early stop
    seen = [word for word in inner if sum(s for _, s in pieces[word.start : word.stop]) >= VISIBLE_STEPS * step]
    choice = [word for word in seen if word.n_symbols >= least] or [max(inner, key=lambda word: word.n_symbols)]
    word = choice[int(rng.integers(len(choice)))]
    spaced = min(word.stop + 1, len(pieces))
    if kind == "skip":
        line.pieces = pieces[: word.start] + pieces[spaced:]
    elif kind == "repeat":
        times = int(rng.integers(1, 4))
        line.pieces = pieces[:spaced] + pieces[word.start : spaced] * times + pieces[spaced:]
    elif kind == "rush":
        fast = min(0.22 * _median_letter(pieces, words), 0.02)
        line.pieces = [(j, fast if word.start <= j < word.stop else s) for j, s in pieces]
    elif kind == "stall":
        j = int(rng.integers(word.start, word.stop))
        line.pieces[j] = (j, float(rng.uniform(1.1, 3.0)))
    elif kind == "early_stop":
        cut = int(rng.integers(1, len(words)))
        line.pieces = pieces[: words[cut].start]
        return (words[cut].text,)
    elif kind == "collapse":
        line.pieces = [*pieces[: word.start], (-1, float(rng.uniform(0.5, 2.0))), *pieces[spaced:]]
    elif kind == "babble":
        line.pieces = [*pieces, *_babble(rng, len(line.symbols))]
        return ()
    return (word.text,)


def _median_letter(pieces: list[tuple[int, float]], words: list[Word]) -> float:
    return float(np.median([sum(s for _, s in pieces[w.start : w.stop]) / w.n_symbols for w in words]))


def _babble(rng: np.random.Generator, n_symbols: int) -> list[tuple[int, float]]:
    seconds = float(rng.uniform(1.8, 5.0))
    form = rng.integers(3)
    if form == 0:
        return [(n_symbols - 1, seconds)]
    if form == 1:
        return [(-1, seconds)]
    n_places = int(rng.integers(8, 20))
    return [(int(rng.integers(n_symbols)), seconds / n_places) for _ in range(n_places)]


def _sampled(line: Timeline, step: float) -> np.ndarray:
    ends = np.cumsum([seconds for _, seconds in line.pieces])
    n_steps = max(1, round(float(ends[-1]) / step))
    piece = np.searchsorted(ends, (np.arange(n_steps) + 0.5) * step).clip(max=len(ends) - 1)
    return np.array([line.pieces[int(i)][0] for i in piece])


def _stepwise(line: Timeline, step: float) -> np.ndarray:
    path: list[int] = []
    owed = 0.0
    for symbol, seconds in line.pieces:
        owed += seconds / step
        n_steps = max(1, round(owed))
        owed = max(owed - n_steps, -1.0)
        path += [symbol] * n_steps
    return np.array(path)


def _hard(rng: np.random.Generator, path: np.ndarray, n_symbols: int) -> np.ndarray:
    weights = np.eye(n_symbols, dtype=np.float32)[path]
    weights[path < 0] = rng.dirichlet(np.ones(n_symbols), int((path < 0).sum()))
    return weights * (1 - 1e-6)


def _soft(rng: np.random.Generator, path: np.ndarray, n_symbols: int) -> np.ndarray:
    n_steps = len(path)
    width = rng.uniform(0.25, 1.1)
    lag = rng.uniform(-0.4, 0.4)
    centre = path + lag + rng.normal(0.0, rng.uniform(0.0, 0.5), n_steps)
    weights = np.exp(-0.5 * ((np.arange(n_symbols)[None] - centre[:, None]) / width) ** 2) + 1e-9
    for t in np.flatnonzero(path < 0):
        weights[t] = rng.dirichlet(np.ones(n_symbols)) if rng.random() < 0.7 else 1.0
    for t in np.flatnonzero(rng.random(n_steps) < 0.01):  # an odd row now and then
        weights[t] = np.eye(n_symbols)[int(rng.integers(n_symbols))] + 1e-9
    weights /= weights.sum(axis=1, keepdims=True)
    floor = rng.uniform(0.0, 0.15)
    weights = (1 - floor) * weights + floor / n_symbols
    low = rng.uniform(0.6, 1.0)
    mass = rng.uniform(low, 1.0, n_steps)
    mass[path < 0] *= rng.choice([0.3, 1.0])
    return weights * mass[:, None] * (1 - 1e-6)


def measure(n: int, first_seed: int = 0) -> dict[str, Counter[str]]:
    """Plants n of every kind and style; counts found, found at the right word, and other events."""
    counts: dict[str, Counter[str]] = {}
    for style, kinds in STYLES.items():
        for kind in (None, *kinds):
            count = counts[f"{style} {kind or 'clean'}"] = Counter()
            for seed in range(first_seed, first_seed + n):
                planted = plant(seed, kind, style)
                events = find_events(planted.alignment)
                same = [event for event in events if event.kind == kind]
                named = [e for e in same if not planted.words or set(planted.words) & set(e.words)]
                count.update(n=1, faulty=bool(events), found=bool(same), right=bool(named))
                count["other"] += len(events) - len(same)
    return counts


STYLES: dict[str, tuple[str, ...]] = {
    "soft": KINDS,
    "hard": KINDS,
    "stepwise": ("rush", "stall", "early_stop"),
}

if __name__ == "__main__":
    for name, count in measure(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0).items():
        print(f"{name:22}", *(f"{key} {count[key] / count['n']:.3f}" for key in ("faulty", "found", "right", "other")))
