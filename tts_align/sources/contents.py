"""What is what among the named arrays of a file: attention weights, lengths, names, texts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tts_align.errors import AlignmentError

_INPUT_LENGTHS = {
    "input_lengths", "text_lengths", "token_lengths", "src_lengths", "ilens", "hlens", "n_symbols",
}  # fmt: skip
_OUTPUT_LENGTHS = {
    "output_lengths", "mel_lengths", "mel_specgram_lengths", "spectrogram_lengths", "feats_lengths", "target_lengths",
    "alignment_lengths", "olens", "n_steps", "n_frames",
}  # fmt: skip
_IDS = {"id", "ids", "utt_id", "utt_ids", "names", "item_names", "audio_names", "file_names"}
_TEXTS = {"text", "texts", "raw_text", "raw_texts"}
_CROSS = re.compile(r"cross|src_att|enc(oder)?[-_]?dec", re.IGNORECASE)
_ATTENTION = re.compile(r"align|atten|attn|(^|[._])att([._]|$)|(^|[._])weights$", re.IGNORECASE)
_OTHER = re.compile(r"self|mask|context|hidden|backward|loss", re.IGNORECASE)
_MOST_NAMED = 6  # arrays that an error lists


@dataclass(frozen=True)
class Contents:
    """What a file has.

    Args:
        matrices: the attention weights by name; more than one if the file has a matrix for each utterance.
        n_utterances: how many utterances there are, if the file says so.
        input_lengths: (B,) symbols of each.
        output_lengths: (B,) steps or frames of each.
        ids: their names.
        texts: what they should say.
        symbols: the symbols of the only one.
        seconds_per_step: the sound of one step.
    """

    matrices: dict[str, np.ndarray]
    n_utterances: int | None = None
    input_lengths: np.ndarray | None = None
    output_lengths: np.ndarray | None = None
    ids: tuple[str, ...] = field(default=())
    texts: tuple[str, ...] = field(default=())
    symbols: tuple[str, ...] = field(default=())
    seconds_per_step: float | None = None


def contents_of(arrays: dict[str, np.ndarray], key: str | None = None) -> Contents:
    """Sorts the arrays of a file.

    Args:
        arrays: by name; "" for a lone one.
        key: the name of the attention weights, if it was told.

    Raises:
        AlignmentError: there are none, several that do not belong together, none of the told name, or the lengths and
            names are not of the same number.

    Example:
        >>> found = contents_of({"mel": np.ones((9, 8)), "alignments": np.ones((2, 9, 4)), "ids": np.array(["a", "b"])})
        >>> list(found.matrices), found.ids
        (['alignments'], ('a', 'b'))
    """
    ids, texts = _words(arrays, _IDS), _words(arrays, _TEXTS)
    input_lengths, output_lengths = _lengths(arrays, _INPUT_LENGTHS), _lengths(arrays, _OUTPUT_LENGTHS)
    known = {
        name: len(values)
        for name, values in (("ids", ids), ("texts", texts), ("input", input_lengths), ("output", output_lengths))
        if values is not None and len(values)
    }
    if len(set(known.values())) > 1:
        found = ", ".join(f"{n} {name}" for name, n in known.items())
        fix = "Save the lengths and names of the utterances that are in it."
        raise _broken("one number of utterances", found, fix)
    seconds = _named(arrays, {"seconds_per_step"})
    if seconds is not None and (seconds.size != 1 or seconds.dtype.kind not in "fiu"):
        raise _broken("one number as seconds_per_step", f"shape {seconds.shape}", "Save a single value there.")
    return Contents(
        matrices=_matrices(arrays, key),
        n_utterances=next(iter(known.values()), None),
        input_lengths=input_lengths,
        output_lengths=output_lengths,
        ids=ids,
        texts=texts,
        symbols=_words(arrays, {"symbols"}),
        seconds_per_step=None if seconds is None else float(seconds.item()),
    )


def _matrices(arrays: dict[str, np.ndarray], key: str | None) -> dict[str, np.ndarray]:
    if key is not None:
        found = {name: array for name, array in arrays.items() if name == key or name.startswith(f"{key}.")}
        if not found:
            raise _broken(f"an array named {key!r}", _listed(arrays), "Give one of these names to --key.")
        return _together(found)
    wide = {name: array for name, array in arrays.items() if array.ndim >= 2 and array.dtype.kind not in "US"}
    if not wide:
        fix = "Save the attention weights: (steps, symbols) of each utterance."
        raise _broken("an array with two axes or more", _listed(arrays), fix)
    plain = {name: array for name, array in wide.items() if not _OTHER.search(name)}
    for pattern in (_CROSS, _ATTENTION):
        fits = {name: array for name, array in plain.items() if pattern.search(name)}
        if fits:
            return _together(fits)
    real = {name: array for name, array in wide.items() if array.dtype.kind == "f"}
    return _together(real or wide)


def _together(matrices: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Refuses arrays that cannot be weights, or cannot be parts of one thing."""
    for name, array in matrices.items():
        where = f"weights {name}".strip()
        if array.dtype.kind not in "fiub":
            fix = "Save the attention weights as float32."
            raise _broken("real numbers", f"values of type {array.dtype}", fix, where)
        if array.ndim < 2 or array.size == 0:
            fix = "Save the attention weights: (steps, symbols) of each utterance."
            raise _broken("at least one step and one symbol", f"shape {array.shape}", fix, where)
    if len({array.ndim for array in matrices.values()}) > 1:
        raise _broken("one attention array, or several of a kind", _listed(matrices), "Name the one by --key.")
    return matrices


def _named(arrays: dict[str, np.ndarray], names: set[str]) -> np.ndarray | None:
    """The first array that has one of these names, whatever dict it is in."""
    return next((array for name, array in arrays.items() if name.rsplit(".", 1)[-1].lower() in names), None)


def _words(arrays: dict[str, np.ndarray], names: set[str]) -> tuple[str, ...]:
    found = _named(arrays, names)
    if found is None or found.dtype.kind not in "US" or found.ndim > 1:
        return ()
    return tuple(
        word.decode("utf8", errors="replace") if isinstance(word, bytes) else str(word) for word in found.reshape(-1)
    )


def _lengths(arrays: dict[str, np.ndarray], names: set[str]) -> np.ndarray | None:
    found = _named(arrays, names)
    if found is None or found.ndim > 1 or found.dtype.kind not in "iu":
        return None
    lengths: np.ndarray = found.reshape(-1).astype(np.int64)
    if not len(lengths) or lengths.min() < 1:
        raise _broken("lengths of at least 1", f"{lengths[:_MOST_NAMED].tolist()}", "Save the lengths before padding.")
    return lengths


def _listed(arrays: dict[str, np.ndarray]) -> str:
    shown: Sequence[str] = [f"{name or 'one'} {array.shape}" for name, array in list(arrays.items())[:_MOST_NAMED]]
    more = f" and {len(arrays) - _MOST_NAMED} more" if len(arrays) > _MOST_NAMED else ""
    return (", ".join(shown) or "nothing") + more


def _broken(expected: str, found: str, fix: str, where: str = "") -> AlignmentError:
    return AlignmentError(where=where, expected=expected, found=found, fix=fix)
