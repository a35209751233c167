"""Aligning examples with a voice."""

import dataclasses

import numpy as np
import pytest

from tts_align.aligner import align_examples
from tts_align.corpus.batches import Example
from tts_align.synthesis import load_voice


def test_an_utterance_is_aligned_in_a_batch_as_alone_and_its_frames_are_counted(toy_voice):
    voice = load_voice(toy_voice)
    examples = []
    for i, text in enumerate(["a bad cab", "dad", "face"]):
        symbols = voice.alphabet.encode(text)
        mel = np.random.default_rng(i).normal(-5, 1, (23 + 8 * i, voice.mel.n_mels)).astype(np.float32)
        examples.append(Example(f"u{i}", text, symbols, voice.alphabet.ids(symbols), mel))
    together = list(align_examples(voice, examples))
    assert [aligned.id for aligned in together] == ["u0", "u1", "u2"]
    assert [dataclasses.astuple(aligned.frames) for aligned in together] == [(2, 23), (2, 31), (2, 39)]
    for example, aligned in zip(examples, together, strict=True):
        assert aligned.alignment.n_steps == -(-len(example.mel) // 2)
        alone = next(align_examples(voice, [example]))
        assert aligned.alignment.weights == pytest.approx(alone.alignment.weights, abs=1e-5)
