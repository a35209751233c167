"""A voice is one file: whole, readable without running code, or refused with a reason."""

import json
import pickle
import struct

import pytest
import torch
from safetensors.torch import load_file, save_file

from tts_align.audio import TrimSettings
from tts_align.errors import VoiceError
from tts_align.text import PHONES
from tts_align.voice import read_voice


def test_a_voice_reads_back_what_was_saved(toy_voice):
    voice = read_voice(toy_voice)
    model, alphabet = voice.build()
    assert not model.training
    assert voice.card.letters == alphabet.letters
    assert voice.card.updates in (3, 6, 7)
    saved = load_file(toy_voice / "weights.safetensors")
    assert all(torch.equal(tensor, saved[name]) for name, tensor in model.state_dict().items())


def test_half_precision_weights_load_as_float32(tmp_path, toy_voice):
    change(toy_voice, tmp_path, tensors=lambda tensors: {name: t.half() for name, t in tensors.items()})
    model, _ = read_voice(tmp_path).build()
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


def change(source, folder, tensors=lambda t: t, card=lambda c: c):
    """A copy of a voice with something changed."""
    header = json.loads(read_voice(source).card.model_dump_json())
    metadata = {"tts_align": json.dumps(card(header))}
    save_file(tensors(load_file(source / "weights.safetensors")), folder / "weights.safetensors", metadata=metadata)


def test_a_voice_keeps_how_silence_was_trimmed_and_an_older_one_has_the_defaults(tmp_path, toy_voice):
    change(toy_voice, tmp_path, card=lambda card: {**card, "trim": {"top_db": 30.0, "keep_seconds": 0.2}})
    assert read_voice(tmp_path).card.trim == TrimSettings(top_db=30, keep_seconds=0.2)
    change(toy_voice, tmp_path, card=lambda card: {key: value for key, value in card.items() if key != "trim"})
    assert read_voice(tmp_path).card.trim == TrimSettings()


def test_a_voice_keeps_its_lexicon_and_an_older_one_has_none(toy_voice, tmp_path):
    card = read_voice(toy_voice).card
    assert (card.pronunciations, len(card.alphabet)) == ("none", 40)
    change(toy_voice, tmp_path, card=lambda c: {key: value for key, value in c.items() if key != "pronunciations"})
    assert read_voice(tmp_path).card == card
    with_phones = card.model_copy(update={"pronunciations": "cmudict"})
    assert with_phones.alphabet.symbols == (*card.alphabet.symbols, *PHONES)
    change(toy_voice, tmp_path, card=lambda c: c | {"pronunciations": "cmudict"})
    with pytest.raises(VoiceError, match=r"embedding\.weight: expected shape \(109, 12\).*found \(40, 12\)"):
        read_voice(tmp_path).build()


def test_a_folder_without_a_voice_says_what_is_missing(tmp_path):
    with pytest.raises(VoiceError, match=r"a folder with weights\.safetensors, found nothing there"):
        read_voice(tmp_path)


@pytest.mark.parametrize("n_bytes", [0, 7, 300, 5000])
def test_a_truncated_file_is_refused(tmp_path, toy_voice, n_bytes):
    (tmp_path / "weights.safetensors").write_bytes((toy_voice / "weights.safetensors").read_bytes()[:n_bytes])
    with pytest.raises(VoiceError, match="damaged or incomplete"):
        read_voice(tmp_path)


def test_a_pickle_is_refused_and_not_run(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "exploded"), "w"))

    (tmp_path / "weights.safetensors").write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(VoiceError, match="safetensors"):
        read_voice(tmp_path)
    assert not (tmp_path / "exploded").exists()


def test_a_header_that_promises_too_much_is_refused(tmp_path):
    (tmp_path / "weights.safetensors").write_bytes(struct.pack("<Q", 2**50) + b"{}")
    with pytest.raises(VoiceError, match="damaged"):
        read_voice(tmp_path)


def test_weights_of_another_program_are_refused(tmp_path):
    save_file({"a": torch.zeros(2)}, tmp_path / "weights.safetensors")
    with pytest.raises(VoiceError, match="another origin"):
        read_voice(tmp_path)


def test_a_newer_format_is_refused_with_the_way_out(tmp_path, toy_voice):
    change(toy_voice, tmp_path, card=lambda card: card | {"format": 3})
    with pytest.raises(VoiceError, match=r"expected format 2 or older, found format 3\. Install a newer tts-align"):
        read_voice(tmp_path)


def test_a_voice_of_the_first_format_still_loads(tmp_path, toy_voice):
    change(toy_voice, tmp_path, card=lambda card: {k: v for k, v in card.items() if k != "history"} | {"format": 1})
    card = read_voice(tmp_path).card
    assert (card.format, card.history) == (1, None)
    read_voice(tmp_path).build()


def test_a_changed_header_is_refused(tmp_path, toy_voice):
    change(toy_voice, tmp_path, card=lambda card: card | {"letters": 7})
    with pytest.raises(VoiceError, match="readable header"):
        read_voice(tmp_path)


def test_a_tensor_that_does_not_fit_is_named(tmp_path, toy_voice):
    def cut(tensors):
        return tensors | {"encoder.embedding.weight": tensors["encoder.embedding.weight"][:-1]}

    change(toy_voice, tmp_path, tensors=cut)
    with pytest.raises(VoiceError, match=r"encoder\.embedding\.weight: expected shape \(40, 12\)"):
        read_voice(tmp_path).build()


def test_a_missing_tensor_is_named(tmp_path, toy_voice):
    change(toy_voice, tmp_path, tensors=lambda t: {name: x for name, x in t.items() if name != "mel_mean"})
    with pytest.raises(VoiceError, match=r"mel_mean.*found none"):
        read_voice(tmp_path).build()


@pytest.mark.parametrize(
    ("room", "sizes"),
    [
        ("decoder", {"attention_lstm_size": 10**12}),
        ("encoder", {"n_convolutions": 10**9}),
        ("postnet", {"size": 10**12}),
        ("attention", {"kind": "dynamic_convolution", "prior_size": 10**12}),
    ],
)
def test_a_header_of_a_giant_model_is_refused_before_memory_is_taken(tmp_path, toy_voice, room, sizes):
    change(toy_voice, tmp_path, card=lambda card: card | {"model": card["model"] | {room: sizes}})
    with pytest.raises(
        VoiceError, match=r"a model of the [\d,]+ numbers in it, found a header that describes a larger"
    ):
        read_voice(tmp_path).build()


def test_a_header_of_giant_frames_is_refused(tmp_path, toy_voice):
    change(toy_voice, tmp_path, card=lambda card: card | {"mel": card["mel"] | {"n_fft": 2**40}})
    with pytest.raises(VoiceError, match="readable header"):
        read_voice(tmp_path)
