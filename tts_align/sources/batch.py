"""From an array with the attention of some utterances to their alignments."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tts_align.alignment.foreign import (
    MARKS,
    arrange,
    cut,
    find_text_axis,
    marked,
    marks_of,
    name_axes,
    rescaled,
    steps_of,
    used_symbols,
    without_empty_end,
)
from tts_align.alignment.heads import most_diagonal
from tts_align.alignment.matrix import Alignment
from tts_align.errors import AlignmentError, TextError, TtsAlignError
from tts_align.sources.options import MatrixOptions
from tts_align.sources.texts import Said

Outcome = tuple[str, Alignment | TtsAlignError]


@dataclass(frozen=True, eq=False)
class Batch:
    """Utterances that lie in one array, and what is known of each.

    Args:
        weights: the attention weights, the axes in any order: real numbers, at least two axes, none empty.
        ids: B names.
        texts: B texts; None where it is not known.
        input_lengths: (B,) symbols of each, if known.
        output_lengths: (B,) steps or frames of each, if known.
    """

    weights: np.ndarray
    ids: Sequence[str]
    texts: Sequence[Said | None]
    input_lengths: np.ndarray | None = None
    output_lengths: np.ndarray | None = None

    @property
    def n_utterances(self) -> int:
        """B."""
        return len(self.ids)


def alignments_in(
    batch: Batch, seconds_per_step: float, options: MatrixOptions, tell: Callable[[str], None]
) -> list[Outcome]:
    """Makes the alignment of each utterance: cut to its own length, of the head that was told or is the most diagonal.

    Args:
        batch: what there is; at least one text must be known.
        seconds_per_step: the sound of one decoder step.
        options: axes, layer and head, where they were told.
        tell: called with a sentence if a head was picked.

    Returns:
        For each utterance its name, and its alignment or what is wrong with it.

    Raises:
        AlignmentError: the shape does not fit the texts and lengths, or fits them in several ways.
    """
    weights = _arranged(batch, options)
    own: dict[int, np.ndarray] = {}
    symbols: dict[int, tuple[str, ...]] = {}
    outcomes: dict[int, Alignment | TtsAlignError] = {}
    lengths = _own_symbols(batch, weights)
    for i, text in enumerate(batch.texts):
        try:
            own[i], symbols[i] = _own_part(batch, weights[i], i, text, lengths[i])
        except TtsAlignError as error:
            outcomes[i] = error
    if own:
        layer, head, score = most_diagonal(list(own.values()), options.layer, options.head)
        _say(weights, layer, head, score, options, tell)
    for i, part in own.items():
        text = batch.texts[i]
        try:
            outcomes[i] = Alignment(
                rescaled(part[layer, head]), symbols[i], seconds_per_step, text.text if text else ""
            )
        except TtsAlignError as error:
            outcomes[i] = error
    return [(name, outcomes[i]) for i, name in enumerate(batch.ids)]


def _arranged(batch: Batch, options: MatrixOptions) -> np.ndarray:
    """The weights as (B, L, H, T, N)."""
    counts = batch.input_lengths if batch.input_lengths is not None else [len(t.symbols) for t in batch.texts if t]
    axes = options.axes
    if axes is None:
        text_axis = find_text_axis(batch.weights, [int(n) for n in counts], options.text_axis)
        layers_only = options.layer is not None and options.head is None
        axes = name_axes(batch.weights.shape, batch.n_utterances, text_axis, layers_only=layers_only)
    weights = arrange(batch.weights, axes)
    if len(weights) != batch.n_utterances:
        found = f"{len(weights)} in shape {batch.weights.shape}"
        raise _broken("weights", f"{batch.n_utterances} utterances", found, "Say which axis is which by --axes.")
    if options.axes is None and options.layer is None and options.head is None and batch.n_utterances == 1:
        _check_heads(weights[0])
    return weights


def _check_heads(heads: np.ndarray) -> None:
    """Refuses (L, H, T, N) that are more likely the utterances of a batch, as each has its own padding."""
    used = {used_symbols(head) for layer in heads for head in layer}
    if len(used) > 1:
        found = f"matrices that use {', '.join(str(n) for n in sorted(used)[:4])} of them"
        fix = (
            "Are they utterances of a batch? Give --axes BTN and a text for each, as lines NAME[0]|... of --text-file. "
            "If they are heads, give --axes HTN."
        )
        raise _broken("weights", f"heads of one utterance, which see all {heads.shape[-1]} symbols", found, fix)


def _own_symbols(batch: Batch, weights: np.ndarray) -> list[int]:
    """How many positions of the text axis are each utterance's own, marks included."""
    n = weights.shape[-1]
    if batch.input_lengths is not None:
        surplus = n - int(batch.input_lengths.max())
        if surplus < 0:
            raise _broken(
                "weights", f"{n - surplus} symbols, the longest of the lengths", f"{n}", "Save both of one run."
            )
        return [int(length) + (surplus if surplus <= MARKS else 0) for length in batch.input_lengths]
    known = [i for i, text in enumerate(batch.texts) if text]
    counts = [len(text.symbols) if text else 0 for text in batch.texts]
    n_marks = marks_of([weights[i] for i in known], [counts[i] for i in known])
    return [count + n_marks for count in counts]


def _own_part(
    batch: Batch, weights: np.ndarray, i: int, text: Said | None, n_symbols: int
) -> tuple[np.ndarray, tuple[str, ...]]:
    """The (L, H, T, N) of one utterance without padding, and its symbols."""
    if text is None:
        raise missing_text(batch.ids[i])
    n_marks = n_symbols - len(text.symbols)
    if not 0 <= n_marks <= MARKS:
        fix = "Give the text as it was encoded, after cleaning, each symbol one character; phones need --phones."
        raise TextError(where="text", expected=f"{n_symbols} symbols", found=str(len(text.symbols)), fix=fix)
    if batch.output_lengths is not None:
        weights = weights[..., : int(steps_of(batch.output_lengths, weights.shape[-2])[i]), :]
    if batch.input_lengths is not None:
        weights = weights[..., :n_symbols]
    part = cut(weights, n_symbols)
    if batch.output_lengths is None and (batch.n_utterances > 1 or part.shape != weights.shape):
        part = without_empty_end(part)
    return part, marked(text.symbols, n_marks)


def missing_text(name: str) -> TextError:
    """The error for an utterance without a text."""
    fix = f"Give it by --text, by a line {name}|... of --text-file, or by a file beside it that ends in .txt."
    return TextError(where="", expected="the text that was encoded", found=f"none for {name}", fix=fix)


def _say(
    weights: np.ndarray, layer: int, head: int, score: float, options: MatrixOptions, tell: Callable[[str], None]
) -> None:
    n_layers, n_heads = weights.shape[1:3]
    told = (options.layer is not None or n_layers == 1) and (options.head is not None or n_heads == 1)
    if told:
        return
    places = [f"layer {layer} of {n_layers}"] * (n_layers > 1) + [f"head {head} of {n_heads}"] * (n_heads > 1)
    tell(f"took {', '.join(places)} (counted from 0), the most diagonal: {score:.2f}")


def _broken(where: str, expected: str, found: str, fix: str) -> AlignmentError:
    return AlignmentError(where=where, expected=expected, found=found, fix=fix)
