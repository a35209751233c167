"""Packing: the weights of a run in half the bytes, with what is known of its training in the header."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from tts_align.errors import VoiceError
from tts_align.training.history import history_of
from tts_align.voice import VoiceCard, check_sharpening, read_voice, save_voice

Precision = Literal["float16", "float32"]


@dataclass(frozen=True)
class PackedVoice:
    """A voice that was packed.

    Attributes:
        path: the file.
        card: its header.
        n_parameters: numbers that were learned.
        n_bytes: size of the file.
        precision: of its matrices.
    """

    path: Path
    card: VoiceCard
    n_parameters: int
    n_bytes: int
    precision: Precision


def pack_voice(
    place: str | os.PathLike[str],
    out: str | os.PathLike[str],
    precision: Precision = "float16",
    *,
    sharpening: float = 0.0,
    command: str | None = None,
    corpus: str | None = None,
    licence: str | None = None,
    machine: str | None = None,
) -> PackedVoice:
    """Writes the voice of a run into one file that tells where it comes from.

    Matrices get the precision that was asked for; vectors (biases, the scale of the mel) stay float32: they are a
    hundredth of the file, and the mel's scale is a factor of all that is said. A voice computes in float32 either way.

    Args:
        place: run folder, or a weights file in it such as `last.safetensors`.
        out: the file, `NAME.safetensors`.
        precision: of the matrices.
        sharpening: of its sound (`audio.sharpen`), unless whoever speaks with it says otherwise.
        command: that trains the voice.
        corpus: that it was trained on, in words.
        licence: of the voice.
        machine: that it was trained on, if the log does not say or does not say enough.

    Raises:
        VoiceError: there is no voice or no log, they are damaged, the voice is a packed one, a weight is too large for
            float16, or the sharpening is out of range.
        FileError: `out` cannot be written.
    """
    path = _named(out)
    check_sharpening(sharpening)
    source = read_voice(place)
    model, _ = source.build()
    history = history_of(source.path.parent, source.card.updates)
    told = {"command": command, "corpus": corpus, "licence": licence, "machines": machine and (machine,)}
    history = history.model_copy(update={name: value for name, value in told.items() if value is not None})
    card = source.card.model_copy(update={"format": 2, "history": history, "sharpening": sharpening})
    tensors = {name: _as(precision, name, tensor, source.path) for name, tensor in source.tensors.items()}
    save_voice(path, card, tensors)
    n_parameters = sum(parameter.numel() for parameter in model.parameters())
    return PackedVoice(path, card, n_parameters, path.stat().st_size, precision)


def _named(out: str | os.PathLike[str]) -> Path:
    path = Path(out)
    if path.suffix != ".safetensors" or path.is_dir():
        raise VoiceError(
            where=f"--out {path}",
            expected="a file that ends in .safetensors",
            found="a folder" if path.is_dir() else "another name",
            fix="For example --out joe.safetensors.",
        )
    return path


def _as(precision: Precision, name: str, tensor: Tensor, path: Path) -> Tensor:
    if precision == "float32" or tensor.dim() < 2:
        return tensor
    half = tensor.half()
    if not torch.equal(half.isfinite(), tensor.isfinite()):
        raise VoiceError(
            where=f"{path}, tensor {name}",
            expected="weights within ±65504, the range of float16",
            found=f"{tensor.abs().max():g}",
            fix="Pack with --precision float32.",
        )
    return half
