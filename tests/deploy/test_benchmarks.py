"""The benchmarks of speaking run, and measure what they say."""

import numpy as np
import pytest

from benchmarks import free_running, int8_sound
from benchmarks.measuring import Candidate
from tts_align.text import DEFAULT_LETTERS
from tts_align.voice import save_voice


def test_mels_are_compared_in_db_and_warped_only_if_they_must_be():
    mel = np.random.default_rng(1).normal(size=(17, 23)).astype(np.float32)
    assert int8_sound.distance_db(mel, mel + np.float32(np.log(10) / 20)) == pytest.approx(1.0, abs=1e-5)
    assert int8_sound.distance_db(mel, np.repeat(mel, [1, 3, *[1] * 15], axis=0)) == 0.0
    assert int8_sound.distance_db(mel, np.roll(mel, 1, axis=0)) > 1.0


def test_a_batch_counts_per_utterance():
    slow = Candidate("slow", lambda: np.linalg.svd(np.ones((90, 90))))
    found = free_running.measured(
        [slow, Candidate("same", slow.call)], {"same": 16}, seconds=2.0, rounds=5, reference="slow"
    )
    alone, together = found["rows"]
    assert alone["times_faster_per_utterance"]["median"] == 1.0
    assert together["real_time_factor"] == pytest.approx(together["wall"] / 32)
    assert together["times_faster_per_utterance"]["max"] > 8
    assert "| same | 16 |" in free_running.table(found, "slow")


def test_both_weights_of_a_voice_are_heard(tmp_path):
    model, card = free_running.ours("small.toml", "encoder.embedding_size=16", "decoder.frames_per_step=2")
    assert card.letters == DEFAULT_LETTERS
    model.decoder.readout.stop.bias.data.fill_(9.0)
    save_voice(tmp_path / "weights.safetensors", card, model.state_dict())
    (tmp_path / "texts").write_text("a|One.\n\nb|Two.\n")
    texts = int8_sound.sentences(tmp_path / "texts", limit=9)
    assert texts == ["One.", "Two."]
    found = int8_sound.compare(tmp_path, texts, tmp_path / "out", seed=1)
    assert all(0 < row["int8_db"] < row["other_seed_db"] for row in found["rows"] if row["same_path"])
    assert "of 2 sentences take the same path" in int8_sound.table(found["rows"])
    assert len(list((tmp_path / "out").glob("*/*.wav"))) == 4
    assert (tmp_path / "out" / "int8.jsonl").read_text().count('"wav": "int8/') == 2
