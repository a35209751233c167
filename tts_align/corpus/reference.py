"""Reference timings, in TextGrids or a CTM, and how far other timings are from them."""

import functools
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tts_align.alignment.boundary_errors import BoundaryErrors
from tts_align.alignment.ctm import read_ctm
from tts_align.alignment.textgrid import Interval, read_textgrid
from tts_align.alignment.timing_files import CTM_FILE, textgrid_file
from tts_align.alignment.timings import Timings
from tts_align.alignment.words import is_letter
from tts_align.corpus.timings import WordTime, word_tier, word_times
from tts_align.errors import AlignmentError, FileError


@dataclass(frozen=True)
class Reference:
    """The reference timings of one utterance, from the start of its sound; `phones` may be empty."""

    words: Sequence[Interval]
    phones: Sequence[Interval] = ()


FindReference = Callable[[str], Reference | None]


def open_references(place: str | os.PathLike[str]) -> FindReference:
    """Opens the reference timings of a corpus.

    Args:
        place: a folder of `ID.TextGrid` (tiers `words` and, if there are any, `phones`), a folder with such a folder
            `textgrids`, or a CTM file.

    Returns:
        A function from utterance id to its reference, None where there is none. TextGrids are read when asked for, and
        one that is damaged raises an AlignmentError then.

    Raises:
        AlignmentError: there is nothing at that place, a folder without TextGrids, or a damaged CTM.
    """
    path = Path(place)
    if path.is_file() and path.suffix.lower() != ".textgrid":
        return functools.partial(_of_ctm, read_ctm(path))
    for folder in (path / "textgrids", path):
        if folder.is_dir() and next(folder.rglob("*.TextGrid"), None) is not None:
            return functools.partial(_of_folder, folder)
    raise AlignmentError(
        where=str(path),
        expected="a folder of TextGrids, or a CTM file",
        found="a folder without any" if path.is_dir() else "a single TextGrid" if path.exists() else "nothing there",
        fix="Name the folder that holds ID.TextGrid of each utterance.",
    )


def refuse_references(out: Path, formats: Collection[str], places: Iterable[Path]) -> None:
    """Makes sure that timings written to `out` replace no reference timings, nor pass for them later.

    Args:
        out: the folder to write to.
        formats: that will be written, of `timing_files.FORMATS`.
        places: where references are, as `open_references` takes them; they need not exist.

    Raises:
        FileError: a file that would be written to is a reference, by whatever name.
    """
    written = [textgrid_file(out, "").parent] * ("textgrid" in formats) + [out / CTM_FILE] * ("ctm" in formats)
    for place in places:
        for reference in (place, place / "textgrids"):
            if reference.resolve() in [path.resolve() for path in written]:
                raise FileError(
                    where=str(reference),
                    expected="another place than that of the reference timings",
                    found="that very place",
                    fix="Name another folder with --out.",
                )


def boundary_errors(timings: Timings, reference: Reference) -> BoundaryErrors:
    """How far the timings of an utterance are from the reference.

    Words are paired by their spelling (see `word_onsets`). The phones of a paired word are paired in order if its
    symbols are phones, not letters, and the reference has as many in that word; names of phones do not matter, since
    systems name them differently.

    Example:
        >>> from tts_align.alignment.matrix import Alignment
        >>> from tts_align.alignment.timings import timings_of
        >>> timings = timings_of(Alignment(np.eye(5), tuple("a cat"), seconds_per_step=0.1), "one")
        >>> errors = boundary_errors(timings, Reference([Interval(0.25, 0.5, "cat")]))
        >>> errors.word_starts.round(3).tolist(), errors.word_stops.round(3).tolist(), errors.n_words
        ([-50.0], [0.0], 2)
    """
    times = word_times([word.label for word in timings.words], reference.words)
    ours = [timings.words[time.word_index] for time in times]
    stops = [np.nan if time.stop_seconds is None else time.stop_seconds for time in times]
    phones = [_phone_pairs(timings, time, reference) for time in times]
    known = [pairs for pairs in phones if pairs is not None]
    return BoundaryErrors(
        word_starts=_ms([word.start_seconds for word in ours], [time.start_seconds for time in times]),
        word_stops=_ms([word.stop_seconds for word in ours], stops),
        word_confidence=np.array([word.confidence for word in ours], dtype=float),
        phone_starts=_ms([a for pairs in known for a, _ in pairs], [b for pairs in known for _, b in pairs]),
        n_words=len(timings.words),
        n_words_of_phones=len(known),
        n_words_with_phones=sum(bool(pairs) for pairs in known),
    )


def _of_ctm(utterances: Mapping[str, list[Interval]], utterance_id: str) -> Reference | None:
    words = utterances.get(utterance_id)
    return None if words is None else Reference(words)


def _of_folder(folder: Path, utterance_id: str) -> Reference | None:
    path = folder / f"{utterance_id}.TextGrid"
    if not path.is_file():
        return None
    tiers = read_textgrid(path)
    return Reference(word_tier(tiers, path), tiers.get("phones", []))


def _phone_pairs(timings: Timings, time: WordTime, reference: Reference) -> list[tuple[float, float]] | None:
    """Starts of the phones of a word here and there; empty if they are not as many, None if there are none to pair."""
    if time.stop_seconds is None or not timings.is_of_phones(time.word_index):
        return None
    ours = [symbol for symbol in timings.symbols_of(time.word_index) if is_letter(symbol.label)]
    theirs = [
        phone
        for phone in reference.phones
        if time.start_seconds <= (phone.start_seconds + phone.stop_seconds) / 2 < time.stop_seconds
        and is_letter(phone.label)
    ]
    if not theirs:
        return None
    if len(ours) != len(theirs):
        return []
    return [(our.start_seconds, their.start_seconds) for our, their in zip(ours, theirs, strict=True)]


def _ms(ours: Sequence[float], theirs: Sequence[float]) -> np.ndarray:
    errors: np.ndarray = (np.asarray(ours, dtype=float) - np.asarray(theirs, dtype=float)) * 1000.0
    return errors
