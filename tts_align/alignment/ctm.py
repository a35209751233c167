"""CTM files: the timed words of a corpus, a line for each word, as NIST's scoring tools and Kaldi know them.

    ;; utterance channel start duration word confidence
    LJ001-0001 1 0.113000 0.523000 printing 0.94

Reference: NIST, "Conversation time mark (CTM) file format", in the documentation of the scoring toolkit SCTK.
"""

import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tts_align.alignment.textgrid import Interval
from tts_align.errors import AlignmentError
from tts_align.files import write_text

_ROUNDING_SECONDS = 0.02  # words may overlap by so much where their times were rounded to hundredths


def write_ctm(path: str | os.PathLike[str], utterances: Mapping[str, Sequence[Interval]]) -> None:
    """Writes the words of utterances as a CTM, channel 1, whole or not at all.

    Args:
        path: the file.
        utterances: id to words in order of time. Where a word has no confidence, the field is left out.

    Raises:
        AlignmentError: an id or a word is empty or has white space in it, or looks like a comment.
        FileError: `path` cannot be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "words.ctm"
        >>> write_ctm(path, {"A1": [Interval(0.25, 0.5, "hello", 0.9)]})
        >>> path.read_text()
        'A1 1 0.250000 0.250000 hello 0.9000\\n'
        >>> read_ctm(path)
        {'A1': [Interval(start_seconds=0.25, stop_seconds=0.5, label='hello', confidence=0.9)]}
    """
    lines = (line for utterance_id, words in utterances.items() for line in ctm_lines(utterance_id, words))
    write_text(path, "".join(lines))


def ctm_lines(utterance_id: str, words: Iterable[Interval]) -> Iterator[str]:
    """The lines of an utterance, each with its newline.

    Times are rounded to microseconds, start and stop each, so that words that touch still do.

    Raises:
        AlignmentError: as in `write_ctm`.

    Example:
        >>> list(ctm_lines("A1", [Interval(0.25, 0.5, "hello")]))
        ['A1 1 0.250000 0.250000 hello\\n']
    """
    _check_field("utterance id", utterance_id)
    for word in words:
        _check_field(f"utterance {utterance_id}, word", word.label)
        start, stop = round(word.start_seconds, 6), round(word.stop_seconds, 6)
        confidence = "" if word.confidence is None else f" {word.confidence:.4f}"
        yield f"{utterance_id} 1 {start:.6f} {stop - start:.6f} {word.label}{confidence}\n"


def read_ctm(path: str | os.PathLike[str]) -> dict[str, list[Interval]]:
    """Reads the words of a CTM.

    Blank lines and what follows `;;` are left out; lines may stand in any order. A confidence may be missing or `NA`.
    Words that overlap by no more than 0.02 s, as times in hundredths of a second may, are made to touch.

    Returns:
        Utterance id to words in order of time.

    Raises:
        AlignmentError: the file cannot be read; a line has fewer than five or more than six fields, a time that is no
            number or negative, or a confidence outside [0, 1]; words of an utterance overlap or are of two channels.
    """
    utterances: dict[str, list[_Entry]] = {}
    for number, line in _lines(Path(path)):
        entry = _entry(f"{path}, line {number}", line)
        utterances.setdefault(entry.utterance_id, []).append(entry)
    return {utterance_id: _in_order(entries) for utterance_id, entries in utterances.items()}


@dataclass(frozen=True)
class _Entry:
    where: str
    utterance_id: str
    channel: str
    word: Interval


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        found = "bytes that are no text" if isinstance(error, UnicodeError) else error.strerror or str(error)
        raise _broken(str(path), "a CTM file in UTF-8", found, "Check the name.") from error
    for number, line in enumerate(text.split("\n"), start=1):
        content = line.partition(";;")[0].strip()
        if content:
            yield number, content


def _entry(where: str, line: str) -> _Entry:
    fields = line.split()
    if len(fields) not in (5, 6):
        expected = "5 or 6 fields: utterance, channel, start, duration, word and, if known, a confidence"
        raise _broken(where, expected, f"{len(fields)} in {line[:60]!r}", "Write a word without spaces on each line.")
    start, duration = (
        _seconds(where, name, field) for name, field in zip(("start", "duration"), fields[2:4], strict=True)
    )
    confidence = None if len(fields) == 5 or fields[5] == "NA" else _number(fields[5])
    if confidence is not None and not 0 <= confidence <= 1:
        raise _broken(where, "a confidence from 0 to 1, or NA", repr(fields[5]), "Leave it out if it is unknown.")
    return _Entry(where, fields[0], fields[1], Interval(start, round(start + duration, 9), fields[4], confidence))


def _seconds(where: str, name: str, field: str) -> float:
    value = _number(field)
    if not 0 <= value < math.inf:
        raise _broken(where, f"a {name} in seconds, not negative", repr(field), "Mend the time.")
    return value


def _number(field: str) -> float:
    try:
        return float(field)
    except ValueError:
        return math.nan


def _in_order(entries: list[_Entry]) -> list[Interval]:
    ordered = sorted(entries, key=lambda entry: (entry.word.start_seconds, entry.word.stop_seconds))
    words: list[Interval] = []
    for entry in ordered:
        if entry.channel != entries[0].channel:
            found = f"channel {entry.channel} after channel {entries[0].channel} of {entry.utterance_id}"
            raise _broken(entry.where, "one channel for each utterance", found, "Give each channel a name of its own.")
        overlap = words[-1].stop_seconds - entry.word.start_seconds if words else 0.0
        if overlap > _ROUNDING_SECONDS + 1e-9:
            found = f"{entry.word.label!r} {overlap:.3f} s before the end of {words[-1].label!r}"
            raise _broken(entry.where, "words that do not overlap", found, "Mend the times.")
        if overlap > 0:
            words[-1] = replace(words[-1], stop_seconds=entry.word.start_seconds)
        words.append(entry.word)
    return words


def _check_field(where: str, field: str) -> None:
    if not field or field.split() != [field] or ";;" in field:
        fix = "Name it otherwise, or leave the format ctm out."
        raise _broken(where, "text without spaces, that a line of CTM can hold", repr(field), fix)


def _broken(where: str, expected: str, found: str, fix: str) -> AlignmentError:
    return AlignmentError(where=where, expected=expected, found=found, fix=fix)
