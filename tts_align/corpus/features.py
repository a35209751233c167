"""Mel spectrograms of a corpus on disk: made once, in parallel, resumable, and read without being loaded."""

import functools
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tts_align.audio.mel import MelSettings
from tts_align.corpus.feature_work import Made, Source, TrimSettings, make_feature, one_thread
from tts_align.corpus.journal import Journal
from tts_align.corpus.manifest import Utterance
from tts_align.corpus.parallel import map_in_processes
from tts_align.errors import CorpusError, TtsAlignError
from tts_align.files import write_text
from tts_align.progress import progress

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
        """Opens the log mel spectrogram of one utterance.

        Returns:
            (L, M) float32, memory-mapped and read-only.

        Raises:
            CorpusError: the utterance is not in the index, or its file is missing or damaged.
        """
        entry = self.entries.get(utterance_id)
        path = mel_path(self.folder, utterance_id)
        expected = f"the features of utterance {utterance_id!r}"
        fix = "Run `tts-align prepare` again: only what is missing is made."
        if entry is None:
            raise CorpusError(where=str(self.folder), expected=expected, found="none in the index", fix=fix)
        if not _is_valid(path, entry.n_frames, self.mel_settings.n_mels):
            raise CorpusError(where=str(path), expected=expected, found="a missing or damaged file", fix=fix)
        return np.load(path, mmap_mode="r", allow_pickle=False)


def mel_path(folder: str | os.PathLike[str], utterance_id: str) -> Path:
    """Says where the features of an utterance are kept.

    Example:
        >>> mel_path("features", "A1").as_posix()
        'features/mels/A1.npy'
    """
    return Path(folder) / "mels" / f"{utterance_id}.npy"


def prepare(
    utterances: Sequence[Utterance],
    out: str | os.PathLike[str],
    mel_settings: MelSettings | None = None,
    trim: TrimSettings | None = None,
    *,
    workers: int | None = None,
    skip_broken: bool = False,
) -> FeatureIndex:
    """Reads, resamples and trims every sound file and writes its log mel spectrogram to `out`.

    What `out` already holds is kept when it was made with the same settings from a file of the same size and time.
    An interruption at any moment leaves whole files only, and the next call ends with the same bytes as one that was
    never interrupted. One call at a time may work on one folder.

    Args:
        utterances: what to prepare.
        out: the folder for the features; it is made.
        mel_settings: the geometry; None for the defaults.
        trim: how to trim silence; None for the defaults.
        workers: processes; None chooses.
        skip_broken: leave out utterances whose sound cannot be used, and list them in the index.

    Raises:
        AudioError: a sound file cannot be used and `skip_broken` is off; what was finished is kept.
        CorpusError: no utterance is left.
        FileError: the folder cannot be written.
    """
    folder, mel_settings, trim = Path(out), mel_settings or MelSettings(), trim or TrimSettings()
    _remove_stale_temporaries(folder)
    journal = Journal(folder / "prepared.jsonl", key=f"{mel_settings.fingerprint} {trim.model_dump_json()}")
    done = _what_is_done(folder, journal, utterances, mel_settings, trim)
    missing = [utterance for utterance in utterances if utterance.id not in done]
    skipped: dict[str, str] = {}
    if missing:
        journal.restart(done.values())
        (folder / "index.json").unlink(missing_ok=True)  # it would promise features that are about to change
        work = functools.partial(make_feature, folder=folder / "mels", mel_settings=mel_settings, trim=trim)
        with (
            journal.appending() as append,
            one_thread(),
            progress("Features", len(utterances), unit="utterance", done=len(done)) as advance,
        ):
            for index, result in map_in_processes(work, missing, workers):
                if isinstance(result, Made):
                    append(result)
                    done[result.id] = result
                else:
                    skipped[missing[index].id] = str(_or_raise(result, missing[index], skip_broken))
                advance()
    if not done:
        raise CorpusError(
            where=str(folder),
            expected="at least one utterance with usable sound",
            found=f"{len(skipped)} that cannot be used",
            fix="Run `tts-align check` on the corpus.",
        )
    result_index = _index_of(folder, mel_settings, trim, utterances, done, skipped)
    _write_index(result_index)
    journal.remove()
    return result_index


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


def _what_is_done(
    folder: Path, journal: Journal, utterances: Sequence[Utterance], mel_settings: MelSettings, trim: TrimSettings
) -> dict[str, Made]:
    """Collects, from an earlier index and an interrupted run's journal, the features that are still right."""
    known = {made.id: made for made in journal.read()}
    try:
        index = load_index(folder, mel_settings)
    except CorpusError:
        pass
    else:
        if index.trim == trim:
            known |= {key: Made(id=key, **entry.model_dump(exclude={"text"})) for key, entry in index.entries.items()}
    return {
        utterance.id: made
        for utterance in utterances
        if (made := known.get(utterance.id)) is not None
        and made.source == Source.of(utterance.wave_path)
        and _is_valid(mel_path(folder, made.id), made.n_frames, mel_settings.n_mels)
    }


def _is_valid(path: Path, n_frames: int, n_mels: int) -> bool:
    try:
        mel = np.load(path, mmap_mode="r", allow_pickle=False)  # fails when the file is shorter than its header says
    except (OSError, ValueError, EOFError):
        return False
    return mel.shape == (n_frames, n_mels) and mel.dtype == np.float32


def _or_raise(error: TtsAlignError, utterance: Utterance, skip_broken: bool) -> TtsAlignError:
    if skip_broken:
        return error
    raise type(error)(
        where=f"utterance {utterance.id}: {error.where}",
        expected=error.expected,
        found=error.found,
        fix="Repair or remove it, or pass --skip-broken. What is finished is kept.",
    )


def _index_of(
    folder: Path,
    mel_settings: MelSettings,
    trim: TrimSettings,
    utterances: Sequence[Utterance],
    done: Mapping[str, Made],
    skipped: Mapping[str, str],
) -> FeatureIndex:
    entries = {
        utterance.id: FeatureEntry(text=utterance.text, **done[utterance.id].model_dump(exclude={"id"}))
        for utterance in utterances
        if utterance.id in done
    }
    return FeatureIndex(folder, mel_settings, trim, entries, dict(sorted(skipped.items())))


def _write_index(index: FeatureIndex) -> None:
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


def _remove_stale_temporaries(folder: Path) -> None:
    """Removes what a kill -9 left of `atomic_path`'s temporary files."""
    for pattern in (".index-*.json", ".prepared-*.jsonl", "mels/.*-*.npy"):
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)
