"""Shared fixtures: a toy voice that says every letter as a tone, and shape checking of all tensor signatures."""

import signal
from pathlib import Path

import numpy as np
import pytest
from jaxtyping import install_import_hook

with install_import_hook(["tts_align.attention", "tts_align.model"], "beartype.beartype"):
    import tts_align.model  # noqa: F401

from tts_align.alignment.textgrid import Interval, write_textgrid
from tts_align.audio import write_wave

# a shell that starts the tests in the background has them, and all that they start, ignore Ctrl-C
signal.signal(signal.SIGINT, signal.default_int_handler)

RATE = 22050
TEXTS = (
    "a bad cab",
    "dad fed a cab",
    "abba",
    "bed, bad bed",
    "fab decade",
    "a face, a cafe",
    "bead",
    "cede a babe",
    "facade",
    "ebb, a dab, ace",
)


def tone_of(letter: str) -> np.ndarray:
    """60 ms of a tone for a letter, 80 ms of silence for anything else."""
    if not letter.isalpha():
        return np.zeros(int(0.08 * RATE), dtype=np.float32)
    n = int(0.06 * RATE)
    hertz = 250 * 1.35 ** (ord(letter) - ord("a"))
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(n) / RATE) * np.hanning(n) ** 0.3).astype(np.float32)


def write_toy_corpus(folder: Path, texts=TEXTS) -> Path:
    """A corpus in LJSpeech layout with true word timings."""
    lines = []
    for i, text in enumerate(texts):
        pieces = [tone_of(letter) for letter in text]
        edges = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])]) / RATE
        words, start = [], 0
        for word in text.split(" "):
            bare = word.rstrip(",")
            words.append(Interval(float(edges[start]), float(edges[start + len(bare)]), bare))
            start += len(word) + 1
        name = f"toy-{i:02d}"
        write_wave(folder / "wavs" / f"{name}.wav", np.concatenate(pieces), RATE)
        write_textgrid(folder / "textgrids" / f"{name}.TextGrid", {"words": words}, float(edges[-1]))
        lines.append(f"{name}|{text}|{text}\n")
    (folder / "metadata.csv").write_text("".join(lines), encoding="utf8")
    return folder


@pytest.fixture(scope="session")
def toy_corpus(tmp_path_factory):
    return write_toy_corpus(tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="session")
def toy_recipe(tmp_path_factory):
    path = tmp_path_factory.mktemp("recipe") / "toy.toml"
    path.write_text(
        """
[corpus]
n_validation = 2
[encoder]
embedding_size = 12
n_convolutions = 1
output_size = 10
dropout = 0.1
[attention]
kind = "stepwise_monotonic"
hidden_size = 7
[decoder]
frames_per_step = 2
prenet_size = 9
attention_lstm_size = 11
output_lstm_size = 13
[postnet]
n_convolutions = 2
size = 5
[training]
updates = 7
batch_size = 3
validate_every = 3
checkpoint_every = 2
warmup_updates = 3
"""
    )
    return path


@pytest.fixture(scope="session")
def toy_voice(tmp_path_factory, toy_corpus, toy_recipe):
    """A run folder, trained for seven updates: it speaks, though nobody would understand it."""
    from typer.testing import CliRunner

    from tts_align.cli import app

    out = tmp_path_factory.mktemp("voice") / "run"
    done = CliRunner().invoke(app, ["train", str(toy_recipe), "--corpus", str(toy_corpus), "--out", str(out)])
    assert done.exit_code == 1, done.output  # it does not align after so little, and says so
    return out
