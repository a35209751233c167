"""The timings of a corpus as files: TextGrids, one CTM, JSON, arrays of durations; one utterance after the other."""

import contextlib
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import IO

from tts_align.alignment.ctm import ctm_lines
from tts_align.alignment.textgrid import Interval, write_textgrid
from tts_align.alignment.timing_record import write_durations, write_timings
from tts_align.alignment.timings import Timings
from tts_align.alignment.words import is_break
from tts_align.errors import AlignmentError
from tts_align.files import atomic_path

FORMATS = ("textgrid", "ctm", "json", "npy")
CTM_FILE = "words.ctm"


def textgrid_file(out: Path, utterance_id: str) -> Path:
    """Where the TextGrid of an utterance goes.

    Example:
        >>> textgrid_file(Path("out"), "A1").as_posix()
        'out/textgrids/A1.TextGrid'
    """
    return out / "textgrids" / f"{utterance_id}.TextGrid"


@contextlib.contextmanager
def timing_files(
    out: str | os.PathLike[str], formats: Collection[str] = FORMATS
) -> Iterator[Callable[[Timings], None]]:
    """Opens a folder for the timings of many utterances and yields the function that writes those of one.

    `textgrids/ID.TextGrid` (tiers `words`, and `phones` or `characters`), `words.ctm` for all of them, `json/ID.json`,
    `durations/ID.npy` (steps of each symbol) and, where the frames are known, `frame_durations/ID.npy`. Each file is
    written whole or not at all; the CTM appears when the block ends.

    Args:
        out: the folder; it is made.
        formats: of `FORMATS`.

    Raises:
        AlignmentError: an id or a word cannot stand in a CTM.
        FileError: a file cannot be written.

    Example:
        >>> import tempfile
        >>> import numpy as np
        >>> from tts_align.alignment.matrix import Alignment
        >>> from tts_align.alignment.timings import timings_of
        >>> out = Path(tempfile.mkdtemp())
        >>> with timing_files(out, ["ctm", "npy"]) as write:
        ...     write(timings_of(Alignment(np.eye(3), tuple("cat"), 0.1), "one"))
        >>> sorted(path.relative_to(out).as_posix() for path in out.rglob("*.*"))
        ['durations/one.npy', 'words.ctm']
    """
    folder = Path(out)
    with contextlib.ExitStack() as stack:
        ctm: IO[str] | None = None
        if "ctm" in formats:
            temporary = stack.enter_context(atomic_path(folder / CTM_FILE))
            ctm = stack.enter_context(open(temporary, "w", encoding="utf8"))

        def write(timings: Timings) -> None:
            if ctm is not None:
                ctm.writelines(ctm_lines(timings.id, timings.words))
            _write_one(folder, formats, timings)

        yield write


def parse_formats(listed: str) -> tuple[str, ...]:
    """The formats of a list with commas.

    Raises:
        AlignmentError: one is unknown, or there is none.

    Example:
        >>> parse_formats("textgrid, npy")
        ('textgrid', 'npy')
    """
    found = tuple(dict.fromkeys(name.strip().lower() for name in listed.split(",") if name.strip()))
    wrong = [name for name in found if name not in FORMATS]
    if wrong or not found:
        expected = f"formats of {', '.join(FORMATS)}, parted by commas"
        fix = "Leave --formats out for all of them."
        raise AlignmentError(where="--formats", expected=expected, found=repr(wrong[0] if wrong else listed), fix=fix)
    return found


def symbol_tier(timings: Timings) -> tuple[str, list[Interval]]:
    """The symbols as a tier named `phones` or `characters`.

    They are phones if most words are of phones, or if a symbol has several characters. White space and
    marks such as `<end>` are time without a label; symbols that got no time are left out.
    """
    n_words = len(timings.words)
    of_phones = sum(timings.is_of_phones(word) for word in range(n_words))
    labelled = [each for each in timings.symbols if not is_break(each.label)]
    is_phones = 2 * of_phones > n_words or any(len(each.label) > 1 for each in labelled)
    return "phones" if is_phones else "characters", _with_time(labelled)


def _write_one(folder: Path, formats: Collection[str], timings: Timings) -> None:
    name = timings.id
    if "textgrid" in formats:
        tier, symbols = symbol_tier(timings)
        tiers = {"words": _with_time(timings.words), tier: symbols}
        write_textgrid(textgrid_file(folder, name), tiers, timings.sound_seconds)
    if "json" in formats:
        write_timings(folder / "json" / f"{name}.json", timings)
    if "npy" in formats:
        write_durations(folder / "durations" / f"{name}.npy", timings.durations)
        if timings.frame_durations is not None:
            write_durations(folder / "frame_durations" / f"{name}.npy", timings.frame_durations)


def _with_time(intervals: Sequence[Interval]) -> list[Interval]:
    return [each for each in intervals if each.stop_seconds > each.start_seconds]
