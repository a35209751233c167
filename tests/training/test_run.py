"""A run resumes exactly, refuses what does not fit, and says whether the model aligns."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from tts_align.cli import app
from tts_align.voice import read_voice

ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1"}


def command(*words):
    return [sys.executable, "-m", "tts_align", *map(str, words)]


def run_cli(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def losses(out: Path) -> dict[int, float]:
    records = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    return {record["update"]: record["loss"] for record in records if record["kind"] == "update"}


def weights(out: Path) -> dict[str, torch.Tensor]:
    return read_voice(out / "last.safetensors").tensors


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory, toy_corpus, toy_recipe):
    out = tmp_path_factory.mktemp("whole") / "run"
    done = subprocess.run(
        command("train", toy_recipe, "--corpus", toy_corpus, "--out", out, "--updates", 20),
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
    )
    assert done.returncode == 1, done.stderr  # trained as told; it does not align, and the status says so
    return out


def test_a_run_killed_at_any_moment_resumes_to_the_last_bit(tmp_path, uninterrupted, toy_corpus, toy_recipe):
    out = tmp_path / "run"
    words = command("train", toy_recipe, "--corpus", toy_corpus, "--out", out, "--updates", 20, "--resume")
    for wanted in (3, 11):
        process = subprocess.Popen(words, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None:
            log = out / "log.jsonl"
            if log.exists() and log.read_text().count('"kind": "update"') >= wanted:
                break
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert subprocess.run(words, env=ENVIRONMENT, capture_output=True).returncode == 1
    assert losses(out) == losses(uninterrupted)
    for name, tensor in weights(uninterrupted).items():
        assert torch.equal(weights(out)[name], tensor), name


def test_ctrl_c_saves_and_exits_with_130(tmp_path, uninterrupted, toy_corpus, toy_recipe):
    out = tmp_path / "run"
    words = command("train", toy_recipe, "--corpus", toy_corpus, "--out", out, "--updates", 20, "--resume")
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)
    while not (out / "log.jsonl").exists() or len(losses(out)) < 4:
        time.sleep(0.01)
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in said and "Traceback" not in said
    reached = torch.load(out / "state" / "last.pt", weights_only=True)["update"]
    assert reached == max(losses(out))
    subprocess.run(words, env=ENVIRONMENT, capture_output=True)
    assert losses(out) == losses(uninterrupted)


def test_a_finished_run_resumed_changes_nothing(uninterrupted, toy_corpus, toy_recipe):
    before = (uninterrupted / "last.safetensors").read_bytes()
    done = run_cli("train", toy_recipe, "--corpus", toy_corpus, "--out", uninterrupted, "--updates", 20, "--resume")
    assert done.exit_code == 0
    assert (uninterrupted / "last.safetensors").read_bytes() == before


def test_the_run_folder_has_what_others_rely_on(toy_voice):
    files = {path.relative_to(toy_voice).as_posix() for path in toy_voice.rglob("*")}
    assert {"recipe.toml", "weights.safetensors", "last.safetensors", "log.jsonl", "state/last.pt"} <= files
    assert any(name.startswith("tensorboard/events") for name in files)
    records = [json.loads(line) for line in (toy_voice / "log.jsonl").read_text().splitlines()]
    validations = [record for record in records if record["kind"] == "validation"]
    assert [record["update"] for record in validations] == [3, 6, 7]
    assert all(isinstance(record["onset_spoken_ms"], float) for record in validations)  # true timings were found
    assert not list(toy_voice.rglob(".*"))  # no temporary file is left


def test_a_run_folder_is_not_overwritten(toy_voice, toy_corpus, toy_recipe):
    done = run_cli("train", toy_recipe, "--corpus", toy_corpus, "--out", toy_voice)
    assert done.exit_code == 2
    assert "Pass --resume" in done.output


def test_a_run_is_not_resumed_under_another_recipe(toy_voice, toy_corpus, toy_recipe):
    words = ["train", toy_recipe, "--corpus", toy_corpus, "--out", toy_voice, "--resume"]
    done = run_cli(*words, "--set", "decoder.prenet_size=10")
    assert done.exit_code == 2
    assert "decoder.prenet_size: 9 / 10" in done.output


def test_a_damaged_checkpoint_is_an_error_and_no_code_in_it_runs(tmp_path, toy_voice, toy_corpus, toy_recipe):
    for content in (b"", b"not a checkpoint", (toy_voice / "state" / "last.pt").read_bytes()[:5000]):
        out = tmp_path / f"run{len(content)}"
        (out / "state").mkdir(parents=True)
        (out / "state" / "last.pt").write_bytes(content)
        done = run_cli("train", toy_recipe, "--corpus", toy_corpus, "--out", out, "--resume")
        assert done.exit_code == 2
        assert "damaged or foreign file" in done.output


def test_minutes_stop_a_run_with_a_checkpoint(tmp_path, toy_corpus, toy_recipe):
    out = tmp_path / "run"
    done = run_cli("train", toy_recipe, "--corpus", toy_corpus, "--out", out, "--updates", 100000, "--minutes", 0.02)
    assert done.exit_code in (0, 1)
    reached = torch.load(out / "state" / "last.pt", weights_only=True)["update"]
    assert 0 < reached < 100000


def test_losses_that_are_not_finite_stop_the_run_with_advice(tmp_path, toy_corpus, toy_recipe):
    words = ["train", toy_recipe, "--corpus", toy_corpus, "--out", tmp_path / "run", "--updates", 60]
    done = run_cli(*words, "--set", "training.guided_weight=1e400")
    assert done.exit_code == 2
    assert "10 updates in a row" in done.output and "learning_rate" in done.output


def test_too_few_utterances_for_the_split_are_an_error(tmp_path, toy_corpus, toy_recipe):
    done = run_cli("train", toy_recipe, "--corpus", toy_corpus, "--out", tmp_path, "--set", "corpus.n_validation=10")
    assert done.exit_code == 2
    assert "10 utterances" in done.output


def test_a_text_outside_the_alphabet_names_the_utterance(tmp_path, toy_corpus, toy_recipe):
    done = run_cli("train", toy_recipe, "--corpus", toy_corpus, "--out", tmp_path, "--set", "text.letters=abcde ,")
    assert done.exit_code == 2
    assert "toy-0" in done.output and "'f'" in done.output
