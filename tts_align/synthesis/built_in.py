"""The voices that come with the package, by name."""

import os
from pathlib import Path

from tts_align.errors import VoiceError

_FOLDER = Path(__file__).resolve().parents[1] / "voices"


def built_in_voices() -> dict[str, Path]:
    """Name to file of each voice in the package, sorted."""
    return {file.stem: file for file in sorted(_FOLDER.glob("*.safetensors"))}


def find_voice(place: str | os.PathLike[str]) -> Path:
    """Where a voice is.

    Args:
        place: the name of a built-in voice (it comes before a folder of that name; write `./joe` for the folder), or
            a path.

    Raises:
        VoiceError: it is neither; the message lists the names.

    Example:
        >>> find_voice("nobody")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ...
        tts_align.errors.VoiceError: nobody: expected a voice: ...
    """
    voices = built_in_voices()
    if str(place) in voices:
        return voices[str(place)]
    if not Path(place).exists():
        names = ", ".join(voices) if voices else "none in this installation"
        raise VoiceError(
            where=str(place),
            expected=f"a voice: the name of a built-in one ({names}), or the folder of a run",
            found="neither",
            fix="Check the name.",
        )
    return Path(place)
