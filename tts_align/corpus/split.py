"""Which utterances are for training, validation and test: fixed by their ids alone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from tts_align.corpus.manifest import Utterance
from tts_align.errors import CorpusError


@dataclass(frozen=True)
class Split:
    """Three disjoint parts of a corpus, each sorted by id."""

    train: tuple[Utterance, ...]
    validation: tuple[Utterance, ...]
    test: tuple[Utterance, ...]


def split(utterances: Sequence[Utterance], n_validation: int, n_test: int) -> Split:
    """Splits a corpus in a way that depends on the ids only, not on their order, the machine or a seed.

    The utterances are ranked by the BLAKE2b hash of their ids: the first `n_test` are the test part, the next
    `n_validation` the validation part, the others are for training.

    Args:
        utterances: with unique ids.
        n_validation: utterances in the validation part, >= 0.
        n_test: utterances in the test part, >= 0.

    Returns:
        The parts; the training part has at least one utterance.

    Raises:
        CorpusError: a count is negative, or there are too few utterances.

    Reference: Definition: this project.

    Example:
        >>> from pathlib import Path
        >>> corpus = [Utterance(id=f"{i}", text="", wave_path=Path(), raw_text="") for i in range(10)]
        >>> parts = split(corpus, n_validation=2, n_test=1)
        >>> len(parts.train), len(parts.validation), len(parts.test)
        (7, 2, 1)
        >>> split(corpus[::-1], n_validation=2, n_test=1) == parts
        True
    """
    if n_validation < 0 or n_test < 0 or len(utterances) <= n_validation + n_test:
        raise CorpusError(
            where="split",
            expected=f"more than {max(0, n_validation)} + {max(0, n_test)} utterances (validation + test, both >= 0)",
            found=f"{len(utterances)} utterances, validation {n_validation}, test {n_test}",
            fix="Use a larger corpus, or hold out fewer: --set corpus.n_validation=... --set corpus.n_test=...",
        )
    ranked = sorted(utterances, key=lambda utterance: (_rank(utterance.id), utterance.id))
    parts = ranked[n_test + n_validation :], ranked[n_test : n_test + n_validation], ranked[:n_test]
    return Split(*(tuple(sorted(part, key=lambda utterance: utterance.id)) for part in parts))


def _rank(utterance_id: str) -> bytes:
    return hashlib.blake2b(utterance_id.encode(), digest_size=8).digest()
