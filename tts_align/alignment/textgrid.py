"""Praat TextGrids: labelled intervals of time, read and written.

The reader goes by Praat's own rule, that only free-standing numbers, quoted strings and flags count, so it reads the
long and the short form alike and sees where a file was cut off.

Reference: Praat manual, "TextGrid file formats" and "Reading and writing text files".
"""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tts_align.errors import AlignmentError
from tts_align.files import write_text

_TOKEN = re.compile(r'(?<!\S)(?:"(?:[^"]|"")*"|<\w+>|[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)(?!\S)')


@dataclass(frozen=True)
class Interval:
    """A labelled stretch of time, half-open: `[start_seconds, stop_seconds)`.

    `confidence`, in [0, 1], says how sure it is; None where nobody says. TextGrids do not keep it.
    """

    start_seconds: float
    stop_seconds: float
    label: str
    confidence: float | None = None


def write_textgrid(
    path: str | os.PathLike[str], tiers: Mapping[str, Sequence[Interval]], duration_seconds: float
) -> None:
    """Writes interval tiers as a TextGrid that Praat opens, whole or not at all.

    Time that no interval covers is filled with empty intervals, as Praat wants it.

    Args:
        path: the file to write.
        tiers: name to intervals in order of time, each with a label and a length above zero, without overlap, within
            `[0, duration_seconds]`.
        duration_seconds: length of the sound.

    Raises:
        AlignmentError: an interval is empty, has no label, overlaps the one before, or ends after the sound.
        FileError: `path` cannot be written.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "one.TextGrid"
        >>> write_textgrid(path, {"words": [Interval(0.25, 0.5, "hello")]}, duration_seconds=1.0)
        >>> read_textgrid(path)
        {'words': [Interval(start_seconds=0.25, stop_seconds=0.5, label='hello', confidence=None)]}
        >>> read_duration(path)
        1.0
    """
    for name, intervals in tiers.items():
        _check(f"{path}, tier {name!r}", intervals, duration_seconds)
    lines = [
        'File type = "ooTextFile"',
        'Object class = "TextGrid"',
        "",
        "xmin = 0",
        f"xmax = {_number(duration_seconds)}",
    ]
    lines += ["tiers? <exists>", f"size = {len(tiers)}", "item []:"]
    for i, (name, intervals) in enumerate(tiers.items(), start=1):
        filled = _filled(intervals, duration_seconds)
        lines += [f"    item [{i}]:", '        class = "IntervalTier"', f"        name = {_quoted(name)}"]
        lines += ["        xmin = 0", f"        xmax = {_number(duration_seconds)}"]
        lines += [f"        intervals: size = {len(filled)}"]
        for n, each in enumerate(filled, start=1):
            lines += [f"        intervals [{n}]:", f"            xmin = {_number(each.start_seconds)}"]
            lines += [f"            xmax = {_number(each.stop_seconds)}", f"            text = {_quoted(each.label)}"]
    write_text(path, "\n".join(lines) + "\n")


def read_textgrid(path: str | os.PathLike[str]) -> dict[str, list[Interval]]:
    """Reads the interval tiers of a TextGrid; intervals without a label are left out, and so are point tiers.

    Args:
        path: a TextGrid in the long or the short text form, UTF-8 or UTF-16.

    Returns:
        Tier name to intervals in order of time.

    Raises:
        AlignmentError: the file is missing, cut off, or no TextGrid.
    """
    return _read(path)[1]


def read_duration(path: str | os.PathLike[str]) -> float:
    """The length of the sound that a TextGrid describes, in seconds.

    Raises:
        AlignmentError: the file is missing, cut off, or no TextGrid.
    """
    return _read(path)[0]


def _read(path: str | os.PathLike[str]) -> tuple[float, dict[str, list[Interval]]]:
    try:
        return _parse(_tokens(Path(path)))
    except StopIteration:
        found = "a file that is cut off"
    except OSError as error:
        found = error.strerror or "a file that cannot be read"
    except ValueError as error:
        found = "bytes that are no text" if isinstance(error, UnicodeError) else str(error)
    raise AlignmentError(
        where=str(path), expected="a complete TextGrid", found=found, fix="Make the file again, or remove it."
    )


def _tokens(path: Path) -> Iterator[str]:
    raw = path.read_bytes()
    text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    if "ooTextFile" not in text[:100]:
        raise ValueError("a file that does not begin like one")
    return (match[0] for match in _TOKEN.finditer(text))


def _parse(tokens: Iterator[str]) -> tuple[float, dict[str, list[Interval]]]:
    _string(tokens)  # ooTextFile
    if (kind := _string(tokens)) != "TextGrid":
        raise ValueError(f"an object of class {kind!r}")
    _, duration_seconds = float(next(tokens)), float(next(tokens))
    tiers: dict[str, list[Interval]] = {}
    for _ in range(int(next(tokens)) if next(tokens) == "<exists>" else 0):
        kind, name = _string(tokens), _string(tokens)
        _, _, n_entries = next(tokens), next(tokens), int(next(tokens))
        if kind == "IntervalTier":
            entries = [Interval(float(next(tokens)), float(next(tokens)), _string(tokens)) for _ in range(n_entries)]
            tiers[name] = [each for each in entries if each.label.strip()]
        else:
            for _ in range(2 * n_entries):  # a point is a time and a mark
                next(tokens)
    return duration_seconds, tiers


def _string(tokens: Iterator[str]) -> str:
    token = next(tokens)
    if not token.startswith('"'):
        raise ValueError(f"{token} in the place of a quoted string")
    return token[1:-1].replace('""', '"')


def _quoted(label: str) -> str:
    return '"' + label.replace('"', '""') + '"'


def _number(seconds: float) -> str:
    return np.format_float_positional(seconds, trim="-")  # exact and never 1e-05, which few readers know


def _filled(intervals: Sequence[Interval], duration_seconds: float) -> list[Interval]:
    filled, before = [], 0.0
    for each in intervals:
        if each.start_seconds > before:
            filled.append(Interval(before, each.start_seconds, ""))
        filled.append(each)
        before = each.stop_seconds
    if before < duration_seconds or not filled:
        filled.append(Interval(before, duration_seconds, ""))
    return filled


def _check(where: str, intervals: Sequence[Interval], duration_seconds: float) -> None:
    before = 0.0
    for each in intervals:
        if not before <= each.start_seconds < each.stop_seconds <= duration_seconds or not each.label:
            raise AlignmentError(
                where=where,
                expected=f"labelled intervals in order, without overlap, within 0 to {duration_seconds:g} s",
                found=f"{each.label!r} from {each.start_seconds:g} to {each.stop_seconds:g} s after {before:g} s",
                fix="Mend the times.",
            )
        before = each.stop_seconds
