"""`tts-align evaluate`: speaks many sentences, goes on where it was stopped, and writes figures and a page."""

import csv
import json

import pytest

from tests.cli.running import run
from tts_align.evaluation import task as speaking
from tts_align.synthesis import Voice

LINES = "a1|a bad cab\na2|dad fed a cab\na3|abba, dad\na4|a face\na5|bed, bad bed\n"


@pytest.fixture
def sentences(tmp_path):
    path = tmp_path / "sentences.txt"
    path.write_text(LINES, encoding="utf8")
    return path


def evaluate(voice, sentences, out, *more):
    return run("evaluate", voice, "--text-file", sentences, "--out", out, "--iterations", 1, "--batch-size", 2, *more)


def test_everything_is_written_and_the_figures_agree(toy_voice, sentences, tmp_path):
    out = tmp_path / "out"
    done = evaluate(toy_voice, sentences, out)
    assert done.status == 1, done.error  # the toy voice does not align
    assert "Speaking: 5 of 5" in done.error
    record = json.loads((out / "evaluation.json").read_text(encoding="utf8"))
    corpus, each = record["corpus"], record["sentences"]
    assert [one["id"] for one in each] == ["a1", "a2", "a3", "a4", "a5"]
    assert corpus["utterances"] == 5
    assert corpus["words"] == 3 + 4 + 2 + 2 + 3
    assert corpus["sound_seconds"] == pytest.approx(sum(one["sound_seconds"] for one in each), abs=0.01)
    assert corpus["faulty"] == sum(one["verdict"] == "faulty" for one in each) > 0
    n_events = sum(len(one["events"]) for one in each)
    assert corpus["events_per_100_sentences"] == pytest.approx(100 * n_events / 5)
    assert corpus["real_time_factor"] == pytest.approx(corpus["work_seconds"] / corpus["sound_seconds"], rel=0.02)
    assert corpus["recognition"] is None
    rows = list(csv.DictReader((out / "sentences.csv").read_text(encoding="utf8").splitlines()))
    assert [row["written"] for row in rows][:2] == ["a bad cab", "dad fed a cab"]
    assert [row["words"] for row in rows] == ["3", "4", "2", "2", "3"]
    assert "a face" in (out / "report.html").read_text(encoding="utf8")
    assert sorted(path.name for path in (out / "speech").glob("*.wav")) == [f"a{i}.wav" for i in range(1, 6)]


def test_an_interrupted_run_speaks_only_what_is_missing_and_ends_the_same(toy_voice, sentences, tmp_path, monkeypatch):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    evaluate(toy_voice, sentences, whole)
    spoken = []
    speak = Voice.synthesize_batch

    def until_the_second(self, texts, *args, **kwargs):
        if spoken:
            raise KeyboardInterrupt
        spoken.extend(texts)
        return speak(self, texts, *args, **kwargs)

    monkeypatch.setattr(speaking.Voice, "synthesize_batch", until_the_second)
    assert evaluate(toy_voice, sentences, broken).status == 130
    assert len(list((broken / "speech").glob("*.wav"))) == len(spoken) <= 2

    def counted(self, texts, *args, **kwargs):
        spoken.extend(texts)
        return speak(self, texts, *args, **kwargs)

    monkeypatch.setattr(speaking.Voice, "synthesize_batch", counted)
    assert evaluate(toy_voice, sentences, broken).status == 1
    assert sorted(spoken) == sorted(line.partition("|")[2] for line in LINES.splitlines())  # none of them twice
    for path in sorted((whole / "speech").iterdir()):
        assert (broken / "speech" / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_batch_that_was_saved_in_part_is_completed_without_a_change(toy_voice, sentences, tmp_path):
    out = tmp_path / "out"
    evaluate(toy_voice, sentences, out)
    before = {path.name: path.read_bytes() for path in (out / "speech").iterdir()}
    log = (out / "spoken.jsonl").read_text(encoding="utf8")
    kept = [line for line in log.splitlines() if '"a2"' not in line and '"a5"' not in line]
    (out / "spoken.jsonl").write_text("\n".join(kept) + "\n", encoding="utf8")
    (out / "speech" / "a5.npz").unlink()
    evaluate(toy_voice, sentences, out)
    assert {path.name: path.read_bytes() for path in (out / "speech").iterdir()} == before


def test_more_sentences_may_come_but_not_another_text_or_seed(toy_voice, sentences, tmp_path):
    out = tmp_path / "out"
    sentences.write_text("a1|a bad cab\n", encoding="utf8")
    evaluate(toy_voice, sentences, out)
    sentences.write_text("a1|a bad cab\na2|abba\n", encoding="utf8")
    assert "Speaking: 2 of 2" in evaluate(toy_voice, sentences, out).error
    assert json.loads((out / "evaluation.json").read_text())["corpus"]["utterances"] == 2
    refused = evaluate(toy_voice, sentences, out, "--seed", 1)
    assert (refused.status, "begun with: seed 0, found seed 1" in refused.error) == (2, True)
    sentences.write_text("a1|a bad bed\n", encoding="utf8")
    refused = evaluate(toy_voice, sentences, out)
    assert refused.status == 2
    assert "the text that a1 was begun with: 'a bad cab', found 'a bad bed'" in refused.error


def test_transcripts_add_error_rates_to_what_was_spoken_before(toy_voice, sentences, tmp_path):
    out, heard = tmp_path / "out", tmp_path / "heard.txt"
    evaluate(toy_voice, sentences, out)
    heard.write_text("a1|A bad cab.\na2|Dad fed a dog.\na3|abba\na4|a face\na5|bed bad bed\n", encoding="utf8")
    done = evaluate(toy_voice, sentences, out, "--transcripts", heard)
    assert "WER 14.29%" in done.out
    recognition = json.loads((out / "evaluation.json").read_text())["corpus"]["recognition"]
    assert (recognition["words"], recognition["missing"]) == (14, 0)
    assert recognition["wer"] == pytest.approx(2 / 14, abs=1e-6)
    rows = list(csv.DictReader((out / "sentences.csv").read_text(encoding="utf8").splitlines()))
    assert [float(row["wer"]) for row in rows] == [0, 0.25, 0.5, 0, 0]


def test_a_sentence_that_cannot_be_read_is_named_before_any_is_spoken(toy_voice, sentences, tmp_path):
    sentences.write_text("a1|a bäd cab\na2|a bad cab ш\n", encoding="utf8")
    refused = evaluate(toy_voice, sentences, tmp_path / "out")
    assert refused.status == 2
    assert "sentence a2: " in refused.error
    assert "'ш'" in refused.error
    assert not (tmp_path / "out").exists()
