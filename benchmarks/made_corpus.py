"""Examples of natural lengths with random symbols and mels, and a trainer's update on them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch

from tts_align.corpus.batches import Batch, Example
from tts_align.corpus.mel_file import MelFile
from tts_align.model import Tacotron
from tts_align.recipe import Recipe
from tts_align.training.distributed import Processes
from tts_align.training.update import update_weights

N_SYMBOLS, N_MELS = 40, 80
FRAMES_PER_SYMBOL = 5.6  # LJSpeech has 15 letters a second and 86 frames


def made_example(name: str, n_symbols: int, n_frames: int, folder: Path | None = None) -> Example:
    """One utterance of a given size, its mel in memory or in a file of the folder."""
    rng = np.random.default_rng([n_symbols, n_frames])
    mel = rng.normal(-5, 2, (n_frames, N_MELS)).astype(np.float32)
    ids = rng.integers(2, N_SYMBOLS, n_symbols)
    symbols = ["a"] * n_symbols
    if folder is None:
        return Example(name, "".join(symbols), symbols, ids, mel)
    path = folder / f"{name}.npy"
    np.save(path, mel)
    return Example(name, "".join(symbols), symbols, ids, MelFile(path, mel.shape))


def made_corpus(n: int, folder: Path) -> list[Example]:
    """So many utterances of 20 to 180 symbols, as LJSpeech has them, with their mels in files."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(20, 181, n)
    frames = (lengths * FRAMES_PER_SYMBOL * rng.uniform(0.85, 1.15, n)).astype(int)
    return [made_example(f"{i:05}", int(lengths[i]), int(frames[i]), folder) for i in range(n)]


def updates(recipe: Recipe) -> tuple[Tacotron, Callable[[Batch, Sequence[int], int], object]]:
    """A fresh model on the CPU, and the trainer's update of it, for a batch, its places and the update's number."""
    torch.manual_seed(0)
    model = Tacotron(N_SYMBOLS, N_MELS, recipe.model).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4)
    alone = Processes(0, 1, torch.device("cpu"))

    def update(batch: Batch, positions: Sequence[int], number: int) -> object:
        return update_weights(model, model, optimizer, batch, list(positions), number, recipe.training, alone)

    return model, update
