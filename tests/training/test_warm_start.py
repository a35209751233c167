"""A warm start maps weights by symbol and by name, and refuses what does not fit."""

import pytest
import torch

from tts_align.attention import LocationSensitiveConfig
from tts_align.audio import MelSettings
from tts_align.errors import VoiceError
from tts_align.model import Tacotron, small_config
from tts_align.text import PHONES, Alphabet
from tts_align.training.warm_start import warm_start
from tts_align.voice import VoiceCard, read_voice, save_voice

MEL = MelSettings(n_mels=5)


def make(letters, config=None, seed=0):
    torch.manual_seed(seed)
    return Tacotron(len(Alphabet(letters)), 5, config or small_config())


def saved(folder, letters, config=None, mel=MEL):
    config = config or small_config()
    model = make(letters, config, seed=1)
    model.mel_mean.fill_(-3.0)
    card = VoiceCard(letters=letters, mel=mel, model=config, updates=9, seed=1, versions={"torch": "x"})
    save_voice(folder / "weights.safetensors", card, model.state_dict())
    return read_voice(folder)


def test_embeddings_follow_their_symbol_and_the_rest_its_name(tmp_path):
    voice = saved(tmp_path, "abc ")
    model = make("xc a")
    fresh = model.encoder.embedding.weight.detach().clone()
    mapped = warm_start(model, Alphabet("xc a"), voice, MEL.fingerprint)
    theirs = voice.tensors["encoder.embedding.weight"]
    ours = model.encoder.embedding.weight
    for symbol in ("<pad>", "<end>", "c", " ", "a"):
        row, source = Alphabet("xc a").symbols.index(symbol), Alphabet("abc ").symbols.index(symbol)
        assert torch.equal(ours[row], theirs[source]), symbol
    assert torch.equal(ours[2], fresh[2])  # x is new
    assert torch.equal(model.decoder.cell.lstm.weight_hh, voice.tensors["decoder.cell.lstm.weight_hh"])
    assert float(model.mel_mean[0]) == -3.0
    assert (mapped.new_symbols, mapped.unused_symbols) == (["x"], ["b"])
    assert "new and untrained: 'x'" in str(mapped) and "not used: 'b'" in str(mapped)


def test_letters_and_phones_can_be_taken_over_in_both_directions(tmp_path):
    voice = saved(tmp_path / "letters", "abc ")
    phonetic = Alphabet("ba", "cmudict")
    model = Tacotron(len(phonetic), 5, small_config())
    mapped = warm_start(model, phonetic, voice, MEL.fingerprint)
    assert list(mapped.symbols) == ["<pad>", "<end>", "b", "a"]
    assert mapped.new_symbols == list(PHONES)
    card = voice.card.model_copy(update={"letters": "ba", "pronunciations": "cmudict"})
    save_voice(tmp_path / "phones.safetensors", card, model.state_dict())
    back = warm_start(make("a "), Alphabet("a "), read_voice(tmp_path / "phones.safetensors"), MEL.fingerprint)
    assert (list(back.symbols), back.unused_symbols) == (["<pad>", "<end>", "a"], ["b", *PHONES])


def test_another_size_is_refused_with_the_names_of_what_does_not_fit(tmp_path):
    voice = saved(tmp_path, "ab ", small_config(frames_per_step=3))
    with pytest.raises(VoiceError, match=r"decoder\.readout\.frames\.weight \(10 x 23 here, 15 x 23 there\)"):
        warm_start(make("ab "), Alphabet("ab "), voice, MEL.fingerprint)


def test_another_mechanism_is_refused(tmp_path):
    config = small_config(LocationSensitiveConfig(hidden_size=7, n_filters=2, kernel_size=3))
    voice = saved(tmp_path, "ab ", config)
    with pytest.raises(VoiceError, match=r"attention.*missing"):
        warm_start(make("ab "), Alphabet("ab "), voice, MEL.fingerprint)


def test_other_mel_settings_are_refused(tmp_path):
    voice = saved(tmp_path, "ab ", mel=MelSettings(n_mels=5, max_hz=7600.0))
    with pytest.raises(VoiceError, match="mel settings"):
        warm_start(make("ab "), Alphabet("ab "), voice, MEL.fingerprint)


def test_a_refused_warm_start_leaves_the_model_as_it_was(tmp_path):
    voice = saved(tmp_path, "ab ", small_config(frames_per_step=3))
    model = make("ab ")
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with pytest.raises(VoiceError):
        warm_start(model, Alphabet("ab "), voice, MEL.fingerprint)
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
