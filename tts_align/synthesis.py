"""Text to sound: symbols, mel, Griffin-Lim, and the alignment that proves what was said."""

import os
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from tts_align.alignment.matrix import Alignment
from tts_align.audio import MelSettings, TrimSettings, griffin_lim, mel_to_magnitude
from tts_align.device import device_of
from tts_align.evaluate import alignments_of, limit_steps, mels_of, rest_steps
from tts_align.model import Tacotron
from tts_align.noise import Noise, mix
from tts_align.text import Alphabet
from tts_align.text.alphabet import Unknown
from tts_align.voice import read_voice


@dataclass(frozen=True)
class Speech:
    """One spoken text.

    Attributes:
        text: as it was given.
        wave: (S,) float32 in [-1, 1].
        sample_rate: samples per second.
        mel: (L, M) natural log mel.
        alignment: which symbols each decoder step attended to.
    """

    text: str
    wave: np.ndarray
    sample_rate: int
    mel: np.ndarray
    alignment: Alignment


class Voice:
    """A trained model that speaks.

    Args:
        model: in evaluation mode.
        alphabet: what it reads.
        mel: what its frames mean.
        trim: silence that was cut off the recordings it learned from.
    """

    def __init__(self, model: Tacotron, alphabet: Alphabet, mel: MelSettings, trim: TrimSettings):
        self.model, self.alphabet, self.mel, self.trim = model, alphabet, mel, trim

    @property
    def seconds_per_step(self) -> float:
        """Sound that one decoder step makes."""
        return self.mel.seconds_per_frame * self.model.frames_per_step

    def synthesize(self, text: str, seed: int = 0, *, unknown: Unknown = "error", n_iterations: int = 60) -> Speech:
        """Speaks one text.

        Args:
            text: any text.
            seed: of prenet dropout and first phases; the same seed gives the same wave on the same machine.
            unknown: what to do with characters outside the alphabet: `error`, `skip` or `map`.
            n_iterations: of Griffin-Lim.

        Returns:
            Sound, mel and alignment.

        Raises:
            TextError: there is nothing to say, or a character cannot be read.
        """
        return self.synthesize_batch([text], seed, unknown=unknown, n_iterations=n_iterations)[0]

    @torch.no_grad()
    def synthesize_batch(
        self, texts: Sequence[str], seed: int = 0, *, unknown: Unknown = "error", n_iterations: int = 60
    ) -> list[Speech]:
        """Speaks several texts at once; each is spoken as it would be alone.

        Args:
            texts: at least one.
            seed, unknown, n_iterations: as in `synthesize`.

        Returns:
            One speech per text.

        Raises:
            TextError: as in `synthesize`; nothing is spoken then.
        """
        symbols = [self.alphabet.encode(text, unknown) for text in texts]
        ids = [torch.from_numpy(self.alphabet.ids(of_text)) for of_text in symbols]
        padded = torch.nn.utils.rnn.pad_sequence(ids, batch_first=True)
        mask = torch.arange(padded.shape[1]) < torch.tensor([len(one) for one in ids])[:, None]
        seeds = torch.tensor([mix(seed, zlib.crc32("".join(of_text).encode())) for of_text in symbols])
        device = self.model.mel_mean.device
        spoken = self.model.speak(
            padded.to(device),
            mask.to(device),
            Noise(seeds.to(device)),
            limit_steps=limit_steps(mask.sum(1), self.seconds_per_step).to(device),
            rest_steps=rest_steps(self.seconds_per_step),
        )
        alignments = alignments_of(spoken, symbols, self.seconds_per_step, list(texts))
        mels = mels_of(spoken, self.model.frames_per_step)
        return [
            Speech(text, self._wave(mel, seed, n_iterations), self.mel.sample_rate, mel.cpu().numpy(), alignment)
            for text, mel, alignment in zip(texts, mels, alignments, strict=True)
        ]

    def _wave(self, mel: Tensor, seed: int, n_iterations: int) -> np.ndarray:
        wave = griffin_lim(mel_to_magnitude(mel, self.mel), self.mel, n_iterations, seed=seed)
        return wave.clamp(-1, 1).cpu().numpy()


def load_voice(place: str | os.PathLike[str], device: str = "cpu") -> Voice:
    """Loads a voice.

    Args:
        place: a run folder, a voice folder, or a weights file.
        device: torch device to speak on.

    Returns:
        A voice.

    Raises:
        VoiceError: there is none, or it is damaged.
        TrainingError: there is no such device.
    """
    file = read_voice(place)
    model, alphabet = file.build()
    return Voice(model.to(device_of(device)), alphabet, file.card.mel, file.card.trim)
