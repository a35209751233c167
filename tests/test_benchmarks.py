"""The benchmarks run, and draw what they say they draw."""

import argparse
import dataclasses
import functools
import os
from pathlib import Path

import numpy as np
import pytest

from benchmarks import (
    clips,
    diagnosis,
    drawn,
    griffin_lim,
    growth,
    input_pipeline,
    made_corpus,
    measuring,
    mel_inversion,
    options,
    table,
)
from benchmarks.measuring import Candidate, Timing
from tests.audio.signals import speech_like
from tts_align.alignment import analyze
from tts_align.audio.silence import TrimSettings
from tts_align.corpus.feature_index import FeatureIndex, write_index
from tts_align.errors import CorpusError
from tts_align.recipe import load_recipe


def test_a_pool_has_the_sizes_and_shares_that_were_asked_for():
    pool = drawn.pool(40, n_symbols=60, n_steps=300, share_faulty=0.25, share_hard=0.5)
    assert {alignment.weights.shape for alignment in pool} == {(300, 60)}
    hard = [np.median(alignment.weights.max(axis=1)) > 0.999 for alignment in pool]
    assert sum(hard) == 20
    assert sum(analyze(alignment).verdict == "faulty" for alignment in pool) == 10


@pytest.mark.parametrize("hard", [True, False])
@pytest.mark.parametrize("fault", drawn.FAULTS)
def test_a_drawn_fault_is_what_is_found(fault, hard):
    found = [{event.kind for event in analyze(drawn.drawn(seed, 120, 600, fault, hard)).events} for seed in range(10)]
    assert sum(fault in kinds for kinds in found) >= 8


def test_candidates_are_timed_in_turn_and_what_prepares_a_call_is_not_timed():
    calls = []
    plain = Candidate("plain", lambda: calls.append("plain"))
    prepared = Candidate("prepared", lambda: calls.append("prepared"), prepare=lambda: calls.append("prepare"))
    timings = measuring.interleaved([plain, prepared], rounds=5)
    assert [len(timing.wall) for timing in timings] == [len(timing.cpu) for timing in timings] == [5, 5]
    assert all(seconds > 0 for timing in timings for seconds in timing.wall)
    rounds = [name for name, before in zip(calls, ["", *calls], strict=False) if name != before and name != "prepare"]
    assert calls.count("prepare") == calls.count("prepared")
    assert rounds[-1] == "prepared"  # the fifth round is in the first order again


def test_ratios_are_of_the_same_round():
    slow, fast = Timing("slow", 1, [6.0, 8.0, 30.0], [1.0] * 3), Timing("fast", 1, [2.0, 4.0, 3.0], [1.0] * 3)
    assert measuring.ratios(slow, fast) == {"median": 3.0, "min": 2.0, "max": 10.0}
    assert fast.per_call() == {"wall": 3.0, "wall_min": 2.0, "wall_max": 4.0, "cpu": 1.0}


def test_times_are_written_in_units_that_read_well():
    assert [measuring.seconds(value) for value in (0.0000123, 0.0456, 7.89)] == ["12.3 us", "45.6 ms", "7.89 s"]


def test_the_diagnosis_benchmark_reports_time_and_peak_memory(tmp_path):
    pool = drawn.pool(5, n_symbols=30, n_steps=90, share_faulty=0.4)
    judged = diagnosis.measure_analyze(pool, n_alignments=10, rounds=5)
    read = diagnosis.measure_files(pool, n_files=20, workers=1)
    assert [each["n_files"] for each in read] == [2, 20]
    assert all(20 < each["peak_memory_mib"] < 4000 for each in read)
    shown = diagnosis.tables(judged, read, 0.4, 0.5)
    assert "10 alignments of 120 x 600, 40% with a fault" in shown
    assert shown.count("\n| 20 | 1 |") == 1
    measuring.save(tmp_path / "found.json", {"machine": measuring.machine("numpy"), **judged})
    assert (tmp_path / "found.json").stat().st_size > 200


def test_the_search_benchmark_finds_the_same_paths_as_its_peer():
    pytest.importorskip("monotonic_alignment_search", reason="needs the extra `bench`")
    from benchmarks import monotonic_search

    result = monotonic_search.measure(n_symbols=37, n_steps=131, rounds=5)
    assert set(result["same_path"].values()) == {True}
    assert set(result["times_faster"]) == {monotonic_search.PEER, monotonic_search.PEER_LOOP}
    assert monotonic_search.PEER in monotonic_search.table([result])


def test_memory_that_a_call_takes_and_frees_is_seen():
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("only Linux tells")
    taken = measuring.peak_memory_mib(lambda: np.ones(8_000_000).sum())
    assert taken == pytest.approx(61, abs=8)


@pytest.fixture
def found():
    """What `environment` says; the cores of the process are given back after the test."""
    if not hasattr(os, "sched_setaffinity"):
        yield measuring.environment("numpy")
        return
    cores = os.sched_getaffinity(0)
    yield measuring.environment("numpy")
    os.sched_setaffinity(0, cores)


def test_the_page_of_results_has_what_the_files_say_in_their_order(tmp_path, found):
    assert found["threads"] == 1
    for name in ("another", "growth", "griffin_lim"):
        text = measuring.markdown(["what", "wall"], [[name, measuring.seconds(0.25)]])
        plots = ["growth.png"] if name == "growth" else []
        measuring.save_result(
            name, title=f"About {name}", command="c", text=text, found=found, figures={}, plots=plots, folder=tmp_path
        )
    page = table.rendered(tmp_path)
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        "## About griffin_lim",
        "## About growth",
        "## About another",
    ]
    assert "| what | wall |\n|---|---|\n| another | 250 ms |" in page
    assert f"![About growth]({tmp_path.name}/growth.png)" in page
    assert "one thread on core" in page


def test_a_file_that_is_no_result_is_named(tmp_path):
    (tmp_path / "odd.json").write_text("{}", encoding="utf8")
    with pytest.raises(ValueError, match=r"odd\.json was not written by measuring\.save_result"):
        table.rendered(tmp_path)


def test_the_griffin_lim_benchmark_is_as_good_as_its_peers_with_fewer_iterations(monkeypatch, tmp_path):
    waves, source = clips.clips(2, folder=tmp_path)  # none there: sound is made
    assert "2 made sounds" in source
    monkeypatch.setattr(griffin_lim, "LEVELS", (4,))
    monkeypatch.setattr(griffin_lim, "SECONDS_TIMED", 0.1)
    results = griffin_lim.measure([wave[:22016] for wave in waves], rounds=1)
    assert [result["peer"] for result in results] == ["torchaudio", "librosa"]
    for result in results:
        assert np.mean(result["our_db"]) <= np.mean(result["peer_db"])
        assert result["our_iterations"] < result["peer_iterations"]
    shown = griffin_lim.table(results)
    assert shown.count("**tts_align**") == 2
    assert "2 of 2" in shown


def test_fewest_iterations_ask_for_the_mean_and_for_most_clips():
    climbing = [lambda n: -3.0 * n, lambda n: -2.0 * n, lambda n: -1.0 * n]
    peer = griffin_lim.Peer("ours", climbing, lambda climb, n: climb(n), lambda wave, target: wave)
    needed = griffin_lim.iterations_needed(peer, {("peer", 9): [-9.0, -8.0, -5.0]})
    assert needed == {("peer", 9): [3, 4, 5]}
    assert griffin_lim.fewest_iterations(peer, [-9.0, -8.0, -5.0], needed["peer", 9]) == 5
    with pytest.raises(griffin_lim.NotReachedError, match=r"a mean of -400\.0 dB, and .* is not reached"):
        griffin_lim.fewest_iterations(peer, [-400.0] * 3, [1, 1, 1])


def test_griffin_lim_says_what_was_not_reached_and_on_which_sound(monkeypatch, found):
    def too_good(our, wanted):
        raise griffin_lim.NotReachedError("-60.0 dB on clip 3 is not reached in 100 iterations")

    monkeypatch.setattr(griffin_lim, "iterations_needed", too_good)
    monkeypatch.setattr(griffin_lim, "LEVELS", (1,))
    waves = [speech_like(0.1, seed=seed) for seed in range(2)]
    monkeypatch.setattr(griffin_lim, "clips", lambda n: (waves, f"{n} made sounds"))
    monkeypatch.setattr("sys.argv", ["griffin_lim", "--clips", "2"])
    expected = "Nothing was kept. With 2 made sounds, a peer's quality cannot be met: -60.0 dB on clip 3 is not reached"
    with pytest.raises(SystemExit, match=expected):
        griffin_lim.main()


def test_a_quality_that_a_clip_never_reaches_is_named():
    peer = griffin_lim.Peer("ours", [lambda n: -0.1 * n], lambda climb, n: climb(n), lambda wave, target: wave)
    with pytest.raises(griffin_lim.NotReachedError, match=r"-40\.0 dB on clip 0 is not reached in 100 iterations"):
        griffin_lim.iterations_needed(peer, {("peer", 9): [-40.0]})


@pytest.mark.parametrize(("written", "least"), [("0", 1), ("4", 5), ("-3", 1), ("1.5", 1), ("many", 1)])
def test_an_option_that_is_no_number_of_things_is_refused(written, least):
    with pytest.raises(argparse.ArgumentTypeError, match=f"expected a whole number from {least} on, found '{written}'"):
        options.at_least(least)(written)


def test_a_result_is_shown_and_kept_with_the_command_that_was_given(monkeypatch, capsys, tmp_path, found):
    monkeypatch.setattr("sys.argv", ["anything.py", "--clips", "3"])
    monkeypatch.setattr(measuring, "save_result", functools.partial(measuring.save_result, folder=tmp_path))
    measuring.show_and_save("odd", "Odd", "so it is", found, figures={"a": 1})
    assert capsys.readouterr().out.endswith("\n\nso it is\n")
    assert "`python -m benchmarks.odd --clips 3`" in table.rendered(tmp_path)


def test_the_mel_inversion_benchmark_finds_a_lower_error_than_its_peers():
    waves = [speech_like(0.3, seed=seed)[: 25 * 256] for seed in range(2)]
    results = mel_inversion.measure(waves, rounds=1)
    ours = results[mel_inversion.OURS]["error_db"]
    assert all(max(ours) < min(result["error_db"]) for name, result in results.items() if name != mel_inversion.OURS)
    assert f"| **{mel_inversion.OURS}** |" in mel_inversion.table(results)


def test_time_of_mel_inversion_is_taken_on_clips_of_middle_length():
    waves = [np.zeros(n) for n in (5, 1, 4, 2, 3, 6)]
    assert [len(wave) for wave in mel_inversion.of_middle_length(waves)] == [3, 4]
    assert [len(wave) for wave in mel_inversion.of_middle_length(waves[:1])] == [5]


def test_features_that_are_not_there_are_named(monkeypatch, tmp_path, found):
    monkeypatch.setattr("sys.argv", ["input_pipeline", "--features", str(tmp_path)])
    with pytest.raises(SystemExit, match=r"error: .*index\.json: expected an index of features, found none"):
        input_pipeline.main()
    monkeypatch.setattr("sys.argv", ["input_pipeline", "--recipe", str(tmp_path / "none.toml")])
    with pytest.raises(SystemExit, match=r"error: .*none\.toml"):
        input_pipeline.main()


def test_a_folder_without_a_single_feature_is_refused(tmp_path):
    recipe = load_recipe(input_pipeline.RECIPE)
    write_index(FeatureIndex(tmp_path, recipe.mel, TrimSettings(), {}, {}))
    with pytest.raises(CorpusError, match="expected the features of an utterance or more, found none"):
        input_pipeline.prepared_examples(tmp_path, recipe)


def test_the_wait_for_data_is_measured_beside_the_update(tmp_path):
    recipe = load_recipe(input_pipeline.RECIPE, ["training.batch_size=2"])
    made = [made_corpus.made_example(str(i), 5 + i, 20 + i, tmp_path) for i in range(6)]
    seconds = input_pipeline.measure(recipe, made, n_updates=2)
    assert {len(values) for values in seconds.values()} == {2}
    assert 0 < min(seconds["from_memory"]) < max(seconds["update"])
    assert "| wait, files in memory |" in input_pipeline.table(seconds)


def test_a_made_corpus_has_mels_in_files_and_natural_lengths(tmp_path):
    made = made_corpus.made_corpus(12, tmp_path)
    assert all(3 < len(example.mel) / len(example.symbols) < 8 for example in made)
    assert np.asarray(made[3].mel).shape == (len(made[3].mel), 80)
    assert len({example.id for example in made}) == 12


@pytest.mark.parametrize("name", sorted(set(growth.curves()) - {"text", "frames"}))  # these are steps as in "batch"
def test_each_curve_of_growth_is_measured_and_drawn(name, tmp_path):
    curve = growth.curves()[name]
    small = dataclasses.replace(curve, sizes=curve.sizes[:2])
    timings = growth.measure(small, rounds=1)
    assert [timing.name for timing in timings] == [str(size) for size in small.sizes]
    growth.draw(tmp_path / "curve.png", small, timings)
    assert (tmp_path / "curve.png").read_bytes()[:4] == b"\x89PNG"
    assert curve.axis in growth.table({name: (small, timings)})
