"""Aligning a corpus with a voice by its teacher-forced attention."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from tts_align.alignment.matrix import Alignment
from tts_align.alignment.timings import Frames
from tts_align.audio.silence import silent_steps
from tts_align.corpus.batches import Example, collate
from tts_align.evaluate import alignments_of
from tts_align.noise import Noise
from tts_align.synthesis import Voice

_BATCH = 16


@dataclass(frozen=True)
class Aligned:
    """One utterance with its alignment.

    Attributes:
        id: of the utterance.
        alignment: teacher-forced weights.
        frames: the frames that were aligned; the last decoder step may reach beyond them.
        is_silent: (T,) steps whose sound is silence.
    """

    id: str
    alignment: Alignment
    frames: Frames
    is_silent: np.ndarray


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
            mel, per_step = np.asarray(example.mel), voice.model.frames_per_step
            yield Aligned(example.id, alignment, Frames(per_step, len(mel)), silent_steps(mel, per_step))
