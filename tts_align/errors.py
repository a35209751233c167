"""The exceptions that the package raises for bad input: one small family, one shape of message."""

from typing import Self


class TtsAlignError(Exception):
    """Something that the user gave or asked for does not work, said in four parts.

    Args:
        where: the place: a file, a line of it, a key, an argument.
        expected: what would have been right.
        found: what was there instead.
        fix: what to do about it.

    Example:
        >>> raise_me = TextError(where="character 3", expected="a symbol of the alphabet", found="'§'",
        ...                      fix="Remove it or pass --unknown skip.")
        >>> print(raise_me)
        character 3: expected a symbol of the alphabet, found '§'. Remove it or pass --unknown skip.
    """

    def __init__(self, *, where: str, expected: str, found: str, fix: str):
        super().__init__(f"{where}: expected {expected}, found {found}. {fix}")
        self.where, self.expected, self.found, self.fix = where, expected, found, fix

    def within(self, place: str) -> Self:
        """The same error, with the place that its own is a part of: a file, a sentence.

        Example:
            >>> print(TextError(where="line 2", expected="text", found="bytes", fix="Mend it.").within("book.txt"))
            book.txt: line 2: expected text, found bytes. Mend it.
        """
        where = f"{place}: {self.where}" if self.where else place
        return type(self)(where=where, expected=self.expected, found=self.found, fix=self.fix)

    def __reduce__(self) -> tuple[object, ...]:  # so that it survives the way from one process to another
        return _rebuild, (type(self), self.where, self.expected, self.found, self.fix)


class TextError(TtsAlignError):
    """A text cannot be turned into symbols."""


class AudioError(TtsAlignError):
    """A sound file or a signal cannot be used."""


class CorpusError(TtsAlignError):
    """A corpus, its manifest or its features cannot be used."""


class RecipeError(TtsAlignError):
    """A recipe has a wrong key, a wrong value, or parts that do not fit."""


class AlignmentError(TtsAlignError):
    """An alignment matrix, or a file that should hold one, cannot be used."""


class VoiceError(TtsAlignError):
    """A run folder, checkpoint or voice cannot be loaded, resumed or warm-started from."""


class TrainingError(TtsAlignError):
    """Training cannot start or go on."""


class FileError(TtsAlignError):
    """A file cannot be read or written: the disk is full, a folder is missing, permission is denied."""


def _rebuild(kind: type[TtsAlignError], where: str, expected: str, found: str, fix: str) -> TtsAlignError:
    return kind(where=where, expected=expected, found=found, fix=fix)
