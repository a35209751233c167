"""Scheduled sampling in a run: the share rises as told, and a run that was stopped goes on to the last bit."""

import json

import pytest
from typer.testing import CliRunner

from tts_align.cli import app
from tts_align.errors import RecipeError
from tts_align.model.unroll import ScheduledSampling
from tts_align.recipe import load_recipe
from tts_align.training import TrainingConfig

SHARES = {0: 0.0, 1: 0.0, 2: 0.2, 3: 0.4, 4: 0.6, 9: 0.6}


def test_the_share_rises_evenly_between_two_updates_and_stays():
    config = TrainingConfig(sampled_share=0.6, sampled_from=1, sampled_until=4)
    assert {update: config.sampled_share_at(update) for update in SHARES} == pytest.approx(SHARES)


def test_it_is_off_when_nobody_asks_and_at_once_without_a_ramp():
    assert [TrainingConfig().sampled_share_at(update) for update in (0, 50_000)] == [0, 0]
    assert TrainingConfig(sampled_share=0.25).sampled_share_at(0) == 0.25
    sudden = TrainingConfig(sampled_share=0.25, sampled_from=7, sampled_until=7)
    assert [sudden.sampled_share_at(update) for update in (6, 7)] == [0.0, 0.25]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("training.sampled_from=9", r"training\.sampled_until.*not before training\.sampled_from = 9"),
        ("training.sampled_share=1.5", r"training\.sampled_share.*less than or equal to 1"),
        ("training.sample_share=0.5", "Did you mean `sampled_share`"),
    ],
)
def test_a_schedule_that_makes_no_sense_is_refused_with_the_recipe(tmp_path, change, said):
    (tmp_path / "r.toml").write_text("")
    with pytest.raises(RecipeError, match=said):
        load_recipe(tmp_path / "r.toml", [change])


def losses(out):
    records = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    return [record["loss"] for record in records if record["kind"] == "update"]


def test_a_run_resumes_to_the_last_bit_with_the_shares_of_its_schedule(tmp_path, toy_corpus, toy_recipe, monkeypatch):
    shares = []

    class Watched(ScheduledSampling):
        def __init__(self, decoder, frames, noise, share, training_noise=None):
            shares.append(share)
            super().__init__(decoder, frames, noise, share, training_noise)

    monkeypatch.setattr("tts_align.model.known_frames.ScheduledSampling", Watched)
    changes = ["training.sampled_share=0.8", "training.sampled_from=1", "training.sampled_until=3"]
    changes += ["training.validate_every=99", "training.n_spoken=1"]
    command = ["train", toy_recipe, "--corpus", toy_corpus, "--features", tmp_path / "features"]
    command += [word for change in changes for word in ("--set", change)]

    def train(name, updates, *words):
        all_words = [*command, "--out", tmp_path / name, "--updates", updates, *words]
        done = CliRunner().invoke(app, [str(word) for word in all_words])
        assert done.exit_code == 1, done.output  # it does not align after so little
        return losses(tmp_path / name), (tmp_path / name / "last.safetensors").read_bytes()

    whole = train("whole", 4)
    assert shares == [0.4, 0.8]  # teacher forcing at the first two of four updates, and in validation
    train("parts", 3)
    assert train("parts", 4, "--resume") == whole
    assert shares == [0.4, 0.8] * 2
