"""Alignments with the true timings of read speech must be clean, at every reduction factor."""

import re
from pathlib import Path

import numpy as np
import pytest

from tts_align.alignment import Alignment, find_events, words_of
from tts_align.alignment.textgrid import read_textgrid

CLIPS = Path(__file__).resolve().parents[2] / "../shared/ljspeech32"
HOP_SECONDS = 256 / 22050


def bare(word: str) -> str:
    return re.sub(r"[^a-z]", "", word.lower())


def symbol_ends(symbols: tuple[str, ...], intervals, duration_seconds: float) -> np.ndarray | None:
    """When each symbol ends: letters share their word's time, what is between words shares the gap."""
    words = words_of(symbols)
    if [bare(word.text) for word in words] != [bare(interval.label) for interval in intervals]:
        return None
    known = {0: 0.0, len(symbols): duration_seconds}
    for word, interval in zip(words, intervals, strict=True):
        known |= {word.start: interval.start_seconds, word.stop: interval.stop_seconds}
    edges = sorted(known)
    return np.interp(np.arange(1, len(symbols) + 1), edges, [known[edge] for edge in edges])


@pytest.mark.shared
@pytest.mark.skipif(not CLIPS.is_dir(), reason="the reference clips are not here")
@pytest.mark.parametrize("reduction", [1, 2, 3, 4, 5])
def test_read_speech_with_its_true_timings_is_clean(reduction: int) -> None:
    rng = np.random.default_rng(reduction)
    n_judged = 0
    for line in (CLIPS / "metadata.csv").read_text(encoding="utf8").splitlines():
        name, _, text = line.split("|")
        path = CLIPS / "textgrids" / f"{name}.TextGrid"
        if not path.exists():
            continue
        intervals = read_textgrid(path)["words"]
        symbols = (*text.lower(), "<end>")
        ends = symbol_ends(symbols, intervals, intervals[-1].stop_seconds + 0.2)
        if ends is None:  # a number or an abbreviation that was read out
            continue
        step = HOP_SECONDS * reduction
        centres = (np.arange(int(ends[-1] / step)) + 0.5) * step
        positions = np.searchsorted(ends, centres).clip(max=len(symbols) - 1)
        stepwise = np.arange(len(symbols)).repeat(np.maximum(1, np.bincount(positions, minlength=len(symbols))))
        blurred = np.arange(len(symbols)) - positions[:, None] - rng.normal(0, 0.3, (len(positions), 1))
        soft = np.exp(-0.5 * (blurred / 0.8) ** 2)
        eye = np.eye(len(symbols))
        for weights in (eye[positions], eye[stepwise], soft / soft.sum(axis=1, keepdims=True) * 0.9):
            assert find_events(Alignment(weights, symbols, step)) == [], name
            n_judged += 1
    assert n_judged >= 36
