import csv
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests.cli.running import run
from tests.drawings import spoken
from tts_align.alignment import Alignment, save_alignment
from tts_align.audio import write_wave

TEXT = "one two three four."


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    folder = tmp_path / "speech"
    save_alignment(folder / "clean.npz", spoken(TEXT))
    save_alignment(folder / "more" / "skip.npz", spoken(TEXT, "0:8 14:19"))
    write_wave(folder / "clean.wav", np.zeros(2205, dtype=np.float32), 22050)
    return folder


def test_a_folder_is_judged_and_a_fault_gives_status_1(speech: Path) -> None:
    ran = run("diagnose", speech)
    assert ran.status == 1
    assert "more/skip: skipped “three” at 0.69-0.75 s" in ran.out
    assert "1 of 2 utterances is faulty: 1 skip." in ran.out


def test_clean_speech_gives_status_0(speech: Path) -> None:
    ran = run("diagnose", speech / "clean.npz")
    assert (ran.status, "clean: every word said" in ran.out) == (0, True)


def test_json_on_standard_output_is_pure(speech: Path) -> None:
    ran = run("diagnose", speech, "--json", "-")
    assert ran.status == 1
    assert [each["id"] for each in json.loads(ran.out)["utterances"]] == ["clean", "more/skip"]


def test_json_and_page_go_to_files(speech: Path, tmp_path: Path) -> None:
    run("diagnose", speech, "--json", tmp_path / "d.json", "--html", tmp_path / "d.html")
    assert json.loads((tmp_path / "d.json").read_text())["corpus"]["faulty"] == 1
    assert "UklGR" in (tmp_path / "d.html").read_text()  # the wave, which starts with RIFF


@pytest.mark.parametrize(("kinds", "status"), [("skip", 1), ("repeat,skip", 1), ("repeat", 0), ("none", 0), ("all", 1)])
def test_only_the_kinds_asked_for_are_findings(speech: Path, kinds: str, status: int) -> None:
    assert run("diagnose", speech, "--fail-on", kinds).status == status


def test_an_unknown_kind_names_the_nearest(speech: Path) -> None:
    ran = run("diagnose", speech, "--fail-on", "skips")
    assert ran.status == 2
    assert "Did you mean skip?" in ran.error


def test_a_broken_file_is_named_and_the_others_are_still_done(speech: Path) -> None:
    (speech / "broken.npz").write_bytes((speech / "clean.npz").read_bytes()[:200])
    np.savez(speech / "logits.npz", weights=-np.eye(3), symbols=np.array(list("cat")), seconds_per_step=0.1)
    ran = run("diagnose", speech, "--json", "-")
    assert ran.status == 2
    assert len(json.loads(ran.out)["utterances"]) == 2
    assert "broken.npz: expected an array file that is whole" in ran.error
    assert "logits.npz: weights, row 0, column 0: expected a weight >= 0" in ran.error
    assert "2 of 4 files could not be read" in ran.error


def test_a_matrix_of_another_system_is_judged_with_its_text(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", spoken(TEXT, "0:8 14:19").weights.T)
    ran = run("diagnose", tmp_path / "a.npy", "--text", TEXT, "--seconds-per-step", "0.03")
    assert ran.status == 1
    assert "a: skipped “three” at 0.69-0.75 s" in ran.out


def test_texts_of_several_matrices_come_from_a_file_by_name(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", spoken(TEXT, "0:8 14:19").weights)
    np.save(tmp_path / "b.npy", spoken("alpha beta").weights)
    (tmp_path / "metadata.csv").write_text(f"b|Raw|alpha beta\nwavs/a.wav|{TEXT}\n", encoding="utf-8-sig")
    arguments = ("diagnose", tmp_path, "--seconds-per-step", "0.03", "--json", "-")
    ran = run(*arguments, "--text-file", tmp_path / "metadata.csv")
    found = {each["id"]: [event["words"] for event in each["events"]] for each in json.loads(ran.out)["utterances"]}
    assert found == {"a": [["three"]], "b": []}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "the text that was encoded"),
        (("--text", TEXT), "--seconds-per-step"),
        (("--text", "short", "--seconds-per-step", "0.03"), "an axis of 5 to 7 symbols"),
        (("--text", TEXT, "--seconds-per-step", "-1"), "seconds > 0"),
        (("--text", TEXT, "--text-file", "x"), "one source of texts"),
        (("--text-file", "missing.txt"), "missing.txt"),
        (("--text", TEXT, "--seconds-per-step", "0.03", "--text-axis", "7"), "text-axis"),
        (("--text", TEXT, "--seconds-per-step", "fast"), "seconds-per-step"),
    ],
)
def test_what_does_not_fit_a_bare_matrix_gives_status_2(tmp_path: Path, arguments: tuple, message: str) -> None:
    np.save(tmp_path / "a.npy", spoken(TEXT).weights)
    ran = run("diagnose", tmp_path / "a.npy", *arguments)
    assert ran.status == 2
    assert message in ran.error


def test_bad_matrices_of_another_system_give_status_2(tmp_path: Path) -> None:
    weights = spoken(TEXT).weights
    bad = {
        "nan": weights * np.nan,
        "summed": weights.cumsum(axis=0),
        "empty": weights[:0],
        "cube": weights[None, None, None, None],
    }
    for name, matrix in bad.items():
        np.save(tmp_path / f"{name}.npy", matrix)
    ran = run("diagnose", tmp_path, "--text", TEXT, "--seconds-per-step", "0.03")
    assert ran.status == 2
    for name in bad:
        assert f"{name}.npy" in ran.error


def test_places_that_do_not_exist_or_cannot_be_written_give_status_2(speech: Path, tmp_path: Path) -> None:
    assert run("diagnose", tmp_path / "nothing.npz").status == 2
    (tmp_path / "empty").mkdir()
    assert "alignments (.npz, .npy, .pt, .pth) in it, found none" in run("diagnose", tmp_path / "empty").error
    (tmp_path / "file").write_text("")
    ran = run("diagnose", speech, "--html", tmp_path / "file" / "page.html")
    assert (ran.status, "a place that can be written" in ran.error) == (2, True)
    assert run("diagnose").status == 2


def test_faults_go_to_a_table(speech: Path, tmp_path: Path) -> None:
    run("diagnose", speech, "--csv", tmp_path / "d.csv")
    with open(tmp_path / "d.csv", encoding="utf8", newline="") as file:
        (fault,) = csv.DictReader(file)
    assert (fault["id"], fault["kind"], fault["words"], fault["start_seconds"]) == (
        "more/skip",
        "skip",
        "three",
        "0.69",
    )


def test_what_usually_helps_and_why_a_run_hit_its_limit_are_said(tmp_path: Path) -> None:
    stuck = spoken(TEXT, "0:9 " + "9:10 " * 60)
    save_alignment(
        tmp_path / "a.npz", Alignment(stuck.weights, stuck.symbols, stuck.seconds_per_step, stopped_by="limit")
    )
    ran = run("diagnose", tmp_path / "a.npz")
    assert "a: ran into its step limit: it stood still at “three”" in ran.out
    assert "step limit, stuck" in ran.out
    ran = run("diagnose", tmp_path / "a.npz", "--json", "-")
    assert json.loads(ran.out)["utterances"][0]["ending"]["cause"] == "stuck"
    assert {"stuck", "stall"} <= json.loads(ran.out)["hints"].keys()


def test_of_many_utterances_only_some_are_listed_unless_all_are_asked_for(tmp_path: Path) -> None:
    for i in range(60):
        save_alignment(tmp_path / f"u{i:02}.npz", spoken(TEXT, "0:8 14:19" if i % 2 else None))
    ran = run("diagnose", tmp_path)
    assert "... and 36 more utterances; --all lists them" in ran.out
    assert len(ran.out.splitlines()) < 70
    assert run("diagnose", tmp_path, "--all").out.count(": skipped “three”") == 30


def test_the_outputs_are_the_same_whatever_the_number_of_workers(tmp_path: Path) -> None:
    speech = tmp_path / "speech"
    for i in range(40):
        save_alignment(speech / f"u{i:02}.npz", spoken(TEXT, "0:8 14:19" if i % 3 else None, steps=3 + i % 4))
    for workers in (1, 5):
        files = {suffix: tmp_path / f"{workers}.{suffix}" for suffix in ("json", "csv", "html")}
        run("diagnose", speech, *(part for name, file in files.items() for part in (f"--{name}", file)),
            "--workers", workers)  # fmt: skip
    for suffix in ("json", "csv", "html"):
        assert (tmp_path / f"1.{suffix}").read_bytes() == (tmp_path / f"5.{suffix}").read_bytes()


def test_an_utterance_of_a_batch_has_the_sound_of_its_own_name(tmp_path: Path) -> None:
    np.save(tmp_path / "batch.npy", np.stack([spoken("one two").weights] * 2))
    (tmp_path / "texts.txt").write_text("batch[0]|one two\nbatch[1]|one two\n")
    write_wave(tmp_path / "batch[1].wav", np.zeros(2205, dtype=np.float32), 22050)
    page = tmp_path / "page.html"
    ran = run("diagnose", tmp_path / "batch.npy", "--text-file", tmp_path / "texts.txt", "--seconds-per-step", "0.03",
              "--html", page)  # fmt: skip
    assert ran.status == 0
    assert '"sound": [1]' in page.read_text(encoding="utf8")


def test_an_interruption_gives_130_at_once_and_leaves_no_file(tmp_path: Path) -> None:
    save_alignment(tmp_path / "speech" / "0.npz", spoken(TEXT * 8))
    saved = (tmp_path / "speech" / "0.npz").read_bytes()
    for i in range(1, 3000):
        (tmp_path / "speech" / f"{i}.npz").write_bytes(saved)
    out = tmp_path / "out"
    files = [f"--json={out / 'a.json'}", f"--csv={out / 'a.csv'}", f"--html={out / 'a.html'}"]
    command = [sys.executable, "-m", "tts_align", "diagnose", str(tmp_path / "speech"), *files]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    end = time.monotonic() + 60
    while not (out.exists() and len(list(out.iterdir())) >= 3) and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, error = process.communicate(timeout=30)
    assert time.monotonic() - began < 5
    assert process.returncode == 130
    assert b"interrupted" in error
    assert list(out.iterdir()) == []


def test_letters_are_judged_one_by_one_when_asked(tmp_path: Path) -> None:
    save_alignment(tmp_path / "a.npz", spoken("the wonderful garden", "0:7 10:20", steps=4))
    assert run("diagnose", tmp_path).status == 0
    ran = run("diagnose", tmp_path, "--level", "symbol", "--json", "-")
    (event,) = json.loads(ran.out)["utterances"][0]["events"]
    assert (ran.status, event["symbols"], event["words"]) == (1, [7, 10], ["wonderful"])


def test_a_threshold_can_be_changed(speech: Path) -> None:
    assert run("diagnose", speech, "--threshold", "skip_steps=50").status == 0


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("skip_shares=0.5", "Did you mean skip_share?"),
        ("skip_share", "expected KEY=VALUE"),
        ("skip_share=-1", "greater than or equal to 0"),
        ("repeat_symbols=many", "'many' for repeat_symbols"),
    ],
)
def test_a_threshold_that_does_not_fit_is_told(speech: Path, given: str, told: str) -> None:
    ran = run("diagnose", speech, "--threshold", given)
    assert ran.status == 2
    assert told in " ".join(ran.error.split())
