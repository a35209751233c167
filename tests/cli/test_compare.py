"""`tts-align compare` from end to end on the toy corpus."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.running import run

ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1"}
TIMES = {"ms_per_update", "ms_per_step"}
N_UPDATES = 4


@pytest.fixture(scope="module")
def recipes(tmp_path_factory, toy_recipe):
    folder = tmp_path_factory.mktemp("recipes")
    change = f"[decoder]\nframes_per_step = 6\n[training]\nupdates = {N_UPDATES}\nvalidate_every = 2\n"
    (folder / "common").mkdir()
    (folder / "common" / "base.toml").write_text(f'extends = "{toy_recipe}"\n{change}')
    for name in ("additive", "monotonic", "oracle"):
        (folder / f"{name}.toml").write_text(f'extends = "common/base.toml"\n[attention]\nkind = "{name}"\n')
    (folder / "hard.txt").write_text("word-1|bad\nlist-1|a cab, a face, a bead\nnumber-1|bad 77\n")
    return folder


@pytest.fixture(scope="module")
def words(recipes, toy_corpus, tmp_path_factory):
    features = tmp_path_factory.mktemp("features")
    names = [recipes / f"{name}.toml" for name in ("additive", "monotonic", "oracle")]
    return ["compare", *names, "--corpus", toy_corpus, "--features", features, "--hard", recipes / "hard.txt"]


@pytest.fixture(scope="module")
def compared(words, tmp_path_factory):
    out = tmp_path_factory.mktemp("compared")
    ran = run(*words, "--out", out)
    assert ran.status == 0, ran.error
    return out


def figures(out):
    runs = json.loads((out / "comparison.json").read_text())["runs"]
    return {
        (each["name"], each["seed"]): each["measured"]
        and {name: value for name, value in each["measured"].items() if name not in TIMES}
        for each in runs
    }


def test_the_comparison_has_a_line_for_each_mechanism(compared):
    with open(compared / "comparison.csv", newline="") as file:
        lines = {line["mechanism"]: line for line in csv.DictReader(file)}
    assert list(lines) == ["additive", "monotonic", "oracle"]
    for name, line in lines.items():
        assert int(line["n_updates"]) == N_UPDATES and line["failure"] == ""
        assert float(line["onset_spoken_ms"]) >= 0 and float(line["ms_per_step"]) > 0
        assert (line["hard_skip_per_100"] == "") == (name == "oracle")  # it speaks no text without true durations
    assert lines["oracle"]["n_parameters"] < lines["additive"]["n_parameters"]
    assert float(lines["oracle"]["onset_forced_ms"]) < 60  # its rows are the truth


def test_final_figures_are_those_of_all_validation_utterances_and_the_curve_is_of_the_log(compared):
    for (name, seed), measured in figures(compared).items():
        log = (compared / "runs" / f"{name}-seed{seed}" / "log.jsonl").read_text().splitlines()
        logged = [json.loads(line) for line in log]
        errors = [each["onset_spoken_ms"] for each in logged if each["kind"] == "validation"]
        assert [point["onset_spoken_ms"] for point in measured["curve"]] == errors
        assert len(errors) == 2
        assert measured["in_domain"]["n_sentences"] == 2


def test_all_files_are_there_and_the_page_shows_every_mechanism(compared):
    files = {path.name for path in compared.iterdir()}
    pictures = {"curves.png"} | {f"alignments_{kind}.png" for kind in ("forced", "spoken", "hard")}
    assert files == pictures | {"runs", "comparison.csv", "comparison.json", "comparison.md", "comparison.html"}
    page = (compared / "comparison.html").read_text()
    assert page.count("data:image/png") == 4
    assert all(name in page for name in ("additive", "monotonic", "oracle"))
    assert "(alignments_hard.png)" in (compared / "comparison.md").read_text()


def test_what_is_finished_is_not_repeated(compared, words):
    before = {path: path.stat().st_mtime_ns for path in (compared / "runs").rglob("*") if path.is_file()}
    ran = run(*words, "--out", compared)
    assert ran.status == 0
    assert "3 trainings, 3 of them finished before" in ran.error
    assert {path: path.stat().st_mtime_ns for path in (compared / "runs").rglob("*") if path.is_file()} == before


def test_a_killed_comparison_goes_on_where_it_was(compared, words, tmp_path):
    words = [*words[:3], *words[4:]]  # two mechanisms will do
    command = [sys.executable, "-m", "tts_align", *map(str, words), "--out", str(tmp_path)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    log = tmp_path / "runs" / "monotonic-seed1" / "log.jsonl"
    while not (log.exists() and '"update"' in log.read_text()):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert json.loads((tmp_path / "comparison.json").read_text())["runs"][0]["measured"]  # the first is in the table
    ran = run(*words, "--out", tmp_path)
    assert ran.status == 0 and "1 of them finished before" in ran.error
    assert figures(tmp_path).items() <= figures(compared).items()
    assert not list(tmp_path.rglob(".*"))


def test_another_call_adds_a_seed_and_keeps_the_others(compared, words, recipes, tmp_path):
    out = shutil.copytree(compared, tmp_path / "out")
    ran = run(words[0], recipes / "additive.toml", *words[4:], "--out", out, "--seeds", "2")
    assert ran.status == 0, ran.error
    found = figures(out)
    assert sorted(found) == [("additive", 1), ("additive", 2), ("monotonic", 1), ("oracle", 1)]
    assert found["additive", 1] == figures(compared)["additive", 1] != found["additive", 2]


def test_a_recipe_that_diverges_has_a_row_that_says_so_and_the_others_keep_theirs(compared, words, recipes, tmp_path):
    out = shutil.copytree(compared, tmp_path / "out")
    wild = tmp_path / "a_wild.toml"
    change = "[training]\nlearning_rate = 1e25\nupdates = 30\nvalidate_every = 1000\n"
    wild.write_text(f'extends = "{recipes / "additive.toml"}"\n{change}')
    ran = run("compare", wild, *words[1:], "--out", out, "--allow-differences")
    assert ran.status == 1
    assert "a_wild seed 1: FAILED" in ran.error and "10 updates in a row" in ran.error
    assert figures(out) == {("a_wild", 1): None} | figures(compared)
    assert "a_wild, seed 1: update" in (out / "comparison.md").read_text()


def test_a_mistake_of_our_own_in_one_training_does_not_end_the_others(compared, words, tmp_path, monkeypatch):
    from tts_align.comparing import all_runs

    def burst(job, **options):
        if job.out.name.startswith("additive"):
            raise ZeroDivisionError("made for this test")
        return train(job, **options)

    train = all_runs.train
    monkeypatch.setattr(all_runs, "train", burst)
    out = shutil.copytree(compared, tmp_path / "out")
    for name in ("additive", "monotonic"):
        shutil.rmtree(out / "runs" / f"{name}-seed1")
    ran = run(*words, "--out", out)
    assert ran.status == 1
    assert "ZeroDivisionError: made for this test" in ran.error
    assert figures(out) == figures(compared) | {("additive", 1): None}
    assert "in burst" in (out / "runs" / "additive-seed1" / "failure.txt").read_text()


def test_recipes_that_differ_elsewhere_are_refused_before_anything_is_written(words, recipes, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text(f'extends = "{recipes / "additive.toml"}"\n[decoder]\nprenet_size = 11\n')
    ran = run("compare", other, *words[2:], "--out", tmp_path / "out")
    assert ran.status == 2
    assert "decoder.prenet_size: 11 / 9" in ran.error and "--allow-differences" in ran.error
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("seeds", ["", "1,x", "1,1", "-1", "1;2"])
def test_seeds_are_different_numbers(words, tmp_path, seeds):
    ran = run(*words, "--out", tmp_path / "out", f"--seeds={seeds}")
    assert ran.status == 2
    assert "--seeds: expected different numbers" in ran.error
