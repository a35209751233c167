"""Small corpora on disk for the tests."""

from pathlib import Path

import numpy as np

from tests.audio.signals import speech_like
from tts_align.audio import write_wave

TEXTS = ["The first of all.", "A second one, said slowly.", "And third?", "Four it is!", "Number five ends it."]
RATE = 22050


def make_corpus(folder: Path, texts: list[str] | None = None) -> Path:
    """Writes an LJSpeech corpus A0, A1 ... with sound that suits the length of each text; returns the folder."""
    texts = TEXTS if texts is None else texts
    for number, text in enumerate(texts):
        write_wave(folder / f"wavs/A{number}.wav", with_silence(speech_like(len(text) / 15, seed=number)), RATE)
    (folder / "metadata.csv").write_text(
        "".join(f"A{number}|{text}|{text}\n" for number, text in enumerate(texts)), encoding="utf8"
    )
    return folder


def with_silence(wave: np.ndarray, head_seconds: float = 0.2, tail_seconds: float = 0.3) -> np.ndarray:
    """The wave with digital silence around it."""
    return np.pad(wave, (int(head_seconds * RATE), int(tail_seconds * RATE)))
