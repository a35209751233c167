"""The card of an exported voice: all that a program must know beside the graphs, as JSON."""

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tts_align.errors import VoiceError
from tts_align.files import write_text

CARD_FILE, ENCODER_FILE, STEP_FILE, POSTNET_FILE = "card.json", "encoder.onnx", "decoder_step.onnx", "postnet.onnx"


class GraphFile(BaseModel):
    """Size and checksum of a file, so that a truncated or swapped one is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    n_bytes: int
    sha256: str


class DeployCard(BaseModel):
    """What the graphs of a voice mean.

    A text in words is spoken so: normalized and encoded into ids of `symbols`, closed by `<end>`; `encoder.onnx` once;
    `decoder_step.onnx` until the stop output is > 0 while attention is among the last `end_zone` symbols, or attention
    has been on the last symbol for `rest_steps` steps, or `limit_seconds_per_symbol` times the symbols plus
    `limit_seconds` are over; `postnet.onnx`, if there is one; and mel = frames * `mel_scale` + `mel_mean`, the natural
    logarithm of mel magnitudes as `mel` says.

    Attributes:
        format: version of this layout.
        symbols: in id order.
        letters, pronunciations: of the alphabet that turns texts into symbols.
        mel: what the frames mean: sample_rate, n_fft, hop_samples and so on.
        mel_mean, mel_scale: (M,) from standardized frames to log mel.
        frames_per_step: R.
        prenet_sizes: columns of the dropout masks.
        prenet_dropout: share of the masks that is 0.
        query_size, hidden_size: Q, H of the states.
        end_zone, rest_steps, limit_seconds, limit_seconds_per_symbol: when an utterance is over.
        longest_stay: most steps on a symbol but the last; 0 for no limit.
        sharpening: of a mel before Griffin-Lim (`audio.sharpen`).
        weights: of the two large products of a step, `float32` or `int8`.
        files: the graphs.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    symbols: list[str]
    letters: str
    pronunciations: str
    mel: dict[str, float]
    mel_mean: list[float]
    mel_scale: list[float]
    frames_per_step: int = Field(ge=1)
    prenet_sizes: list[int]
    prenet_dropout: float = Field(ge=0, lt=1)
    query_size: int
    hidden_size: int
    end_zone: int
    rest_steps: int = Field(ge=1)
    limit_seconds: float
    limit_seconds_per_symbol: float
    longest_stay: int = Field(0, ge=0)
    sharpening: float = Field(0.0, ge=0)
    weights: Literal["float32", "int8"]
    files: dict[str, GraphFile]

    @property
    def seconds_per_step(self) -> float:
        """Sound that one decoder step makes."""
        return self.mel["hop_samples"] / self.mel["sample_rate"] * self.frames_per_step


def graph_file(content: bytes) -> GraphFile:
    """The entry of a file with this content."""
    return GraphFile(n_bytes=len(content), sha256=hashlib.sha256(content).hexdigest())


def save_card(folder: Path, card: DeployCard) -> None:
    """Writes the card.

    Raises:
        FileError: it cannot be written.
    """
    write_text(folder / CARD_FILE, card.model_dump_json(indent=1) + "\n")


def load_card(folder: Path) -> DeployCard:
    """Reads the card.

    Raises:
        VoiceError: there is none, or it is damaged.
    """
    path = folder / CARD_FILE
    try:
        return DeployCard.model_validate_json(path.read_text(encoding="utf8"))
    except OSError as error:
        fix = "Make it with `tts-align export VOICE --out DIR`."
        raise VoiceError(where=str(path), expected="an exported voice", found="no card there", fix=fix) from error
    except (ValidationError, UnicodeDecodeError) as error:
        found = str(error).replace("\n", " ")[:100]
        fix = "Export the voice anew, with this version of tts-align."
        raise VoiceError(where=str(path), expected="a readable card", found=found, fix=fix) from error


def load_graph(folder: Path, name: str, card: DeployCard) -> bytes:
    """Reads a graph that the card names, whole and unchanged.

    Raises:
        VoiceError: it is missing, truncated, or of another export.
    """
    path, wanted = folder / name, card.files[name]
    try:
        content = path.read_bytes()
    except OSError as error:
        found, fix = error.strerror or str(error), "Copy all files of the folder, or export the voice anew."
        raise VoiceError(where=str(path), expected="a graph of the voice", found=found, fix=fix) from error
    if len(content) != wanted.n_bytes:
        found = f"{len(content)} bytes"
        fix = "It was not copied whole, or belongs to another voice."
        raise VoiceError(where=str(path), expected=f"{wanted.n_bytes} bytes", found=found, fix=fix)
    if graph_file(content) != wanted:
        found, fix = "a file of the same size with another content", "It belongs to another voice or was damaged."
        raise VoiceError(where=str(path), expected="the file that the card names", found=found, fix=fix)
    return content
