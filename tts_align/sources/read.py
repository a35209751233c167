"""From one file of any system to its alignments."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from tts_align.alignment.archive import alignment_from_arrays, is_ours
from tts_align.alignment.array_file import naming, read_arrays
from tts_align.alignment.matrix import Alignment
from tts_align.errors import AlignmentError, TtsAlignError
from tts_align.sources.batch import Batch, Outcome, alignments_in, missing_text
from tts_align.sources.contents import Contents, contents_of
from tts_align.sources.options import MatrixOptions
from tts_align.sources.separators import alignments_of_phones
from tts_align.sources.texts import Said, Texts, read_text_beside, said


def read_alignments(
    name: str, path: Path, texts: Texts, options: MatrixOptions, tell: Callable[[str], None] | None = None
) -> Iterator[tuple[str, Alignment]]:
    """Reads a file and gives the alignments of its utterances with their names.

    Args:
        name: of the file, for utterances that have none.
        path: `.npz` or `.npy`, or `.pt` or `.pth`.
        texts: what is known of texts besides the file itself.
        options: what the file cannot say.
        tell: called with a sentence when a head was picked.

    Raises:
        TtsAlignError: the file or one of its utterances cannot be used; the others have been given before.
    """
    arrays = _arrays(path)
    with naming(path):
        if options.key is None and is_ours(arrays):
            outcomes: list[Outcome] = [(name, alignment_from_arrays(arrays))]
        else:
            outcomes = _foreign(name, path, arrays, texts, options, tell)
    broken: list[tuple[str, TtsAlignError]] = []
    for one, outcome in outcomes:
        if isinstance(outcome, Alignment):
            yield one, outcome
        else:
            broken.append((one, outcome))
    if broken:
        one, error = broken[0]
        more = f" {len(broken) - 1} more of this file cannot be used." if len(broken) > 1 else ""
        place = ": ".join(part for part in (str(path), one if len(outcomes) > 1 else "", error.where) if part)
        raise type(error)(where=place, expected=error.expected, found=error.found, fix=error.fix + more) from error


def _arrays(path: Path) -> dict[str, np.ndarray]:
    if path.suffix.lower() in (".pt", ".pth"):
        from tts_align.sources.torch_file import read_tensors  # torch takes seconds to import

        return read_tensors(path)
    return read_arrays(path)


def _foreign(
    name: str,
    path: Path,
    arrays: dict[str, np.ndarray],
    texts: Texts,
    options: MatrixOptions,
    tell: Callable[[str], None] | None,
) -> list[Outcome]:
    contents = contents_of(arrays, options.key)
    places = [texts, _texts_inside(name, contents, options), read_text_beside(path, name, options.phones)]
    batches = _batches(name, contents, places, options)
    if not any(batch.texts for batch in batches):
        raise missing_text(name)
    seconds = contents.seconds_per_step if options.seconds_per_step is None else options.seconds_per_step
    if seconds is None:
        fix = (
            "Give hop_samples * reduction_factor / sample_rate, such as 256 * 1 / 22050 = 0.01161, "
            "or save it in the file as seconds_per_step."
        )
        raise AlignmentError(where="", expected="--seconds-per-step", found="none", fix=fix)

    def say(note: str) -> None:
        if tell is not None:
            tell(f"{path}: {note}")

    alignments = alignments_in if options.phones is None else alignments_of_phones
    return [outcome for batch in batches for outcome in alignments(batch, seconds, options, say)]


def _texts_inside(name: str, contents: Contents, options: MatrixOptions) -> Texts:
    """The texts that the file itself has."""
    texts = [said(text, options.phones) for text in contents.texts]
    if contents.symbols:
        return Texts({name: Said(texts[0].text if len(texts) == 1 else "", contents.symbols)})
    if len(texts) == 1:
        return Texts({name: texts[0]})
    return Texts({f"{name}[{i}]": text for i, text in enumerate(texts)})


def _batches(name: str, contents: Contents, places: Sequence[Texts], options: MatrixOptions) -> list[Batch]:
    """One array with all utterances, or one for each."""
    matrices = contents.matrices
    alike = len({array.shape for array in matrices.values()}) == 1
    if alike and not (len(matrices) > 1 and all(_named(key, places) for key in matrices)):
        weights = np.stack(list(matrices.values())) if len(matrices) > 1 else next(iter(matrices.values()))
        return [_batch(name, weights, contents, places, options)]
    return list(_single_utterances(name, matrices, contents, places))


def _batch(
    name: str, weights: np.ndarray, contents: Contents, places: Sequence[Texts], options: MatrixOptions
) -> Batch:
    n = _n_utterances(name, weights.shape, contents, places, options)
    numbered = [f"{name}[{i}]" for i in range(n)] if n > 1 else [name]
    ids = contents.ids if len(contents.ids) == n else numbered
    texts = [_text(one, number, places) for one, number in zip(ids, numbered, strict=True)]
    if not any(texts):
        raise missing_text(ids[0])
    for lengths in (contents.input_lengths, contents.output_lengths):
        if lengths is not None and len(lengths) != n:
            fix = "Save the length of each, or say by --axes which axis is which."
            raise AlignmentError(where="", expected=f"lengths of {n} utterances", found=f"{len(lengths)}", fix=fix)
    return Batch(weights, ids, texts, contents.input_lengths, contents.output_lengths)


def _single_utterances(
    name: str, matrices: Mapping[str, np.ndarray], contents: Contents, places: Sequence[Texts]
) -> Iterator[Batch]:
    """Utterances that have an array each, in a list or by their names."""
    for i, (key, weights) in enumerate(matrices.items()):
        last = key.rsplit(".", 1)[-1]
        number = f"{name}[{i}]"
        in_order = last.isdigit() or len(contents.ids) == len(matrices)
        one = contents.ids[i] if len(contents.ids) == len(matrices) else number if in_order else key
        text = _text(one, number, places) if in_order else _named(one, places)
        if text is None:
            shapes = ", ".join(f"{key} {array.shape}" for key, array in list(matrices.items())[:6])
            fix = (
                f"Name the one by --key; or if each is an utterance, give its text as a line {one}|... of --text-file."
            )
            raise AlignmentError(where="", expected="one attention array", found=shapes, fix=fix)
        lengths = [
            None if all_of is None else all_of[i : i + 1]
            for all_of in (contents.input_lengths, contents.output_lengths)
        ]
        yield Batch(weights, [one], [text], *lengths)


def _n_utterances(
    name: str, shape: tuple[int, ...], contents: Contents, places: Sequence[Texts], options: MatrixOptions
) -> int:
    """How many utterances an array has: as was told, as the file says, or as there are texts."""
    if options.axes is not None:
        return shape[options.axes.index("B")] if "B" in options.axes and len(shape) == len(options.axes) else 1
    if contents.n_utterances is not None:
        return contents.n_utterances
    n_numbered = max(place.count(name) for place in places)
    if n_numbered and _named(name, places) and len(shape) > 2:
        found = f"texts for {name} and for {name}[0]"
        fix = "Say by --axes whether it is a batch (BTN) or one utterance (HTN)."
        raise AlignmentError(where="weights", expected="one utterance or a batch", found=found, fix=fix)
    return n_numbered or 1


def _named(name: str, places: Sequence[Texts]) -> Said | None:
    return next((text for place in places if (text := place.named(name)) is not None), None)


def _text(name: str, number: str, places: Sequence[Texts]) -> Said | None:
    """The text of an utterance: by its name, by its number, or the one of all; the first place that has it counts."""
    for place in places:
        text = place.named(name) or place.named(number) or place.of_all
        if text is not None and text.symbols:
            return text
    return None
