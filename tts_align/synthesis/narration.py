"""A text of any length into one sound file, with the alignments of its sentences."""

import itertools
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from tts_align.alignment.analysis import analyze
from tts_align.alignment.archive import save_alignment
from tts_align.audio import write_wave
from tts_align.errors import FileError
from tts_align.files import atomic_folder, atomic_path
from tts_align.synthesis.joining import Joiner
from tts_align.synthesis.sound_file import open_wave
from tts_align.synthesis.voice import Recited, Voice

_OF_SENTENCES = ".sentences"


def narrate(
    voice: Voice, recited: Iterable[Recited], wave_path: Path, alignment_path: Path, rate: float = 1.0
) -> Iterator[Recited]:
    """Writes sentences into a sound file while they are spoken.

    One sentence is written as it is: the sound, and its alignment at `alignment_path`. Several are joined by pauses,
    and their alignments go into the folder of that name in `.sentences`, one file each, with the place of the
    sentence in the sound. Nothing has its final name before everything is written. What an
    earlier sound of the same name left in the other of the two places is removed.

    Args:
        voice: that speaks them.
        recited: from `voice.recite`.
        wave_path: the sound, `.wav`.
        alignment_path: `.npz`.
        rate: pace of the pauses, as that of the speech.

    Yields:
        Each sentence once it is written; in its alignment is where it starts in the sound, and its faults are placed
        there.

    Raises:
        FileError: something cannot be written.
    """
    spoken = iter(recited)
    start = list(itertools.islice(spoken, 2))
    folder = _folder_for(alignment_path)
    if len(start) == 1:
        with atomic_path(wave_path) as temporary:
            write_wave(temporary, start[0].speech.wave, voice.mel.sample_rate)
            save_alignment(alignment_path, start[0].speech.alignment)
        shutil.rmtree(folder, ignore_errors=True)  # of an earlier sound of that name
        yield start[0]
        return
    joiner = Joiner(voice.mel.sample_rate, voice.trim, rate)
    with atomic_folder(folder) as temporary, open_wave(wave_path, voice.mel.sample_rate) as append:
        for number, one in enumerate(itertools.chain(start, spoken), 1):
            piece, start_seconds = joiner.add(one.line.sentence, one.speech.wave)
            append(piece)
            alignment = replace(one.speech.alignment, start_seconds=start_seconds)
            save_alignment(temporary / f"{number:05}.npz", alignment)
            analysis = analyze(alignment) if one.analysis.events else one.analysis  # whose times are in the whole
            yield replace(one, speech=replace(one.speech, alignment=alignment), analysis=analysis)
    alignment_path.unlink(missing_ok=True)  # of an earlier sound of that name


def _folder_for(alignment_path: Path) -> Path:
    folder = alignment_path.with_suffix(_OF_SENTENCES)
    if folder.exists() and not (folder.is_dir() and all(file.suffix == ".npz" for file in folder.iterdir())):
        raise FileError(
            where=str(folder),
            expected="a place for alignments",
            found="something else there, which would be overwritten",
            fix="Move it, or name another place.",
        )
    return folder
