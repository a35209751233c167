"""A run resumes exactly, refuses what does not fit, and says whether the model aligns."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from tests.conftest import TEXTS, write_toy_corpus
from tts_align.cli import app
from tts_align.training.losses import LossTerms, loss_terms

ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1"}


def command(*words):
    return [sys.executable, "-m", "tts_align", *map(str, words)]


def run_cli(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def losses(out: Path) -> dict[int, float]:
    records = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    return {record["update"]: record["loss"] for record in records if record["kind"] == "update"}


def validations(out: Path) -> list[dict]:
    records = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    return [record for record in records if record["kind"] in ("validation", "alarm")]


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
        assert process.wait() == -signal.SIGKILL  # it was still at work
    assert subprocess.run(words, env=ENVIRONMENT, capture_output=True).returncode == 1
    assert losses(out) == losses(uninterrupted)
    assert validations(out) == validations(uninterrupted)
    for file in ("weights.safetensors", "last.safetensors"):
        assert (out / file).read_bytes() == (uninterrupted / file).read_bytes(), file
    assert not list(out.rglob(".*"))


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
    assert done.exit_code == 1  # it still does not align
    assert "does not align" in done.output
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
        shutil.copy(toy_voice / "recipe.toml", out)
        (out / "state" / "last.pt").write_bytes(content)
        done = run_cli("train", toy_recipe, "--corpus", toy_corpus, "--out", out, "--resume")
        assert done.exit_code == 2
        assert "damaged or foreign file" in done.output


@pytest.mark.parametrize("minutes", [0, 0.02])
def test_minutes_stop_a_run_with_a_validated_voice(tmp_path, toy_corpus, toy_recipe, minutes):
    out = tmp_path / "run"
    words = ["train", toy_recipe, "--corpus", toy_corpus, "--out", out, "--set", "training.validate_every=100000"]
    done = run_cli(*words, "--updates", 100000, "--minutes", minutes)
    reached = torch.load(out / "state" / "last.pt", weights_only=True)["update"]
    assert reached < 100000
    assert (reached > 0) == (minutes > 0) == (out / "weights.safetensors").exists()
    assert done.exit_code == (1 if minutes else 0), done.output
    if not minutes:
        assert isinstance(done.exception, SystemExit | None)


def test_a_kill_between_the_best_voice_and_the_checkpoint_loses_nothing(
    tmp_path, uninterrupted, toy_corpus, toy_recipe
):
    """The update after which the process dies has validated and kept its voice, but not yet saved its state."""
    out = tmp_path / "run"
    words = ["train", str(toy_recipe), "--corpus", str(toy_corpus), "--out", str(out), "--updates", "20"]
    dying = (
        "import os, sys\n"
        "from tts_align.training import loop\n"
        "save = loop._Run._save\n"
        "loop._Run._save = lambda self: os._exit(9) if self._state.update == 6 else save(self)\n"
        "from tts_align.cli import main\n"
        f"sys.argv = ['tts-align', *{words!r}]\n"
        "main()\n"
    )
    assert subprocess.run([sys.executable, "-c", dying], env=ENVIRONMENT, capture_output=True).returncode == 9
    assert subprocess.run(command(*words, "--resume"), env=ENVIRONMENT, capture_output=True).returncode == 1
    assert losses(out) == losses(uninterrupted)
    assert validations(out) == validations(uninterrupted)
    assert (out / "weights.safetensors").read_bytes() == (uninterrupted / "weights.safetensors").read_bytes()


def test_a_warm_started_run_that_is_killed_early_goes_on_from_its_warm_start(
    tmp_path, toy_voice, toy_corpus, toy_recipe
):
    words = ["train", toy_recipe, "--corpus", toy_corpus, "--updates", 3, "--out"]
    started = run_cli(*words, tmp_path / "a", "--init-from", toy_voice)
    assert "Warm start from" in started.output
    run_cli(*words, tmp_path / "b", "--init-from", toy_voice, "--minutes", 0)  # stopped before its first update
    run_cli(*words, tmp_path / "b", "--resume")
    assert losses(tmp_path / "b") == losses(tmp_path / "a")
    run_cli(*words, tmp_path / "c")
    assert losses(tmp_path / "c") != losses(tmp_path / "a")


def test_a_voice_that_does_not_fit_is_refused_before_anything_is_written(tmp_path, toy_voice, toy_corpus, toy_recipe):
    words = ["train", toy_recipe, "--corpus", toy_corpus, "--out", tmp_path / "run", "--init-from", toy_voice]
    done = run_cli(*words, "--set", "decoder.frames_per_step=3")
    assert done.exit_code == 2
    assert "decoder.readout.frames.weight" in done.output
    assert not (tmp_path / "run").exists()


def test_a_run_is_not_resumed_on_another_corpus(tmp_path, toy_voice, toy_recipe):
    out = shutil.copytree(toy_voice, tmp_path / "run")
    other = write_toy_corpus(tmp_path / "other", texts=TEXTS[:7])
    done = run_cli("train", toy_recipe, "--corpus", other, "--out", out, "--features", tmp_path / "f", "--resume")
    assert done.exit_code == 2
    assert "the corpus and split that the run was started with" in done.output


@pytest.mark.parametrize("device", ["gpu", "cuda:99", "mps", "meta", ""])
def test_a_device_that_is_not_there_is_an_error(tmp_path, toy_corpus, toy_recipe, device):
    words = ["train", toy_recipe, "--corpus", toy_corpus, "--out", tmp_path / "run", "--device", device]
    done = run_cli(*words)
    assert done.exit_code == 2
    assert "--device: expected one of cpu" in done.output


def test_a_full_disk_ends_the_run_with_a_message(tmp_path, toy_corpus, toy_recipe):
    """A limit on the size of files stands for the full disk: the checkpoint does not fit."""
    code = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "from tts_align.cli import main\n"
        f"sys.argv = ['tts-align', 'train', {str(toy_recipe)!r}, '--corpus', {str(toy_corpus)!r},"
        f" '--out', {str(tmp_path / 'run')!r}]\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=ENVIRONMENT)
    assert done.returncode == 2
    assert "error:" in done.stderr and "Traceback" not in done.stderr
    assert not list((tmp_path / "run").rglob("*.safetensors"))
    assert not list((tmp_path / "run").rglob("*.pt"))


def test_losses_that_are_not_finite_stop_the_run_with_advice(tmp_path, monkeypatch, toy_corpus, toy_recipe):
    def overflowing(*arguments):
        terms = loss_terms(*arguments)
        return LossTerms(terms.sums * float("inf"), terms.counts)

    monkeypatch.setattr("tts_align.training.update.loss_terms", overflowing)
    out = tmp_path / "run"
    done = run_cli("train", toy_recipe, "--corpus", toy_corpus, "--out", out, "--updates", 60)
    assert done.exit_code == 2
    assert "10 updates in a row" in done.output and "learning_rate" in done.output
    log = (out / "log.jsonl").read_text()
    assert log.count('"applied": false') == 9 and '"applied": true' not in log
    assert "NaN" not in log and "Infinity" not in log


def test_too_few_utterances_for_the_split_are_an_error(tmp_path, toy_corpus, toy_recipe):
    done = run_cli("train", toy_recipe, "--corpus", toy_corpus, "--out", tmp_path, "--set", "corpus.n_validation=10")
    assert done.exit_code == 2
    assert "10 utterances" in done.output


def test_a_text_outside_the_alphabet_names_the_utterance(tmp_path, toy_corpus, toy_recipe):
    done = run_cli("train", toy_recipe, "--corpus", toy_corpus, "--out", tmp_path, "--set", "text.letters=abcde ,")
    assert done.exit_code == 2
    assert "toy-0" in done.output and "'f'" in done.output
