"""What a text is read as, and which words came from where."""

import bisect
from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """Some written characters that are not spoken as they stand.

    Attributes:
        kind: what they were taken for: `money`, `year`, `abbreviation`, `skipped` ...
        start, stop: half-open span in `Reading.written`.
        spoken_start, spoken_stop: half-open span in `Reading.spoken`, spaces around the words included.
        written: the characters.
        spoken: the words in their place; empty for what is not spoken.
    """

    kind: str
    start: int
    stop: int
    spoken_start: int
    spoken_stop: int
    written: str
    spoken: str

    def __str__(self) -> str:
        return f"{self.written} -> {self.spoken or '(nothing)'}"


@dataclass(frozen=True)
class Reading:
    """A text as it is written and as it is spoken. Outside the pieces both have the same characters.

    Attributes:
        written: the text as given, but composed and without invisible characters.
        spoken: the text in words.
        pieces: in the order of the text.
    """

    written: str
    spoken: str
    pieces: tuple[Piece, ...]

    def written_span(self, start: int, stop: int) -> tuple[int, int]:
        """Where a span of the spoken text comes from; a span that touches a piece takes all of it.

        Args:
            start, stop: half-open span in `spoken`, such as that of a word; `start < stop`.

        Returns:
            Half-open span in `written`.

        Example:
            >>> from tts_align.text import read_text
            >>> reading = read_text("It costs $3.50.")
            >>> start = reading.spoken.index("fifty")
            >>> reading.written_at(start, start + len("fifty"))
            '$3.50'
        """
        first = self._place(start)
        last = self._place(stop - 1)
        begin = first.start if isinstance(first, Piece) else first
        end = last.stop if isinstance(last, Piece) else last + 1
        return begin, end

    def written_at(self, start: int, stop: int) -> str:
        """The written characters that a span of the spoken text comes from."""
        begin, end = self.written_span(start, stop)
        return self.written[begin:end]

    def _place(self, spoken: int) -> Piece | int:
        """The piece that a character of the spoken text belongs to, or else its place in the written text."""
        n_before = bisect.bisect_right(self.pieces, spoken, key=lambda piece: piece.spoken_start)
        if n_before == 0:
            return spoken
        piece = self.pieces[n_before - 1]
        return piece if spoken < piece.spoken_stop else spoken - piece.spoken_stop + piece.stop
