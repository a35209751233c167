"""The index of prepared features: what there is, how it was made, and where."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tts_align.audio.mel import MelSettings
from tts_align.audio.silence import TrimSettings
from tts_align.corpus.feature_work import Source
from tts_align.corpus.mel_file import MelFile, damaged_mel, is_valid_mel
from tts_align.errors import CorpusError
from tts_align.files import write_text

_VERSION = 1


class FeatureEntry(BaseModel):
    """What the index knows about one utterance; times are those of the sound file before trimming."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    n_frames: int = Field(description="mel frames (L)")
    start_seconds: float = Field(description="where the features start in the sound file: the trimmed head")
    duration_seconds: float = Field(description="of the sound that was kept")
    text: str
    source: Source


@dataclass(frozen=True)
class FeatureIndex:
    """The features of a corpus, one array per utterance, read from disk when asked for.

    Args:
        folder: where they are.
        mel_settings: what they were made with.
        trim: how silence was trimmed.
        entries: by utterance id, in the order of the manifest.
        skipped: by utterance id, why it has no features.
    """

    folder: Path
    mel_settings: MelSettings
    trim: TrimSettings
    entries: Mapping[str, FeatureEntry]
    skipped: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.entries)

    def mel(self, utterance_id: str) -> np.ndarray:
        """Opens the log mel spectrogram of one utterance; its file stays open as long as the array lives.

        Returns:
            (L, M) float32, memory-mapped and read-only.

        Raises:
            CorpusError: the utterance is not in the index, or its file is missing or damaged.
            FileError: the file cannot be read.
        """
        mel: np.ndarray = np.load(self.mel_file(utterance_id).path, mmap_mode="r", allow_pickle=False)
        return mel

    def mel_file(self, utterance_id: str) -> MelFile:
        """Finds the log mel spectrogram of one utterance, which is then read when needed: nothing stays open.

        Raises:
            CorpusError: the utterance is not in the index, or its file is missing or damaged.
            FileError: the file cannot be read.
        """
        entry = self.entries.get(utterance_id)
        if entry is None:
            raise CorpusError(
                where=str(self.folder),
                expected=f"the features of utterance {utterance_id!r}",
                found="none in the index",
                fix="Run `tts-align prepare` again: only what is missing is made.",
            )
        path, shape = mel_path(self.folder, utterance_id), (entry.n_frames, self.mel_settings.n_mels)
        if not is_valid_mel(path, *shape):
            raise damaged_mel(path)
        return MelFile(path, shape)


def mel_path(folder: str | os.PathLike[str], utterance_id: str) -> Path:
    """Says where the features of an utterance are kept.

    Example:
        >>> mel_path("features", "A1").as_posix()
        'features/mels/A1.npy'
    """
    return Path(folder) / "mels" / f"{utterance_id}.npy"


def load_index(folder: str | os.PathLike[str], mel_settings: MelSettings | None = None) -> FeatureIndex:
    """Reads the index of prepared features.

    Args:
        folder: what `prepare` wrote.
        mel_settings: what the caller needs; None takes what is there.

    Raises:
        CorpusError: there is no finished index, it is damaged, or it was made with other mel settings.
    """
    path = Path(folder) / "index.json"
    fix = "Run `tts-align prepare` (again)."
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf8"))
        if content["version"] != _VERSION:
            raise ValueError(f"format version {content['version']}")
        index = FeatureIndex(
            folder=Path(folder),
            mel_settings=MelSettings(**content["mel"]),
            trim=TrimSettings(**content["trim"]),
            entries={key: FeatureEntry(**entry) for key, entry in content["utterances"].items()},
            skipped=dict(content["skipped"]),
        )
    except OSError as error:
        found = "an unfinished preparation" if (Path(folder) / "prepared.jsonl").exists() else "none"
        raise CorpusError(where=str(path), expected="an index of features", found=found, fix=fix) from error
    except (ValueError, KeyError, TypeError, AttributeError, ValidationError) as error:
        found = f"a damaged or foreign file ({' '.join(str(error).split())[:120]})"
        raise CorpusError(where=str(path), expected=f"an index of format {_VERSION}", found=found, fix=fix) from error
    if mel_settings is not None and mel_settings.fingerprint != index.mel_settings.fingerprint:
        raise CorpusError(
            where=str(folder),
            expected=f"features with mel fingerprint {mel_settings.fingerprint} ({_differences(mel_settings, index)})",
            found=f"fingerprint {index.mel_settings.fingerprint}",
            fix="Prepare the corpus with the same mel settings, or into another folder.",
        )
    return index


def write_index(index: FeatureIndex) -> None:
    """Writes `index.json`, whole or not at all; the same content is not written again."""
    content = {
        "version": _VERSION,
        "mel": index.mel_settings.model_dump(),
        "mel_fingerprint": index.mel_settings.fingerprint,
        "trim": index.trim.model_dump(),
        "skipped": index.skipped,
        "utterances": {key: entry.model_dump() for key, entry in index.entries.items()},
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    path = index.folder / "index.json"
    if not path.is_file() or path.read_text(encoding="utf8") != text:
        write_text(path, text)


def _differences(wanted: MelSettings, index: FeatureIndex) -> str:
    there = index.mel_settings.model_dump()
    return ", ".join(
        f"{key} {value} instead of {there[key]}" for key, value in wanted.model_dump().items() if value != there[key]
    )
