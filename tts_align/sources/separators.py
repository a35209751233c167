"""Phones of systems that encode nothing between words: the words are kept all the same."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tts_align.alignment.matrix import Alignment
from tts_align.errors import AlignmentError, TtsAlignError
from tts_align.sources.batch import Batch, Outcome, alignments_in
from tts_align.sources.options import MatrixOptions
from tts_align.sources.texts import Said


def alignments_of_phones(
    batch: Batch, seconds_per_step: float, options: MatrixOptions, tell: Callable[[str], None]
) -> list[Outcome]:
    """Makes alignments by `alignments_in`; if no text fits, with the separators of words taken to be not encoded.

    These then get a column without weight each, so that the words can be told apart.

    Raises:
        AlignmentError: the shape does not fit in either way.
    """
    outcomes: list[Outcome] = []
    refused: AlignmentError | None = None
    try:
        outcomes = alignments_in(batch, seconds_per_step, options, tell)
    except AlignmentError as error:
        refused = error
    bare = replace(batch, texts=[text and replace(text, symbols=_spoken(text)) for text in batch.texts])
    if bare.texts != batch.texts and not _any_good(outcomes):
        try:
            found = alignments_in(bare, seconds_per_step, options, tell)
        except AlignmentError:
            found = []
        if _any_good(found):
            tell("nothing was encoded between words")
            return [(name, _parted(one, text)) for (name, one), text in zip(found, batch.texts, strict=True)]
    if refused is not None:
        raise refused
    return outcomes


def with_empty_columns(alignment: Alignment, symbols: tuple[str, ...]) -> Alignment:
    """Puts the separators among `symbols` into an alignment that lacks them, each with no weight at all.

    Example:
        >>> bare = Alignment(np.eye(4), ("AH0", "K", "T", "<end>"), seconds_per_step=0.1)
        >>> parted = with_empty_columns(bare, ("AH0", " ", "K", "T"))
        >>> parted.symbols, parted.weights[:2].tolist()
        (('AH0', ' ', 'K', 'T', '<end>'), [[1.0, 0.0, 0.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0, 0.0]])
    """
    separators = np.array([symbol == " " for symbol in symbols])
    n_marks = alignment.n_symbols - int((~separators).sum())
    front = n_marks // 2
    places = front + np.cumsum(~separators)[separators]
    weights = np.insert(alignment.weights, places, 0.0, axis=1)
    end = alignment.symbols[alignment.n_symbols - (n_marks - front) :]
    return replace(alignment, weights=weights, symbols=(*alignment.symbols[:front], *symbols, *end))


def _parted(outcome: Alignment | TtsAlignError, text: Said | None) -> Alignment | TtsAlignError:
    return with_empty_columns(outcome, text.symbols) if isinstance(outcome, Alignment) and text else outcome


def _spoken(text: Said) -> tuple[str, ...]:
    return tuple(symbol for symbol in text.symbols if symbol != " ")


def _any_good(outcomes: list[Outcome]) -> bool:
    return any(isinstance(outcome, Alignment) for _, outcome in outcomes)
