"""What a run learns from: prepared examples, split, with the true word onsets where the corpus has them."""

import dataclasses
import functools
import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tts_align.audio import MelSettings, TrimSettings
from tts_align.corpus.batches import Example
from tts_align.corpus.features import FeatureIndex, prepare
from tts_align.corpus.manifest import Utterance, corpus_folder, read_manifest, textgrid_path
from tts_align.corpus.split import split
from tts_align.corpus.truth import Truth, read_truth
from tts_align.errors import CorpusError, TextError
from tts_align.text import Alphabet, is_spelled
from tts_align.text.alphabet import Unknown


@dataclass(frozen=True)
class Material:
    """A corpus ready for training.

    Attributes:
        train: examples to learn from.
        validation: examples that are never learned from.
        truths: by utterance id, for the utterances that have reference timings.
    """

    train: Sequence[Example]
    validation: Sequence[Example]
    truths: dict[str, Truth]

    @property
    def fingerprint(self) -> str:
        """A short hash of the ids that are trained and validated on."""
        ids = "\n".join([*(e.id for e in self.train), "", *(e.id for e in self.validation)])
        return hashlib.blake2b(ids.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class Prepared:
    """A whole corpus with its features.

    Attributes:
        utterances: those of the manifest that have features, in its order.
        examples: by utterance id.
        truths: by utterance id, for those that have reference timings.
        start_seconds: by utterance id, where the features begin in the sound.
        skipped: by utterance id, why it was left out.
    """

    utterances: Sequence[Utterance]
    examples: dict[str, Example]
    truths: dict[str, Truth]
    start_seconds: dict[str, float]
    skipped: Mapping[str, str]


def load_prepared(
    corpus: str | os.PathLike[str],
    features: str | os.PathLike[str],
    alphabet: Alphabet,
    unknown: Unknown,
    mel: MelSettings,
    trim: TrimSettings,
    *,
    skip_broken: bool = False,
) -> Prepared:
    """Reads a corpus and prepares what is missing of its features.

    Args:
        corpus: the folder in LJSpeech layout, or a filelist.
        features: where the features are, or will be.
        alphabet: what the model reads.
        unknown: what to do with characters outside it.
        mel: what the model speaks.
        trim: silence to cut off.
        skip_broken: leave out utterances whose sound cannot be used.

    Returns:
        Examples and truths.

    Raises:
        CorpusError: the corpus cannot be used, or a text cannot be read by the alphabet.
        AudioError: a sound cannot be used and `skip_broken` is off.
        FileError: features cannot be read or written.
    """
    manifest = read_manifest(corpus)
    index = prepare(manifest, features, mel, trim, skip_broken=skip_broken)
    utterances = [utterance for utterance in manifest if utterance.id in index.entries]
    examples = {utterance.id: _example(utterance, index, alphabet, unknown) for utterance in utterances}
    truths = {}
    for utterance_id, example in examples.items():
        start_seconds = index.entries[utterance_id].start_seconds
        truth = read_truth(
            textgrid_path(corpus_folder(corpus), utterance_id), example.symbols, start_seconds, example.text
        )
        if truth is not None:
            truths[utterance_id] = truth
    starts = {utterance_id: entry.start_seconds for utterance_id, entry in index.entries.items()}
    return Prepared(utterances, examples, truths, starts, index.skipped)


def held_out(prepared: Prepared, n_validation: int, n_test: int) -> Material:
    """Splits a prepared corpus into what is learned from and what is not.

    Args:
        prepared: the corpus.
        n_validation: utterances held out for validation.
        n_test: utterances held out from everything.

    Raises:
        CorpusError: the corpus is too small for that.
    """
    parts = split(prepared.utterances, n_validation, n_test)
    return Material(
        [prepared.examples[utterance.id] for utterance in parts.train],
        [prepared.examples[utterance.id] for utterance in parts.validation],
        prepared.truths,
    )


def spell_some(material: Material, alphabet: Alphabet, unknown: Unknown, share: float) -> Material:
    """Leaves some words of the training utterances in letters though the lexicon knows them, so that letters are
    learned as well. Which ones is a matter of utterance and place alone. Validation utterances stay as they are.

    Args:
        material: made with the same alphabet.
        alphabet: without a lexicon nothing changes.
        unknown: as for `load_prepared`.
        share: of the words, in [0, 1].
    """
    if alphabet.pronunciations == "none":
        return material
    train = []
    for example in material.train:
        spelled = functools.partial(is_spelled, example.id, share=share)
        symbols = alphabet.encode(example.text, unknown, spelled)
        train.append(dataclasses.replace(example, symbols=symbols, symbol_ids=alphabet.ids(symbols)))
    return dataclasses.replace(material, train=train)


def _example(utterance: Utterance, index: FeatureIndex, alphabet: Alphabet, unknown: Unknown) -> Example:
    try:
        symbols = alphabet.encode(utterance.text, unknown)
    except TextError as error:
        fix = (
            "Run `tts-align check` on the corpus, mend the text, or say what to do with such characters: "
            "text.unknown in the recipe when training, --unknown when aligning."
        )
        where = f"utterance {utterance.id}, {error.where}"
        raise CorpusError(where=where, expected=error.expected, found=error.found, fix=fix) from error
    return Example(utterance.id, utterance.text, symbols, alphabet.ids(symbols), index.mel_file(utterance.id))
