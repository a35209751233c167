"""A voice: text to sound, and the alignment that proves what was said."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor

from tts_align.alignment.analysis import Analysis
from tts_align.alignment.matrix import Alignment
from tts_align.audio import MelSettings, TrimSettings, griffin_lim, mel_to_magnitude, sharpen
from tts_align.device import device_of
from tts_align.errors import TextError, VoiceError
from tts_align.model import Tacotron
from tts_align.synthesis.batches import in_batches
from tts_align.synthesis.built_in import find_voice
from tts_align.synthesis.guard import speak_guarded
from tts_align.synthesis.lines import Line, read_lines, utterance_of
from tts_align.synthesis.pace import FASTEST, SLOWEST
from tts_align.synthesis.pauses import pause_seconds
from tts_align.synthesis.sound_stream import CONTEXT_FRAMES, SoundStream
from tts_align.synthesis.speaker import Speaker, Spoken
from tts_align.synthesis.streaming import Tail, stream_utterance
from tts_align.text import Alphabet, Unknown, read_text
from tts_align.voice import check_sharpening, read_voice


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


@dataclass(frozen=True)
class Recited:
    """One sentence of a longer text, spoken and judged.

    Attributes:
        line: what was to be said, and how it was read.
        speech: the best try; its wave is whole, with the silence at its edges.
        analysis: the judgement of its alignment.
        n_tries: how often it was spoken.
        kept_try: which try it is, from 1.
    """

    line: Line
    speech: Speech
    analysis: Analysis
    n_tries: int
    kept_try: int


class Voice:
    """A trained model that speaks.

    Args:
        model: in evaluation mode.
        alphabet: what it reads.
        mel: what its frames mean.
        trim: silence that was cut off the recordings it learned from.
        sharpening: of the mels before Griffin-Lim (`audio.sharpen`), 0 to 3; the mels that are given back are not.

    Raises:
        VoiceError: the sharpening is out of range.
    """

    def __init__(
        self, model: Tacotron, alphabet: Alphabet, mel: MelSettings, trim: TrimSettings, sharpening: float = 0.0
    ):
        check_sharpening(sharpening)
        self.model, self.alphabet, self.mel, self.trim, self.sharpening = model, alphabet, mel, trim, sharpening
        self._speaker = Speaker(model, alphabet, self.seconds_per_step)

    @property
    def seconds_per_step(self) -> float:
        """Sound that one decoder step makes."""
        return self.mel.seconds_per_frame * self.model.frames_per_step

    def synthesize(
        self, text: str, seed: int = 0, *, unknown: Unknown = "error", n_iterations: int = 60, rate: float = 1.0
    ) -> Speech:
        """Speaks a text in one go, as one utterance; for more than a few sentences take `recite`.

        Args:
            text: any text.
            seed: of prenet dropout and first phases; the same seed gives the same wave on the same machine.
            unknown: what to do with characters outside the alphabet: `error`, `skip` or `map`.
            n_iterations: of Griffin-Lim.
            rate: pace from 0.7 (slow) to 1.4 (fast); 1 as learned.

        Returns:
            Sound, mel and alignment.

        Raises:
            TextError: there is nothing to say, or a character cannot be read.
            VoiceError: the rate or the seed is out of range, or the voice has only the pace it learned.
        """
        return self.synthesize_batch([text], seed, unknown=unknown, n_iterations=n_iterations, rate=rate)[0]

    @torch.no_grad()
    def synthesize_batch(
        self,
        texts: Sequence[str],
        seed: int = 0,
        *,
        unknown: Unknown = "error",
        n_iterations: int = 60,
        rate: float = 1.0,
    ) -> list[Speech]:
        """Speaks several texts at once; each is spoken as it would be alone.

        Args:
            texts: at least one.
            seed, unknown, n_iterations, rate: as in `synthesize`.

        Returns:
            One speech per text.

        Raises:
            TextError, VoiceError: as in `synthesize`; nothing is spoken then.
        """
        _check(rate, seed)
        if not texts:
            raise TextError(where="texts", expected="at least one", found="none", fix="Give a text to speak.")
        readings = [read_text(text, unknown, self.alphabet.letters) for text in texts]
        utterances = [utterance_of(reading.spoken, self.alphabet, seed, unknown) for reading in readings]
        spoken = self._speaker.speak(utterances, rate)
        return [self._speech(text, one, seed, n_iterations) for text, one in zip(texts, spoken, strict=True)]

    def lines(self, text: str, *, unknown: Unknown = "error") -> Iterator[Line]:
        """The sentences that `recite` speaks; going through them checks the text without speaking it.

        Args:
            text: of any length.
            unknown: as in `synthesize`.

        Raises:
            TextError: a sentence cannot be read, or there is nothing to say in all of the text.
        """
        return read_lines(text, self.alphabet.letters, unknown)

    @torch.no_grad()
    def recite(
        self,
        text: str,
        seed: int = 0,
        *,
        unknown: Unknown = "error",
        n_iterations: int = 60,
        rate: float = 1.0,
        tries: int = 3,
    ) -> Iterator[Recited]:
        """Speaks a text of any length, sentence by sentence, and each again if its alignment has a fault.

        Memory does not grow with the text: sentences are spoken some at a time, when their turn comes.

        Args:
            text: one word or a book.
            seed, unknown, n_iterations, rate: as in `synthesize`.
            tries: how often a sentence with a fault is spoken again at most, with other seeds.

        Yields:
            One record per sentence, in order. A text of one sentence is spoken as `synthesize` speaks it.

        Raises:
            TextError, VoiceError: as in `synthesize`, when the sentence's turn comes.
        """
        _check(rate, seed)
        work = partial(speak_guarded, partial(self._speaker.speak, rate=rate), tries=tries)
        pairs = (
            (line, utterance_of(line.reading.spoken, self.alphabet, seed, unknown))
            for line in self.lines(text, unknown=unknown)
        )
        for (line, _), kept in in_batches(
            pairs, lambda pair: len(pair[1].symbols), lambda batch: work([utterance for _, utterance in batch])
        ):
            speech = self._speech(line.sentence.text, kept.spoken, seed, n_iterations)
            yield Recited(line, speech, kept.analysis, kept.n_tries, kept.kept_try)

    @torch.no_grad()
    def stream(
        self, text: str, seed: int = 0, *, unknown: Unknown = "error", n_iterations: int = 32, rate: float = 1.0
    ) -> Iterator[np.ndarray]:
        """Speaks a text of any length and gives its sound while the decoder goes on, from the first half second on.

        There is no guard: what was said cannot be taken back. Memory does not grow with the text.

        Args:
            text: one word or a book.
            seed, unknown, n_iterations, rate: as in `synthesize`; for another pace each sentence is first spoken
                silently as learned, so its first sound comes later.

        Yields:
            (S,) float32 in [-1, 1] at `mel.sample_rate`; the pieces make one sound, pauses between sentences included.

        Raises:
            TextError, VoiceError: as in `synthesize`, when the sentence's turn comes.
        """
        _check(rate, seed)
        pause = 0.0
        for line in self.lines(text, unknown=unknown):
            if pause > 0:
                yield np.zeros(round(pause * self.mel.sample_rate), dtype=np.float32)
            utterance = utterance_of(line.reading.spoken, self.alphabet, seed, unknown)
            speaking = self._speaker.begin([utterance], rate)
            sound = SoundStream(self.mel, n_iterations, seed, self.sharpening)
            tail = Tail(self.mel.sample_rate, self.trim.top_db or TrimSettings().top_db)
            for piece in stream_utterance(self.model, speaking, sound, self.seconds_per_step):
                tail.add(piece)
                yield piece
            pause = pause_seconds(line.sentence, rate) - tail.silence_seconds - self.trim.keep_seconds

    def _speech(self, text: str, spoken: Spoken, seed: int, n_iterations: int) -> Speech:
        wave = self._wave(spoken.mel, seed, n_iterations)
        return Speech(text, wave, self.mel.sample_rate, spoken.mel.cpu().numpy(), spoken.alignment)

    def _wave(self, mel: Tensor, seed: int, n_iterations: int) -> np.ndarray:
        magnitude = mel_to_magnitude(sharpen(mel, self.sharpening), self.mel)
        wave = griffin_lim(magnitude, self.mel, n_iterations, seed=seed)
        return wave.clamp(-1, 1).cpu().numpy()


def load_voice(place: str | os.PathLike[str], device: str = "cpu", sharpening: float | None = None) -> Voice:
    """Loads a voice.

    Args:
        place: the name of a built-in voice, or else a run folder, a voice folder, or a weights file.
        device: torch device to speak on.
        sharpening: of the sound; None as the voice's card says.

    Returns:
        A voice.

    Raises:
        VoiceError: there is none, it is damaged, or the sharpening is out of range.
        TrainingError: there is no such device.
    """
    file = read_voice(find_voice(place))
    model, alphabet = file.build()
    card, amount = file.card, file.card.sharpening if sharpening is None else sharpening
    voice = Voice(model.to(device_of(device)), alphabet, card.mel, card.trim, amount)
    voice.alphabet.encode("a")  # reads the lexicon, so that the first sentence need not wait for it
    SoundStream(voice.mel, n_iterations=1).add(torch.zeros(CONTEXT_FRAMES, voice.mel.n_mels))  # loads compiled code
    return voice


def _check(rate: float, seed: int) -> None:
    if seed < 0:
        raise VoiceError(where="seed", expected="a whole number >= 0", found=str(seed), fix="Take another seed.")
    if not SLOWEST <= rate <= FASTEST:
        raise VoiceError(
            where="rate",
            expected=f"a number from {SLOWEST} (slow) to {FASTEST} (fast)",
            found=f"{rate:g}",
            fix="1 is the pace that was learned.",
        )
