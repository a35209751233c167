"""Comparing timings with a reference while they are made, for the commands that make them."""

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tts_align.errors import AlignmentError

if TYPE_CHECKING:
    from tts_align.alignment.boundary_errors import BoundaryErrors
    from tts_align.alignment.timings import Timings

_MOST_NAMED = 5


class Against:
    """Adds up the errors of the utterances that have a reference, and remembers those that have none.

    Args:
        place: the reference timings; None: nothing to compare with.
        is_asked: whether a person named that place, so that it is an error if nothing fits.

    Raises:
        AlignmentError: there is no reference at that place.
    """

    def __init__(self, place: Path | None, *, is_asked: bool):
        from tts_align.corpus.reference import open_references

        self._find = None if place is None else open_references(place)
        self._place, self._is_asked = place, is_asked
        self._errors: list[BoundaryErrors] = []
        self._missing: list[str] = []
        self.n_damaged = 0

    def add(self, timings: "Timings") -> None:
        """Compares one utterance; a damaged reference is named on standard error and counted."""
        from tts_align.corpus.reference import boundary_errors

        if self._find is None:
            return
        try:
            reference = self._find(timings.id)
        except AlignmentError as error:
            typer.echo(f"error: {error}", err=True)
            self.n_damaged += 1
            return
        if reference is None:
            self._missing.append(timings.id)
        else:
            self._errors.append(boundary_errors(timings, reference))

    def tell(self) -> None:
        """Prints what came out.

        Raises:
            AlignmentError: the reference was asked for, and no word of it could be paired.
        """
        from tts_align.alignment.boundary_errors import pooled
        from tts_align.report.boundaries import boundary_sentences

        if self._find is None:
            return
        if self._is_asked and self._missing:
            typer.echo(f"No reference for {named(self._missing)}", err=True)
        errors = pooled(self._errors)
        if len(errors.word_starts):
            for sentence in boundary_sentences(errors, len(self._errors)):
                typer.echo(sentence)
        elif self._is_asked and not self.n_damaged:
            found = "none of these utterances" if not self._errors else "other words in all of them"
            fix = "Give the reference of the same recordings, its files or lines named by the same ids."
            raise AlignmentError(where=str(self._place), expected="the words that were timed", found=found, fix=fix)


def named(ids: list[str]) -> str:
    """How many utterances, and the first of them by name.

    Example:
        >>> named(["a1", "a2"])
        '2 utterances: a1, a2'
    """
    listed = ", ".join(ids[:_MOST_NAMED]) + (" ..." if len(ids) > _MOST_NAMED else "")
    return f"{len(ids)} utterance{'s' if len(ids) > 1 else ''}: {listed}"
