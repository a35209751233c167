"""Sentences are joined by the pauses of a speaker, and every one can be found again in the whole."""

import numpy as np
import pytest

from tts_align.audio import TrimSettings
from tts_align.synthesis.joining import Joiner
from tts_align.synthesis.sentences import Sentence

RATE = 8000


def tone(before, seconds, after):
    loud = 0.5 * np.sin(np.arange(round(seconds * RATE)))
    return np.concatenate([np.zeros(round(before * RATE)), loud, np.zeros(round(after * RATE))]).astype(np.float32)


def silences(wave):
    """Lengths in seconds of all silences of more than 30 ms."""
    loud = np.flatnonzero(np.abs(wave) > 1e-3)
    gaps = np.diff(loud) / RATE
    return gaps[gaps > 0.03]


@pytest.mark.parametrize(("ends", "seconds"), [("word", 0.1), ("clause", 0.25), ("sentence", 0.45), ("paragraph", 0.9)])
@pytest.mark.parametrize("edges", [(0.0, 0.0), (0.3, 0.7)])
@pytest.mark.parametrize("rate", [1.0, 0.75])
def test_the_pause_is_that_of_the_ending_whatever_silence_the_voice_left(ends, seconds, edges, rate):
    joiner = Joiner(RATE, TrimSettings(), rate)
    pieces = [joiner.add(Sentence("a", ends), tone(edges[0], 0.4, edges[1]))[0] for _ in range(2)]
    (pause,) = silences(np.concatenate(pieces))
    assert pause == pytest.approx(seconds / rate, abs=0.045)  # silence is told by 20 ms windows


def test_every_sentence_starts_where_it_is_said():
    joiner, said, total = Joiner(RATE, TrimSettings()), [], 0.0
    waves = [tone(0.2, 0.3, 0.1), tone(0.0, 0.5, 0.4), tone(0.6, 0.2, 0.0)]
    for wave in waves:
        piece, start_seconds = joiner.add(Sentence("a.", "sentence"), wave)
        said.append((start_seconds, piece))
        total += len(piece) / RATE
    whole = np.concatenate([piece for _, piece in said])
    for (start_seconds, _), wave in zip(said, waves, strict=True):
        middle = int(np.abs(wave).nonzero()[0].mean())
        place = round(start_seconds * RATE) + middle
        np.testing.assert_allclose(whole[place - 200 : place + 200], wave[middle - 200 : middle + 200], atol=1e-6)
    assert total == pytest.approx(len(whole) / RATE)


def test_cut_edges_are_faded_and_whole_ones_are_not():
    noise = 0.0001 * np.random.default_rng(1).normal(size=4000)
    wave = np.concatenate([noise, tone(0, 0.4, 0), noise])
    piece, _ = Joiner(RATE, TrimSettings()).add(Sentence("a", "word"), wave)
    assert len(piece) < len(wave)
    assert piece[0] == piece[-1] == 0
    loud = tone(0, 0.4, 0)
    kept, start_seconds = Joiner(RATE, TrimSettings()).add(Sentence("a", "word"), loud)
    assert np.array_equal(kept, loud) and start_seconds == 0


def test_a_sentence_without_any_sound_stays_as_it_is():
    piece, _ = Joiner(RATE, TrimSettings()).add(Sentence("a", "word"), np.zeros(800, dtype=np.float32))
    assert len(piece) == 800
