"""Aligning a corpus with a voice: teacher-forced attention into timings of words and symbols."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from tts_align.alignment.archive import save_alignment
from tts_align.alignment.matrix import Alignment
from tts_align.alignment.monotone import monotone_path
from tts_align.alignment.textgrid import Interval, write_textgrid
from tts_align.alignment.timing import durations
from tts_align.alignment.words import words_of
from tts_align.corpus.batches import Example, collate
from tts_align.corpus.manifest import corpus_folder, textgrid_path
from tts_align.errors import FileError
from tts_align.evaluate import alignments_of
from tts_align.files import atomic_path
from tts_align.noise import Noise
from tts_align.synthesis import Voice

_BATCH = 16


@dataclass(frozen=True)
class Aligned:
    """One utterance with its timings.

    Attributes:
        id: of the utterance.
        alignment: teacher-forced weights.
        durations: (N,) steps that each symbol lasts; they sum to T exactly.
    """

    id: str
    alignment: Alignment
    durations: np.ndarray


@torch.no_grad()
def align_examples(voice: Voice, examples: Sequence[Example]) -> Iterator[Aligned]:
    """Aligns prepared utterances, each with the true frames as input.

    Args:
        voice: whose attention is read.
        examples: symbols of the voice's alphabet and mels of its settings.

    Yields:
        One record per example, in order.
    """
    device = voice.model.mel_mean.device
    for start in range(0, len(examples), _BATCH):
        part = examples[start : start + _BATCH]
        batch = collate(part, voice.model.frames_per_step).to(device)
        noise = Noise(torch.zeros(len(part), dtype=torch.long, device=device))
        prediction = voice.model(batch.symbols, batch.mask, batch.mel, batch.n_frames, noise)
        symbols, texts = [example.symbols for example in part], [example.text for example in part]
        alignments = alignments_of(prediction, symbols, voice.seconds_per_step, texts)
        for example, alignment in zip(part, alignments, strict=True):
            path = monotone_path(alignment.weights)
            yield Aligned(example.id, alignment, durations(path, alignment.n_symbols))


def refuse_own_textgrids(corpus: Path, out: Path) -> None:
    """Makes sure that TextGrids in `out` do not replace the reference timings of the corpus, nor pass for them.

    Raises:
        FileError: `out/textgrids` is the folder of the corpus's own.
    """
    written, own = out / "textgrids", textgrid_path(corpus_folder(corpus), "").parent
    if written.resolve() == own.resolve():
        raise FileError(
            where=str(written),
            expected="another folder than that of the corpus's own reference timings",
            found="that very folder",
            fix="Name another folder with --out.",
        )


def save_aligned(aligned: Aligned, out: Path, start_seconds: float, sound_seconds: float) -> None:
    """Writes `alignments/ID.npz`, `durations/ID.npy` (steps per symbol) and `textgrids/ID.TextGrid` (tier `words`).

    The last decoder step may reach beyond the sound; the TextGrid ends where the sound does.

    Args:
        aligned: the utterance.
        out: folder.
        start_seconds: where its features begin in the sound; the TextGrid counts from the start of the sound.
        sound_seconds: length of the sound, silence at its ends included.

    Raises:
        FileError: a file cannot be written.
    """
    save_alignment(out / "alignments" / f"{aligned.id}.npz", aligned.alignment)
    with atomic_path(out / "durations" / f"{aligned.id}.npy") as temporary:
        np.save(temporary, aligned.durations, allow_pickle=False)
    step = aligned.alignment.seconds_per_step
    edges = np.concatenate([[0], np.cumsum(aligned.durations)]) * step + start_seconds
    edges = np.minimum(edges, sound_seconds)
    words = [
        Interval(float(edges[word.start]), float(edges[word.stop]), word.text)
        for word in words_of(aligned.alignment.symbols, aligned.alignment.text)
        if edges[word.stop] > edges[word.start]
    ]
    write_textgrid(out / "textgrids" / f"{aligned.id}.TextGrid", {"words": words}, sound_seconds)
