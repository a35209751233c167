"""Hard sentences: a seeded sample of a list, spoken in batches of similar length, and judged."""

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch

from tts_align.alignment import Alignment
from tts_align.corpus.sentences import Sentence, read_sentences
from tts_align.errors import CorpusError, TextError
from tts_align.evaluate import alignments_of, limit_steps, rest_steps
from tts_align.model import Prediction, Tacotron, speak
from tts_align.noise import Noise, mix
from tts_align.text import DEFAULT_LETTERS, Alphabet, read_text

LONGEST = 1000
"""Characters: what is longer would take more of the time than all the others together."""
_NUMBERS = "number-"
_MOST_CELLS, _MOST_SENTENCES = 12_000_000, 32


def read_hard_list(path: Path, n: int, seed: int = 0, letters: str = DEFAULT_LETTERS) -> list[Sentence]:
    """A seeded sample of a list, without the sentences about numbers and without very long texts.

    Args:
        path: lines `text` or `id|text`; ids that begin with `number-` are left out.
        n: how many; fewer where there are fewer.
        seed: of the sample.
        letters: of the alphabet that will be spoken with.

    Returns:
        In words, as `synthesize` reads them, in the order of the file.

    Raises:
        CorpusError: the file cannot be read, or nothing is left.
        TextError: a sentence of the sample cannot be read.
    """
    fit = [
        each
        for each in read_sentences(path, digits=True)
        if not each.id.startswith(_NUMBERS) and len(each.text) <= LONGEST
    ]
    if not fit:
        raise CorpusError(
            where=str(path),
            expected=f"sentences of at most {LONGEST} characters whose ids do not begin with {_NUMBERS}",
            found="none",
            fix="Name another file with --hard.",
        )
    chosen = set(random.Random(f"tts_align hard list {seed}").sample(range(len(fit)), min(n, len(fit))))
    return [_in_words(each, letters) for i, each in enumerate(fit) if i in chosen]


@torch.no_grad()
def speak_list(
    model: Tacotron,
    alphabet: Alphabet,
    sentences: Sequence[Sentence],
    seconds_per_step: float,
    spoken: Callable[[int], None] = lambda n: None,
) -> dict[str, Alignment]:
    """Speaks sentences, similar lengths together; each is stopped at the limit of `limit_steps`.

    Args:
        model: in evaluation mode.
        alphabet: what it reads; other characters are mapped.
        sentences: in words, in any order.
        seconds_per_step: of a decoder step.
        spoken: called with the number of sentences of each batch when it is done.

    Returns:
        By id, in the order of `sentences`.

    Raises:
        CorpusError: the mechanism cannot speak without true durations.
    """
    symbols = {each.id: alphabet.encode(each.text, "map") for each in sentences}
    texts = {each.id: each.text for each in sentences}
    found: dict[str, Alignment] = {}
    for ids in _batches({name: len(read) for name, read in symbols.items()}, seconds_per_step):
        of_batch = [symbols[name] for name in ids]
        prediction = _speak(model, [torch.from_numpy(alphabet.ids(read)) for read in of_batch], seconds_per_step)
        alignments = alignments_of(prediction, of_batch, seconds_per_step, [texts[name] for name in ids])
        found.update(zip(ids, alignments, strict=True))
        spoken(len(ids))
    return {each.id: found[each.id] for each in sentences}


def _in_words(sentence: Sentence, letters: str) -> Sentence:
    try:
        return Sentence(sentence.id, read_text(sentence.text, "map", letters).spoken)
    except TextError as error:
        raise error.within(f"sentence {sentence.id}") from error


def _speak(model: Tacotron, ids: list[torch.Tensor], seconds_per_step: float) -> Prediction:
    padded = torch.nn.utils.rnn.pad_sequence(ids, batch_first=True)
    mask = torch.arange(padded.shape[1]) < torch.tensor([len(one) for one in ids])[:, None]
    seeds = torch.tensor([mix(*one.tolist()) for one in ids])
    device = model.mel_mean.device
    return speak(
        model,
        padded.to(device),
        mask.to(device),
        Noise(seeds.to(device)),
        limit_steps=limit_steps(mask.sum(1), seconds_per_step).to(device),
        rest_steps=rest_steps(seconds_per_step),
    )


def _batches(n_symbols: dict[str, int], seconds_per_step: float) -> Iterator[list[str]]:
    """From short to long, so many at once that their weights stay small even if none of them stops by itself."""
    batch: list[str] = []
    for name in sorted(n_symbols, key=lambda name: n_symbols[name]):
        longest = n_symbols[name]
        cells = longest * int(limit_steps(torch.tensor([longest]), seconds_per_step)[0])
        if batch and (len(batch) == _MOST_SENTENCES or (len(batch) + 1) * cells > _MOST_CELLS):
            yield batch
            batch = []
        batch.append(name)
    if batch:
        yield batch
