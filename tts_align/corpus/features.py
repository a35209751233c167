"""Making the mel spectrograms of a corpus: once, in parallel, resumable."""

import functools
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tts_align.audio.mel import MelSettings
from tts_align.audio.silence import TrimSettings
from tts_align.corpus.feature_index import (
    FeatureEntry,
    FeatureIndex,
    load_index,
    mel_path,
    write_index,
)
from tts_align.corpus.feature_work import Made, Source, make_feature, one_thread
from tts_align.corpus.journal import Journal
from tts_align.corpus.manifest import Utterance
from tts_align.corpus.mel_file import is_valid_mel
from tts_align.corpus.parallel import map_in_processes
from tts_align.errors import AudioError, CorpusError
from tts_align.progress import progress


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

    Example:
        >>> import tempfile
        >>> import numpy as np
        >>> from tts_align.audio import write_wave
        >>> folder = Path(tempfile.mkdtemp())
        >>> write_wave(folder / "a.wav", np.sin(0.1 * np.arange(5120)), 22050)
        >>> index = prepare([Utterance("a", "Aaa.", folder / "a.wav", "Aaa.")], folder / "features")
        >>> index.mel("a").shape
        (20, 80)
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
        skipped = _make(missing, work, journal, done, workers, skip_broken)
    if not done:
        raise CorpusError(
            where=str(folder),
            expected="at least one utterance with usable sound",
            found=f"{len(skipped)} that cannot be used",
            fix="Run `tts-align check` on the corpus.",
        )
    result_index = _index_of(folder, mel_settings, trim, utterances, done, skipped)
    write_index(result_index)
    journal.remove()
    return result_index


def _make(
    missing: Sequence[Utterance],
    work: Callable[[Utterance], Made | AudioError],
    journal: Journal,
    done: dict[str, Made],
    workers: int | None,
    skip_broken: bool,
) -> dict[str, str]:
    """Makes what is missing, notes it in the journal and in `done`, and returns what was left out and why."""
    skipped: dict[str, str] = {}
    total = len(done) + len(missing)
    with (
        journal.appending() as append,
        one_thread(),
        progress("Features", total, unit="utterance", done=len(done)) as advance,
    ):
        for index, result in map_in_processes(work, missing, workers):
            if isinstance(result, Made):
                append(result)
                done[result.id] = result
            else:
                skipped[missing[index].id] = str(_or_raise(result, missing[index], skip_broken))
            advance()
    return skipped


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
        and is_valid_mel(mel_path(folder, made.id), made.n_frames, mel_settings.n_mels)
    }


def _or_raise(error: AudioError, utterance: Utterance, skip_broken: bool) -> AudioError:
    if skip_broken:
        return error
    raise AudioError(
        where=f"utterance {utterance.id}: {error.where}",
        expected=error.expected,
        found=error.found,
        fix="Repair or remove it, or pass --skip-broken (skip_broken=True in Python). What is finished is kept.",
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


def _remove_stale_temporaries(folder: Path) -> None:
    """Removes what a kill -9 left of `atomic_path`'s temporary files."""
    for pattern in (".index-*.json", ".prepared-*.jsonl", "mels/.*-*.npy"):
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)
