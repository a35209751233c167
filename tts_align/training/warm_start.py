"""Warm start: another voice's weights into a new model, matched by symbol and by name."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from tts_align.errors import VoiceError
from tts_align.model import Tacotron
from tts_align.text import Alphabet
from tts_align.voice import VoiceFile

_EMBEDDING = "encoder.embedding.weight"


@dataclass(frozen=True)
class Mapped:
    """What a warm start took over.

    Attributes:
        n_tensors: tensors copied by name.
        symbols: symbols whose embedding was copied.
        new_symbols: symbols that the voice did not know; they keep their fresh embedding.
        unused_symbols: symbols of the voice that the new alphabet lacks.
    """

    n_tensors: int
    symbols: Sequence[str]
    new_symbols: Sequence[str]
    unused_symbols: Sequence[str]

    def __str__(self) -> str:
        said = f"{self.n_tensors} tensors by name, {len(self.symbols)} symbols by name"
        said += f"; new and untrained: {' '.join(map(repr, self.new_symbols))}" if self.new_symbols else ""
        return said + (f"; not used: {' '.join(map(repr, self.unused_symbols))}" if self.unused_symbols else "")


def warm_start(model: Tacotron, alphabet: Alphabet, voice: VoiceFile, mel_fingerprint: str) -> Mapped:
    """Copies a voice's weights into a model, in place.

    Embeddings go by symbol, so that alphabets may differ in order and content; every other tensor goes by its name and
    must have the same shape. The scale of the mel comes along: the weights are only right together with it.

    Args:
        model: the new model.
        alphabet: its alphabet.
        voice: where the weights come from.
        mel_fingerprint: of the new model's mel settings.

    Returns:
        What was taken.

    Raises:
        VoiceError: the mel settings differ, or tensors do not fit (all of them are named).
    """
    if voice.card.mel.fingerprint != mel_fingerprint:
        raise _misfit(voice, f"mel settings {mel_fingerprint}", voice.card.mel.fingerprint, "Use the same [mel] table.")
    voice.build()  # all tensors that its card promises are there
    own = model.state_dict()
    wrong = [
        f"{name} ({_shape(own.get(name))} here, {_shape(voice.tensors.get(name))} there)"
        for name in sorted(own.keys() | voice.tensors.keys())
        if name != _EMBEDDING and _shape(own.get(name)) != _shape(voice.tensors.get(name))
    ]
    if own[_EMBEDDING].shape[1] != voice.tensors[_EMBEDDING].shape[1]:
        wrong.append(f"{_EMBEDDING} (other width)")
    if wrong:
        expected = "a model of the same sizes and mechanism"
        shown = "; ".join(wrong[:5]) + (f" and {len(wrong) - 5} more" if len(wrong) > 5 else "")
        raise _misfit(
            voice, expected, shown, "Use the [encoder], [attention], [decoder], [postnet] tables of the voice."
        )
    theirs = voice.card.alphabet
    shared = [symbol for symbol in alphabet.symbols if symbol in theirs.symbols]
    embedding = own[_EMBEDDING].clone()
    embedding[torch.from_numpy(alphabet.ids(shared))] = voice.tensors[_EMBEDDING][torch.from_numpy(theirs.ids(shared))]
    model.load_state_dict({**voice.tensors, _EMBEDDING: embedding})
    new = [symbol for symbol in alphabet.symbols if symbol not in theirs.symbols]
    unused = [symbol for symbol in theirs.symbols if symbol not in alphabet.symbols]
    return Mapped(len(voice.tensors) - 1, shared, new, unused)


def _shape(tensor: torch.Tensor | None) -> str:
    return "missing" if tensor is None else " x ".join(map(str, tensor.shape)) or "scalar"


def _misfit(voice: VoiceFile, expected: str, found: str, fix: str) -> VoiceError:
    return VoiceError(where=f"warm start from {voice.path}", expected=expected, found=found, fix=fix)
