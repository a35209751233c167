"""A corpus becomes examples and truths; what cannot be used is left out of all of them, or an error."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import write_toy_corpus
from tts_align.audio import MelSettings, TrimSettings
from tts_align.corpus import prepare, read_manifest, split
from tts_align.corpus.material import held_out, load_prepared, spell_some
from tts_align.errors import AudioError, CorpusError
from tts_align.text import Alphabet

ROOT = Path(__file__).resolve().parents[2]


def load(corpus, features, letters="abcdef ,", **options):
    return load_prepared(corpus, features, Alphabet(letters), "error", MelSettings(), TrimSettings(), **options)


def test_examples_hold_symbols_and_mels_by_utterance(tmp_path, toy_corpus):
    prepared = load(toy_corpus, tmp_path)
    assert list(prepared.examples) == [utterance.id for utterance in prepared.utterances]
    example = prepared.examples["toy-06"]
    assert (example.text, list(example.symbols)) == ("bead", ["b", "e", "a", "d", "<end>"])
    assert example.symbol_ids.tolist() == [3, 6, 2, 5, 1]
    assert example.mel.shape == (len(example.mel), 80)
    np.testing.assert_array_equal(np.asarray(example.mel), np.load(tmp_path / "mels" / "toy-06.npy"))
    assert prepared.truths["toy-06"].onsets_seconds.tolist() == [0]


def test_held_out_parts_are_those_of_the_split_and_share_nothing(tmp_path, toy_corpus):
    prepared = load(toy_corpus, tmp_path)
    material = held_out(prepared, n_validation=2, n_test=3)
    parts = split(read_manifest(toy_corpus), 2, 3)
    assert [example.id for example in material.train] == [utterance.id for utterance in parts.train]
    assert [example.id for example in material.validation] == [utterance.id for utterance in parts.validation]
    assert len(material.train) == 5 and len(material.validation) == 2
    assert all(example is prepared.examples[example.id] for example in [*material.train, *material.validation])
    assert material.truths == prepared.truths


def test_some_known_words_are_spelled_in_training_and_none_in_validation(tmp_path, toy_corpus):
    alphabet = Alphabet("abcdef ,", "cmudict")
    prepared = load_prepared(toy_corpus, tmp_path, alphabet, "error", MelSettings(), TrimSettings())
    assert list(prepared.examples["toy-06"].symbols) == ["B", "IY1", "D", "<end>"]
    assert prepared.truths["toy-04"].word_indices.tolist() == [0, 1]
    material = held_out(prepared, n_validation=2, n_test=3)
    spelled = spell_some(material, alphabet, "error", share=1.0)
    assert [example.id for example in spelled.train] == [example.id for example in material.train]
    for example in spelled.train:
        assert list(example.symbols) == [*example.text, "<end>"]
        assert example.symbol_ids.tolist() == alphabet.ids(example.symbols).tolist()
    assert spelled.validation is material.validation
    assert spelled.fingerprint == material.fingerprint
    same = spell_some(material, alphabet, "error", share=0.0)
    assert [example.symbols for example in same.train] == [example.symbols for example in material.train]


def test_without_a_lexicon_spelling_changes_nothing(tmp_path, toy_corpus):
    material = held_out(load(toy_corpus, tmp_path), n_validation=2, n_test=3)
    assert spell_some(material, Alphabet("abcdef ,"), "error", share=1.0) is material


def test_a_split_that_leaves_nothing_to_learn_from_names_the_settings(tmp_path, toy_corpus):
    with pytest.raises(CorpusError, match=r"--set corpus\.n_validation=\.\.\. --set corpus\.n_test="):
        held_out(load(toy_corpus, tmp_path), n_validation=7, n_test=3)


def test_broken_sounds_are_left_out_of_everything_when_asked(tmp_path):
    corpus = write_toy_corpus(tmp_path / "corpus", texts=("a bad cab", "dad", "bead", "facade"))
    (corpus / "wavs" / "toy-01.wav").write_bytes(b"no sound")
    with pytest.raises(AudioError, match=r"utterance toy-01.*--skip-broken \(skip_broken=True in Python\)"):
        load(corpus, tmp_path / "features")
    prepared = load(corpus, tmp_path / "features", skip_broken=True)
    kept = ["toy-00", "toy-02", "toy-03"]
    assert [utterance.id for utterance in prepared.utterances] == kept
    assert list(prepared.examples) == list(prepared.truths) == list(prepared.start_seconds) == kept
    assert list(prepared.skipped) == ["toy-01"]
    material = held_out(prepared, n_validation=1, n_test=1)
    assert len(material.train) == len(material.validation) == 1


def test_a_text_that_cannot_be_read_is_an_error_that_fits_training_and_aligning(tmp_path, toy_corpus):
    with pytest.raises(CorpusError, match=r"toy-.*'f'.*text\.unknown in the recipe when training, --unknown when"):
        load(toy_corpus, tmp_path, letters="abcde ,")


MANY_FILES = """
import resource, sys
import numpy as np
from tests.corpus.test_material import held_out, load
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (64, hard))
material = held_out(load(*sys.argv[1:]), n_validation=5, n_test=0)
print(len(np.concatenate([example.mel for example in material.train])))
"""


def test_more_utterances_than_files_may_be_open_can_be_loaded(tmp_path):
    corpus = write_toy_corpus(tmp_path / "corpus", texts=("bad",) * 80)
    index = prepare(read_manifest(corpus), tmp_path / "features", MelSettings(), TrimSettings(), workers=1)
    arguments = [sys.executable, "-c", MANY_FILES, str(corpus), str(tmp_path / "features")]
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == 75 * index.entries["toy-00"].n_frames
