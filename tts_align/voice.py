"""A voice on disk: one safetensors file with the weights and, in its header, all that is needed to use them."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from tts_align.audio import MelSettings, TrimSettings
from tts_align.errors import VoiceError
from tts_align.files import atomic_path
from tts_align.model import Tacotron, TacotronConfig
from tts_align.model.allowance import TooLarge, making_at_most
from tts_align.text import Alphabet, Pronunciations
from tts_align.voice_history import VoiceHistory

WEIGHTS_FILE = "weights.safetensors"
FORMAT = 2
MOST_SHARPENING = 3.0

_SPARE_NUMBERS = 1_000_000  # for what a model needs only while it is made
_CHANGED = "The file was changed after it was saved; get it anew."


class VoiceCard(BaseModel):
    """What a voice is, beside its numbers.

    Attributes:
        format: version of the layout.
        letters: of the alphabet, in id order.
        pronunciations: name of its lexicon, whose phones follow the letters.
        mel: what its frames mean.
        trim: silence that was cut off the recordings it learned from.
        model: sizes and mechanism.
        updates: how long it was trained.
        seed: of its training.
        versions: of the packages that made it.
        sharpening: of its mels before they are made into sound; new in format 2.
        history: of its training; None in a run folder, whose log tells it. New in format 2.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1, 2] = 2
    letters: str
    pronunciations: Pronunciations = "none"
    mel: MelSettings
    trim: TrimSettings = TrimSettings()
    model: TacotronConfig
    updates: int
    seed: int
    versions: dict[str, str]
    sharpening: float = Field(0.0, ge=0, le=MOST_SHARPENING, allow_inf_nan=False)
    history: VoiceHistory | None = None

    @property
    def alphabet(self) -> Alphabet:
        """What the voice reads."""
        return Alphabet(self.letters, self.pronunciations)


def check_sharpening(amount: float) -> None:
    """Makes sure that a voice may be sharpened so much.

    Raises:
        VoiceError: the amount is not from 0 to `MOST_SHARPENING`.
    """
    if not 0 <= amount <= MOST_SHARPENING:
        expected = f"a number from 0 to {MOST_SHARPENING:g}"
        raise VoiceError(where="sharpening", expected=expected, found=f"{amount:g}", fix="1 is much already.")


@dataclass(frozen=True)
class VoiceFile:
    """A voice as read from disk.

    Attributes:
        path: the file.
        card: what it is.
        tensors: its numbers by name, float32.
    """

    path: Path
    card: VoiceCard
    tensors: dict[str, Tensor]

    def build(self) -> tuple[Tacotron, Alphabet]:
        """The model, in evaluation mode, and its alphabet.

        Raises:
            VoiceError: the tensors are not those of the model that the card describes.
        """
        alphabet = self.card.alphabet
        n_numbers = sum(tensor.numel() for tensor in self.tensors.values())
        try:  # not on the device "meta", whose first use imports for a second
            with torch.random.fork_rng(devices=[]), making_at_most(n_numbers + _SPARE_NUMBERS):
                model = Tacotron(len(alphabet), self.card.mel.n_mels, self.card.model)
        except TooLarge as error:
            expected = f"a model of the {n_numbers:,} numbers in it"
            raise _unusable(self.path, expected, "a header that describes a larger one", _CHANGED) from error
        wanted = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
        found = {name: tuple(tensor.shape) for name, tensor in self.tensors.items()}
        if wanted != found:
            odd = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
            raise VoiceError(
                where=f"{self.path}, tensor {odd[0]}",
                expected=f"shape {wanted.get(odd[0], 'none')}, by the model in its header",
                found=str(found.get(odd[0], "none")),
                fix=_CHANGED,
            )
        model.load_state_dict(self.tensors, assign=True)
        return model.eval(), alphabet


def save_voice(path: str | os.PathLike[str], card: VoiceCard, tensors: dict[str, Tensor]) -> None:
    """Writes a voice into a file, whole or not at all.

    Args:
        path: the file; folders on the way are made.
        card: what the voice is.
        tensors: the model's state.

    Raises:
        FileError: it cannot be written.
    """
    with atomic_path(path) as temporary:
        plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
        try:
            save_file(plain, temporary, metadata={"tts_align": card.model_dump_json()})
        except SafetensorError as error:  # its way of saying that the disk is full
            raise OSError(str(error).splitlines()[0]) from error


def read_voice(place: str | os.PathLike[str]) -> VoiceFile:
    """Reads a voice from a run folder, a voice folder, or the file itself. Nothing in the file is executed.

    Args:
        place: the folder or the file.

    Returns:
        Card and tensors.

    Raises:
        VoiceError: there is none, it is truncated, of another kind, or of a newer format.
    """
    path = Path(place)
    path = path / WEIGHTS_FILE if path.is_dir() else path
    if not path.is_file():
        last = path.with_name("last.safetensors")
        fix = f"Train on until its first validation, or give {last}." if last.is_file() else "Give the folder of a run."
        raise _unusable(path, "a voice: a folder with " + WEIGHTS_FILE, "nothing there", fix)
    try:
        with safe_open(path, framework="pt") as file:
            header = (file.metadata() or {}).get("tts_align")
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118, not a dict
    except (SafetensorError, OSError) as error:
        raise _unusable(
            path, "a whole safetensors file", str(error), "It is damaged or incomplete; get it anew."
        ) from error
    if header is None:
        raise _unusable(path, "a voice of this package", "a safetensors file of another origin", "Give a run folder.")
    return VoiceFile(path, _card(path, header), tensors)


def _card(path: Path, header: str) -> VoiceCard:
    try:
        fields = json.loads(header)
        if isinstance(fields, dict) and isinstance(fields.get("format"), int) and fields["format"] > FORMAT:
            found = f"format {fields['format']}"
            raise _unusable(path, f"format {FORMAT} or older", found, "Install a newer tts-align.")
        return VoiceCard.model_validate(fields)
    except (json.JSONDecodeError, ValidationError) as error:
        found = str(error).splitlines()[0]
        raise _unusable(path, "a readable header", found, "The file was changed after it was saved.") from error


def _unusable(path: Path, expected: str, found: str, fix: str) -> VoiceError:
    return VoiceError(where=str(path), expected=expected, found=found, fix=fix)
