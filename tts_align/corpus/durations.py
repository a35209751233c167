"""How long each symbol of an utterance really lasts, by its TextGrid: what an oracle attention follows."""

import dataclasses
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from tts_align.alignment.textgrid import Interval, read_textgrid
from tts_align.alignment.words import Word, words_of
from tts_align.corpus.batches import Example
from tts_align.corpus.manifest import corpus_folder, textgrid_path
from tts_align.corpus.material import Material
from tts_align.corpus.timings import word_tier, word_times
from tts_align.errors import CorpusError
from tts_align.text.lexicon import PHONES


def with_durations(
    material: Material,
    corpus: str | os.PathLike[str],
    start_seconds: Mapping[str, float],
    seconds_per_frame: float,
) -> Material:
    """The same material, each example with the true durations of its symbols.

    Args:
        material: its symbols are final: words that are spelled are spelled already.
        corpus: the folder in LJSpeech layout, or a filelist, with `textgrids/ID.TextGrid` beside it.
        start_seconds: by utterance id, where the features begin in the sound.
        seconds_per_frame: of a mel frame.

    Raises:
        CorpusError: an utterance has no timings, or none of its words is in them.
        AlignmentError: a TextGrid is damaged, or has no tier `words`.
    """
    folder = corpus_folder(corpus)

    def timed(examples: Sequence[Example]) -> list[Example]:
        return [
            _timed(each, textgrid_path(folder, each.id), start_seconds[each.id], seconds_per_frame) for each in examples
        ]

    train, validation = timed(material.train), timed(material.validation)
    missing = [example.id for example in [*train, *validation] if example.durations is None]
    if missing:
        raise CorpusError(
            where=f"{folder}, attention kind oracle",
            expected="true timings of every utterance: textgrids/ID.TextGrid, with its words in a tier `words`",
            found=f"none for {len(missing)} of {len(train) + len(validation)}, the first of them {missing[0]}",
            fix="Take a corpus of `tts-align make-corpus`, add the timings, or choose an attention that learns them.",
        )
    return dataclasses.replace(material, train=train, validation=validation)


def symbol_seconds(
    symbols: Sequence[str], text: str, tiers: Mapping[str, Sequence[Interval]], begin_seconds: float, end_seconds: float
) -> np.ndarray | None:
    """The true duration of every symbol, by the times of words and, where symbols are phones, of phones.

    A word's time goes evenly to its symbols. Where they are phones, and the tier `phones` has as many within the word,
    each gets the time of its own. The time between two words goes evenly to the symbols between them, so that silence
    belongs to spaces and punctuation; that before the first word to what stands before it, or else to its first symbol;
    that after the last word to what follows it, `<end>` among them. Where a word has no time, or only a start, the time
    up to the next known moment goes evenly to all symbols until then, spaces too.

    Args:
        symbols: N symbols.
        text: that they come from.
        tiers: `words`, and perhaps `phones`; times count from the start of the sound.
        begin_seconds: where the first frame of the features lies in the sound.
        end_seconds: where the last one ends; times outside are moved to the nearest of the two.

    Returns:
        (N,) float64, >= 0, sum `end_seconds` - `begin_seconds`; None if no word is found in the tier.

    Definition: this project.

    Example:
        >>> tiers = {"words": [Interval(0.5, 1.0, "oh"), Interval(1.25, 2.0, "cat")]}
        >>> symbol_seconds([*"oh, cat", "<end>"], "Oh, cat", tiers, 0.5, 2.5).tolist()
        [0.25, 0.25, 0.125, 0.125, 0.25, 0.25, 0.25, 0.5]
    """
    words = words_of(symbols, text)
    moments: dict[int, float] = {}  # index of a symbol to when it begins
    for time in word_times([word.text for word in words], tiers["words"]):
        word = words[time.word_index]
        moments[word.start] = time.start_seconds
        if time.stop_seconds is not None:
            inner = _within(word, symbols, tiers.get("phones", ()), time.start_seconds, time.stop_seconds)
            moments |= dict(enumerate([*inner, time.stop_seconds], word.start + 1))
    if not moments:
        return None
    moments |= {0: begin_seconds, len(symbols): end_seconds}
    known = sorted(moments)
    seconds = np.clip([moments[i] for i in known], begin_seconds, end_seconds)
    return np.diff(np.interp(np.arange(len(symbols) + 1), known, np.maximum.accumulate(seconds)))


def _within(
    word: Word, symbols: Sequence[str], phones: Sequence[Interval], start_seconds: float, stop_seconds: float
) -> list[float]:
    """When each symbol of a word but the first begins: by its phones, if it is made of phones and there are as many."""
    if all(symbol in PHONES for symbol in symbols[word.start : word.stop]):
        said = [each for each in phones if start_seconds <= _middle(each) < stop_seconds]
        if len(said) == word.n_symbols:
            return [phone.start_seconds for phone in said[1:]]
    return np.linspace(start_seconds, stop_seconds, word.n_symbols + 1)[1:-1].tolist()


def _middle(interval: Interval) -> float:
    return (interval.start_seconds + interval.stop_seconds) / 2


def _timed(example: Example, textgrid: Path, begin_seconds: float, seconds_per_frame: float) -> Example:
    if not textgrid.is_file():
        return example
    tiers = read_textgrid(textgrid)
    word_tier(tiers, textgrid)
    end_seconds = begin_seconds + len(example.mel) * seconds_per_frame
    seconds = symbol_seconds(example.symbols, example.text, tiers, begin_seconds, end_seconds)
    durations = None if seconds is None else seconds / seconds_per_frame
    return dataclasses.replace(example, durations=durations)
