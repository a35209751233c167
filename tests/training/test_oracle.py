"""Training with true durations in the place of attention: they reach every batch, and the model follows them."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from tts_align.audio import MelSettings, TrimSettings
from tts_align.cli import app
from tts_align.corpus.batches import collate
from tts_align.corpus.durations import with_durations
from tts_align.corpus.material import held_out, load_prepared
from tts_align.corpus.truth import onset_errors
from tts_align.errors import CorpusError, TrainingError
from tts_align.model import Tacotron, TacotronConfig, small_config, speak
from tts_align.noise import Noise
from tts_align.text import Alphabet
from tts_align.training import TrainingConfig
from tts_align.training.distributed import Processes
from tts_align.training.loop import Job, train
from tts_align.training.update import update_weights
from tts_align.training.validation import validate

ALPHABET, MEL = Alphabet("abcdef ,"), MelSettings()
FRAMES_PER_STEP = 2


@pytest.fixture(scope="module")
def untimed(tmp_path_factory, toy_corpus):
    prepared = load_prepared(toy_corpus, tmp_path_factory.mktemp("features"), ALPHABET, "error", MEL, TrimSettings())
    return held_out(prepared, 2, 0), prepared.start_seconds


@pytest.fixture
def material(untimed, toy_corpus):
    return with_durations(untimed[0], toy_corpus, untimed[1], MEL.seconds_per_frame)


def config():
    kind = TacotronConfig.model_validate({"attention": {"kind": "oracle"}}).attention
    return small_config(kind, FRAMES_PER_STEP)


def build():
    torch.manual_seed(0)
    return Tacotron(len(ALPHABET), MEL.n_mels, config())


def test_only_an_oracle_needs_durations():
    assert config().needs_durations
    assert not small_config().needs_durations


def test_teacher_forced_rows_are_the_true_durations(material):
    model, batch = build().eval(), collate(material.train[:3], FRAMES_PER_STEP)
    noise = Noise(torch.arange(3))
    prediction = model(batch.symbols, batch.mask, batch.mel, batch.n_frames, noise, durations=batch.durations)
    for i, example in enumerate(batch.examples):
        n_steps, n_symbols = int(prediction.n_steps[i]), len(example.symbols)
        spent = prediction.weights[i, :n_steps, :n_symbols].sum(0)
        wanted = torch.from_numpy(example.durations / FRAMES_PER_STEP).float()
        wanted[-1] += n_steps - wanted.sum()  # the last step may be longer than the sound
        torch.testing.assert_close(spent, wanted, atol=1e-4, rtol=1e-4)


def test_validation_hands_durations_over_and_words_come_when_they_should(material):
    result = validate(build(), material.validation, material.truths, MEL.seconds_per_frame, 0.3, seed=0)
    step_ms = 1000 * MEL.seconds_per_frame * FRAMES_PER_STEP
    for example, heard, said in zip(material.validation, result.forced, result.spoken, strict=True):
        truth = material.truths[example.id]
        assert onset_errors(heard, truth).max() <= step_ms
        assert onset_errors(said, truth).max() <= step_ms  # free running follows the same durations
        n = min(len(heard.weights), len(said.weights))
        np.testing.assert_allclose(said.weights[:n], heard.weights[:n], atol=1e-5)
    assert result.figures.onset_forced_ms <= step_ms


def test_an_update_learns_with_durations(material):
    model = build().train()
    optimizer = torch.optim.Adam(model.parameters())
    processes = Processes(0, 1, torch.device("cpu"))
    batch = collate(material.train[:3], FRAMES_PER_STEP)
    before = model.encoder.embedding.weight.detach().clone()
    result = update_weights(model, model, optimizer, batch, [0, 1, 2], 0, TrainingConfig(), processes)
    assert result.applied
    assert not torch.equal(model.encoder.embedding.weight, before)


def test_a_training_without_durations_is_refused_before_it_starts(tmp_path, untimed, material):
    parts = SimpleNamespace(out=tmp_path, alphabet=ALPHABET, mel=MEL, trim=TrimSettings())
    processes = Processes(0, 1, torch.device("cpu"))
    half = type(material)(material.train, untimed[0].validation, material.truths)
    job = Job(**vars(parts), model_config=config(), training=TrainingConfig(), material=half, processes=processes)
    with pytest.raises(TrainingError, match=r"attention kind oracle: expected the true durations.*none for 2 of 10"):
        train(job)
    assert not list(tmp_path.iterdir())


def test_speaking_without_durations_is_an_error(material):
    model, batch = build().eval(), collate(material.train[:1], FRAMES_PER_STEP)
    with pytest.raises(CorpusError, match="attention kind oracle"):
        speak(model, batch.symbols, batch.mask, Noise(torch.arange(1)), limit_steps=torch.tensor([5]), rest_steps=3)


def run_cli(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def test_the_command_trains_an_oracle_on_a_corpus_with_timings_and_names_what_another_lacks(
    tmp_path, toy_corpus, toy_recipe
):
    words = ["train", toy_recipe, "--set", "attention.kind=oracle", "--set", "training.n_spoken=1", "--updates", 2]
    with_timings = run_cli(*words, "--corpus", toy_corpus, "--out", tmp_path / "run", "--features", tmp_path / "f")
    assert with_timings.exit_code in (0, 1), with_timings.output  # whether it aligns is another matter
    assert (tmp_path / "run" / "last.safetensors").exists()
    bare = shutil.copytree(toy_corpus, tmp_path / "bare", ignore=shutil.ignore_patterns("textgrids"))
    without = run_cli(*words, "--corpus", bare, "--out", tmp_path / "other", "--features", tmp_path / "g")
    assert without.exit_code == 2
    assert "textgrids/ID.TextGrid" in without.output and "none for 10 of 10" in without.output
    assert not (tmp_path / "other" / "last.safetensors").exists()
