"""Symbols to mels: one batch of utterances, at any pace."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from tts_align.alignment.matrix import Alignment
from tts_align.errors import VoiceError
from tts_align.evaluate import alignments_of, limit_steps, mels_of, rest_steps
from tts_align.model import Tacotron
from tts_align.model.speaking import Speaking
from tts_align.noise import Noise
from tts_align.synthesis.pace import planned_steps
from tts_align.text import Alphabet

_ALL = 2**31  # steps: more than the limit of any utterance


@dataclass(frozen=True)
class Utterance:
    """What is spoken in one go.

    Attributes:
        text: in words, as it is spoken.
        symbols: N of them.
        seed: of the prenet's dropout.
    """

    text: str
    symbols: tuple[str, ...]
    seed: int


@dataclass(frozen=True)
class Spoken:
    """What became of an utterance: its mel (L, M) and which symbols each step attended to."""

    mel: Tensor
    alignment: Alignment


class Speaker:
    """A model that speaks batches of utterances.

    Args:
        model: in evaluation mode.
        alphabet: what it reads.
        seconds_per_step: sound that one decoder step makes.
    """

    def __init__(self, model: Tacotron, alphabet: Alphabet, seconds_per_step: float):
        self._model, self._alphabet, self._seconds_per_step = model, alphabet, seconds_per_step

    def speak(self, utterances: Sequence[Utterance], rate: float = 1.0) -> list[Spoken]:
        """Speaks utterances together; each is spoken as it would be alone.

        Args:
            utterances: at least one.
            rate: pace, 1 as learned.

        Raises:
            VoiceError: another rate is asked for, and the voice's attention has no pace.
        """
        speaking = self.begin(utterances, rate)
        speaking.advance(_ALL)
        prediction = speaking.prediction()
        symbols, texts = [one.symbols for one in utterances], [one.text for one in utterances]
        alignments = alignments_of(prediction, symbols, self._seconds_per_step, texts)
        mels = mels_of(prediction, self._model.frames_per_step)
        return [Spoken(mel, alignment) for mel, alignment in zip(mels, alignments, strict=True)]

    def begin(self, utterances: Sequence[Utterance], rate: float = 1.0) -> Speaking:
        """Prepares utterances to be spoken step by step.

        For another pace they are first spoken as learned: the attention of that says how many steps each symbol is
        to have.
        """
        if rate == 1:
            return self._speaking(utterances, None, rate)
        if not self._model.decoder.cell.attention.has_pace:
            raise _no_pace(rate)
        natural = self._speaking(utterances, None, 1.0)
        natural.advance(_ALL)
        return self._speaking(utterances, _planned(natural.weights(), utterances, rate), rate)

    def _speaking(self, utterances: Sequence[Utterance], durations: Tensor | None, rate: float) -> Speaking:
        ids = [torch.from_numpy(self._alphabet.ids(one.symbols)) for one in utterances]
        padded = torch.nn.utils.rnn.pad_sequence(ids, batch_first=True)
        mask = torch.arange(padded.shape[1]) < torch.tensor([len(one) for one in ids])[:, None]
        seeds = torch.tensor([one.seed for one in utterances])
        device = self._model.mel_mean.device
        return Speaking(
            self._model,
            padded.to(device),
            mask.to(device),
            Noise(seeds.to(device)),
            limit_steps=limit_steps(mask.sum(1), self._seconds_per_step * min(rate, 1.0)).to(device),
            rest_steps=rest_steps(self._seconds_per_step),
            durations=durations,
        )


def _planned(weights: Tensor, utterances: Sequence[Utterance], rate: float) -> Tensor:
    """(B, N) steps for each symbol, by the attention (B, T, N) of the pace that was learned; 1 on padding."""
    natural = weights.sum(1).cpu().numpy()
    durations = torch.ones(natural.shape)
    for i, one in enumerate(utterances):
        n_symbols = len(one.symbols)
        durations[i, :n_symbols] = torch.from_numpy(planned_steps(natural[i, :n_symbols], rate))
    return durations.to(weights.device)


def _no_pace(rate: float) -> VoiceError:
    return VoiceError(
        where=f"rate {rate:g}",
        expected="a voice with stepwise_monotonic attention, whose pace can be set",
        found="a voice with another attention",
        fix="Leave the rate at 1, or take another voice.",
    )
