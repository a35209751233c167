"""A packed voice says the same as the run that it came from, in half the bytes, and tells where it comes from."""

import json
import shutil

import numpy as np
import pytest
import torch
from safetensors import safe_open

from tests.cli.running import run
from tts_align.errors import VoiceError
from tts_align.packing import card_page, pack_voice
from tts_align.synthesis import built_in, load_voice
from tts_align.voice import read_voice, save_voice

TEXT = "a bad cab, a face"


def test_float32_comes_back_bit_for_bit_with_its_history(toy_voice, tmp_path):
    packed = pack_voice(toy_voice, tmp_path / "toy.safetensors", "float32", licence="CC0", command="make toy")
    back, source = read_voice(packed.path), read_voice(toy_voice)
    assert all(torch.equal(tensor, source.tensors[name]) for name, tensor in back.tensors.items())
    assert back.card == packed.card
    assert back.card.model_copy(update={"history": None}) == source.card
    history = back.card.history
    assert history is not None
    assert (history.licence, history.command, history.corpus) == ("CC0", "make toy", None)
    assert (history.n_utterances, len(history.machines)) == (8, 1)  # ten, two of them for validation
    assert 0 < history.hours < 0.01
    assert 0 <= history.minutes < 2
    assert [point.update for point in history.curve] == [u for u in (3, 6, 7) if u <= source.card.updates]
    assert "embedding_size = 12" in history.recipe


def test_half_precision_changes_the_speech_by_little_and_its_path_not_at_all(toy_voice, tmp_path):
    folder = one_that_moves(toy_voice, tmp_path / "run")
    packed = pack_voice(folder, tmp_path / "toy.safetensors")
    before = load_voice(folder).synthesize(TEXT, seed=3, n_iterations=1)
    after = load_voice(packed.path).synthesize(TEXT, seed=3, n_iterations=1)
    assert after.mel.shape == before.mel.shape
    difference = np.abs(after.mel - before.mel)
    assert 0 < difference.mean() < 0.002
    assert difference.max() < 0.02  # log mel: 2 %
    path = before.alignment.weights.argmax(axis=1)
    assert np.array_equal(after.alignment.weights.argmax(axis=1), path)
    assert path[-1] > 3


def one_that_moves(toy_voice, folder):
    """A copy of the toy voice, which stays on its first symbol, that goes on at some of its steps."""
    folder = copy_of(toy_voice, folder)
    voice = read_voice(folder)
    score = "decoder.cell.attention.score.vector"
    changed = {f"{score}.weight": voice.tensors[f"{score}.weight"] * 8, f"{score}.bias": torch.zeros(1)}
    save_voice(folder / "weights.safetensors", voice.card, voice.tensors | changed)
    return folder


def test_half_precision_is_in_the_matrices_only_and_halves_them(toy_voice, tmp_path):
    half = pack_voice(toy_voice, tmp_path / "half.safetensors")
    whole = pack_voice(toy_voice, tmp_path / "whole.safetensors", "float32")
    with safe_open(half.path, framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    assert {t.dtype for t in tensors.values() if t.dim() >= 2} == {torch.float16}
    assert {t.dtype for t in tensors.values() if t.dim() < 2} == {torch.float32}
    saved = sum(2 * t.numel() for t in tensors.values() if t.dim() >= 2)
    assert whole.n_bytes - half.n_bytes == pytest.approx(saved, abs=100)  # places in the header are shorter numbers
    assert (
        half.n_parameters == whole.n_parameters == sum(p.numel() for p in read_voice(half.path).build()[0].parameters())
    )


def test_a_weight_beyond_float16_is_named_and_nothing_is_written(toy_voice, tmp_path):
    folder = copy_of(toy_voice, tmp_path / "run")
    voice = read_voice(folder)
    name = "encoder.embedding.weight"
    tensors = voice.tensors | {name: voice.tensors[name] * 1e7}
    save_voice(folder / "weights.safetensors", voice.card, tensors)
    with pytest.raises(VoiceError, match=rf"{name}: expected weights within ±65504.*Pack with --precision float32"):
        pack_voice(folder, tmp_path / "out" / "a.safetensors")
    assert not (tmp_path / "out").exists()
    pack_voice(folder, tmp_path / "out" / "a.safetensors", "float32")


def copy_of(toy_voice, folder):
    folder.mkdir()
    for name in ("weights.safetensors", "log.jsonl", "recipe.toml"):
        shutil.copy(toy_voice / name, folder)
    return folder


@pytest.mark.parametrize("share", [0.0, 0.2, 0.999])
def test_a_truncated_packed_voice_is_refused(toy_voice, tmp_path, share):
    path = pack_voice(toy_voice, tmp_path / "toy.safetensors").path
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(VoiceError, match="damaged or incomplete"):
        load_voice(path)


def test_a_run_without_its_log_and_a_damaged_log_are_refused(toy_voice, tmp_path):
    folder = copy_of(toy_voice, tmp_path / "run")
    log = folder / "log.jsonl"
    log.write_text(log.read_text() + '{"kind": "upd')
    with pytest.raises(VoiceError, match=r"log\.jsonl: expected the log of the training, found Unterminated string"):
        pack_voice(folder, tmp_path / "a.safetensors")
    log.write_text("[]\n")
    with pytest.raises(VoiceError, match="found a line that is no record"):
        pack_voice(folder, tmp_path / "a.safetensors")
    log.unlink()
    with pytest.raises(VoiceError, match="expected the log of the training, found none"):
        pack_voice(folder, tmp_path / "a.safetensors")
    assert not (tmp_path / "a.safetensors").exists()


def test_the_log_of_an_older_version_and_a_machine_by_hand(toy_voice, tmp_path):
    folder = copy_of(toy_voice, tmp_path / "run")
    records = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    old = [{k: v for k, v in record.items() if k not in ("machine", "hours", "n_utterances")} for record in records]
    (folder / "log.jsonl").write_text("".join(json.dumps(record) + "\n" for record in old))
    (folder / "recipe.toml").unlink()
    packed = pack_voice(folder, tmp_path / "a.safetensors")
    assert (packed.card.history.machines, packed.card.history.hours, packed.card.history.recipe) == ((), None, None)
    assert "| machine | not recorded |" in card_page(packed)
    by_hand = pack_voice(folder, tmp_path / "a.safetensors", machine="a slow one")
    assert "| machine | a slow one |" in card_page(by_hand)


def test_the_command_writes_voice_and_card_and_the_voice_speaks_by_its_name(toy_voice, tmp_path, monkeypatch):
    monkeypatch.setattr(built_in, "_FOLDER", tmp_path / "voices")
    figures = tmp_path / "figures.md"
    figures.write_text("| WER | 7 % |\n")
    out = tmp_path / "voices" / "toy.safetensors"
    told = ["--licence", "CC0 1.0", "--corpus", "tones", "--figures", figures, "--sharpening", 0.5]
    done = run("pack", toy_voice, "--out", out, *told)
    assert done.status == 0, done.error
    card = read_voice(out).card
    page = out.with_suffix(".md").read_text(encoding="utf8")
    assert page.startswith("# The voice toy\n")
    assert f"| updates | {card.updates} |\n| seed | {card.seed} |" in page
    assert "| licence | CC0 1.0 |" in page
    assert "| corpus | tones; 8 utterances, 0.00 h to train on |" in page
    assert "## Figures\n\n| WER | 7 % |\n" in page
    assert f"\n| {card.history.curve[-1].update} | {card.history.curve[-1].mel_loss:.3f} |" in page
    assert "80 mel bins, sharpened by 0.5 |" in page
    speak, places = ["synthesize", TEXT, "--voice", "toy", "--tries", 0, "--iterations", 1], []
    for more in ([], ["--sharpening", 0.5], ["--sharpening", 0]):
        places.append(tmp_path / f"{len(places)}.wav")
        spoken = run(*speak, "--out", places[-1], *more)
        assert spoken.status in (0, 1), spoken.error
    sounds = [place.read_bytes() for place in places]
    assert sounds[0] == sounds[1] != sounds[2] and len(sounds[0]) > 44


def test_figures_that_are_no_text_are_refused_before_anything_is_written(toy_voice, tmp_path):
    (tmp_path / "picture").write_bytes(b"\x89PNG\xff")
    for name, found in (("picture", "bytes that are no text"), (".", "Is a directory"), ("none", "No such file")):
        done = run("pack", toy_voice, "--out", tmp_path / "a.safetensors", "--figures", tmp_path / name)
        assert done.status == 2
        assert "expected a text file, found " + found in done.error
    assert [path.name for path in tmp_path.iterdir()] == ["picture"]


@pytest.mark.parametrize("command", ["export", "train"])
def test_a_name_that_no_voice_has_lists_those_there_are(toy_recipe, toy_corpus, tmp_path, monkeypatch, command):
    monkeypatch.setattr(built_in, "_FOLDER", tmp_path)
    (tmp_path / "toy.safetensors").touch()
    words = ["nobody"] if command == "export" else [toy_recipe, "--corpus", toy_corpus, "--init-from", "nobody"]
    done = run(command, *words, "--out", tmp_path / "out")
    assert done.status == 2
    assert "nobody: expected a voice: the name of a built-in one (toy)" in done.error
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("out", "message"),
    [("voice", "expected a file that ends in .safetensors, found another name"), (".", "found a folder")],
)
def test_a_file_of_another_name_is_refused(toy_voice, tmp_path, monkeypatch, out, message):
    monkeypatch.chdir(tmp_path)
    done = run("pack", toy_voice, "--out", out)
    assert done.status == 2
    assert message in done.error


@pytest.mark.parametrize("amount", [-0.1, 3.1, float("nan")])
def test_a_sharpening_that_no_voice_may_have_is_refused_before_anything_is_written(toy_voice, tmp_path, amount):
    with pytest.raises(VoiceError, match="sharpening: expected a number from 0 to 3"):
        pack_voice(toy_voice, tmp_path / "a.safetensors", sharpening=amount)
    assert not list(tmp_path.iterdir())


def test_a_folder_without_a_voice_is_refused(tmp_path):
    done = run("pack", tmp_path, "--out", tmp_path / "a.safetensors")
    assert done.status == 2
    assert "expected a voice" in done.error
