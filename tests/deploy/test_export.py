"""An exported voice says what the model says."""

import subprocess
import sys
import zlib

import numpy as np
import onnxruntime
import pytest
import torch

from tests.cli.running import run
from tts_align.attention import LocationSensitiveConfig, StepwiseMonotonicConfig
from tts_align.audio import MelSettings
from tts_align.deploy.blocks import quantized_blocks
from tts_align.deploy.card import load_card, save_card
from tts_align.deploy.export import export_model, export_voice
from tts_align.deploy.noise import dropout_mask, mix
from tts_align.deploy.runtime import DeployedVoice
from tts_align.errors import FileError, TextError, VoiceError
from tts_align.model import DecoderConfig, EncoderConfig, PostnetConfig, Tacotron, TacotronConfig
from tts_align.noise import Noise
from tts_align.noise import mix as torch_mix
from tts_align.synthesis import Voice
from tts_align.text import Alphabet
from tts_align.voice import VoiceCard, save_voice

TEXTS = ["a bad cab", "fed", "dad fed a cab, a bad cab"]
LETTERS = " abcdef,otw"


def config_of(**changes):
    sizes = {"frames_per_step": 3, "prenet_size": 19, "attention_lstm_size": 37, "output_lstm_size": 29}
    return TacotronConfig(
        encoder=EncoderConfig(embedding_size=22, n_convolutions=2, output_size=26),
        attention=changes.pop("attention", StepwiseMonotonicConfig(hidden_size=13, offset=1.0)),
        decoder=DecoderConfig(**sizes | changes),
        postnet=PostnetConfig(n_convolutions=3, size=11),
    )


def voice_of(config, n_mels=23):
    """A model with drawn weights that speaks for a while, and its card."""
    torch.manual_seed(5)
    card = VoiceCard(letters=LETTERS, mel=MelSettings(n_mels=n_mels), model=config, updates=0, seed=1, versions={})
    model = Tacotron(len(Alphabet(LETTERS)), n_mels, config).eval()
    for parameter in model.decoder.parameters():
        parameter.data.mul_(1.5)
    model.mel_mean.normal_()
    model.mel_scale.uniform_(0.5, 2)
    model.decoder.readout.stop.bias.data.fill_(-2.0)
    return model, card


@pytest.fixture(scope="module", params=[0, 2])
def model_and_card(request):
    attention = StepwiseMonotonicConfig(hidden_size=13, offset=1.0, longest_stay=request.param)
    return voice_of(config_of(attention=attention))


@pytest.fixture(scope="module")
def exported(model_and_card, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported")
    export_model(*model_and_card, folder)
    return folder


def spoken_by_torch(model_and_card, texts, seed=3):
    model, card = model_and_card
    voice = Voice(model, card.alphabet, card.mel, card.trim)
    return voice.synthesize_batch(texts, seed, n_iterations=0)


def test_an_exported_voice_says_what_the_model_says(model_and_card, exported):
    deployed = DeployedVoice(exported, n_threads=1).speak_batch(TEXTS, seed=3)
    for theirs, ours in zip(deployed, spoken_by_torch(model_and_card, TEXTS), strict=True):
        assert theirs.symbols == ours.alignment.symbols
        assert theirs.stopped_by == ours.alignment.stopped_by
        np.testing.assert_array_equal(theirs.weights, ours.alignment.weights)
        np.testing.assert_allclose(theirs.refined_mel, ours.mel, atol=5e-5)
        np.testing.assert_allclose(1 / (1 + np.exp(-theirs.stop_logits)), ours.alignment.stop, atol=1e-5)
    lengths = [len(each.weights) for each in deployed]
    assert len(set(lengths)) == 3 and min(lengths) > 3  # each of its own length
    assert all(len(each.mel) == 3 * n for each, n in zip(deployed, lengths, strict=True))
    assert np.abs(deployed[0].mel - deployed[0].refined_mel).max() > 0.01  # there is a postnet


@pytest.mark.parametrize("int8", [False, True])
def test_a_text_alone_is_spoken_as_in_a_batch(model_and_card, tmp_path, int8):
    export_model(*model_and_card, tmp_path, int8=int8)
    voice = DeployedVoice(tmp_path, n_threads=1)
    for text, together in zip(TEXTS, voice.speak_batch(TEXTS, seed=3), strict=True):
        alone = voice.speak(text, seed=3)
        np.testing.assert_array_equal(alone.weights, together.weights)
        np.testing.assert_allclose(alone.refined_mel, together.refined_mel, atol=2e-5)


def test_int8_is_smaller_and_near(tmp_path):
    model_and_card = voice_of(config_of(attention_lstm_size=256, output_lstm_size=256, prenet_size=128))
    sizes, spoken = [], []
    for int8 in (False, True):
        card = export_model(*model_and_card, tmp_path / str(int8), int8=int8)
        sizes.append(card.files["decoder_step.onnx"].n_bytes)
        spoken.append(DeployedVoice(tmp_path / str(int8), n_threads=1).speak(TEXTS[2], seed=3))
    assert sizes[1] < 0.4 * sizes[0]
    steps = min(len(each.mel) for each in spoken)
    difference = spoken[0].mel[:steps] - spoken[1].mel[:steps]
    assert 1e-6 < np.sqrt(np.mean(difference**2)) < 0.05


def test_blocks_are_within_half_a_code_of_the_weights():
    weight = np.random.default_rng(1).normal(size=(37, 5)).astype(np.float32)
    weight[16:32, 2] = 0.0  # a block without a scale
    codes, scales = quantized_blocks(weight, 16)
    assert codes.shape == (5, 3, 16) and scales.shape == (5, 3)
    back = ((codes.astype(np.float32) - 128) * scales[..., None]).reshape(5, -1)
    assert (back[:, 37:] == 0).all()
    bound = np.repeat(scales, 16, axis=1)[:, :37] / 2 + 1e-7
    assert (np.abs(back[:, :37] - weight.T) <= bound).all()


def test_the_dropout_is_that_of_torch():
    seeds = torch.tensor([0, 7, 2**62 + 5])
    masks = Noise(seeds).dropout(torch.ones(3, 5, 33), 0.3, "prenet 1", 61).numpy()
    np.testing.assert_array_equal(dropout_mask(seeds.numpy(), 0.3, "prenet 1", 61, (5, 33)), masks)
    assert mix(3, 2**40, zlib.crc32(b"cab")) == torch_mix(3, 2**40, zlib.crc32(b"cab"))


def test_the_card_has_the_sharpening_of_the_voice(model_and_card, tmp_path):
    model, card = model_and_card
    export_model(model, card.model_copy(update={"sharpening": 0.8}), tmp_path)
    assert load_card(tmp_path).sharpening == 0.8


def test_other_programs_find_what_they_need_on_the_card(exported, model_and_card):
    card = load_card(exported)
    assert card.symbols[:4] == ["<pad>", "<end>", " ", "a"]
    assert card.mel["hop_samples"] == 256 and len(card.mel_mean) == 23
    assert np.float32(card.mel_scale[4]) == model_and_card[0].mel_scale[4].item()
    session = onnxruntime.InferenceSession(exported / "decoder_step.onnx", providers=["CPUExecutionProvider"])
    inputs = {each.name: each.shape for each in session.get_inputs()}
    assert inputs["query"] == ["B", card.query_size] and inputs["mask_1"] == ["B", card.prenet_sizes[1]]


def test_numbers_are_read_as_words(exported):
    spoken = DeployedVoice(exported, n_threads=1).speak("fed 2")
    assert spoken.symbols == (*"fed two", "<end>")


def test_speaking_an_exported_voice_does_not_load_torch(exported):
    code = (
        "import sys; from tts_align.deploy.runtime import DeployedVoice; "
        "spoken = DeployedVoice(sys.argv[1]).speak('a bad cab'); "
        "assert 'torch' not in sys.modules; print(len(spoken.weights) > 3)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(exported)], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_the_command_writes_a_voice(tmp_path, model_and_card):
    model, card = model_and_card
    save_voice(tmp_path / "run" / "weights.safetensors", card, model.state_dict())
    done = run("export", tmp_path / "run", "--out", tmp_path / "onnx", "--int8")
    assert done.status == 0 and "decoder_step.onnx" in done.out and "weights int8" in done.out
    assert len(DeployedVoice(tmp_path / "onnx").speak("cab").mel) > 0
    (tmp_path / "file").write_text("")
    done = run("export", tmp_path / "run", "--out", tmp_path / "file")
    assert done.status == 2 and "expected a folder, found a file" in done.error


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"attention": LocationSensitiveConfig(hidden_size=7)}, "found attention location_sensitive"),
        ({"attention": StepwiseMonotonicConfig(inference="soft")}, "found attention stepwise_monotonic, soft"),
        ({"cell": "gru"}, "expected LSTM cells, found gru"),
    ],
)
def test_a_model_without_a_graph_is_an_error(tmp_path, change, found):
    with pytest.raises(VoiceError, match=found):
        export_model(*voice_of(config_of(**change)), tmp_path)
    assert list(tmp_path.iterdir()) == []


def copied(exported, folder):
    for path in exported.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_missing_truncated_and_swapped_files_are_errors(exported, tmp_path):
    with pytest.raises(VoiceError, match="no card there"):
        DeployedVoice(tmp_path)
    step = copied(exported, tmp_path) / "decoder_step.onnx"
    whole = step.read_bytes()
    step.write_bytes(whole[:-7])
    with pytest.raises(
        VoiceError, match=rf"decoder_step.onnx: expected {len(whole)} bytes, found {len(whole) - 7} bytes"
    ):
        DeployedVoice(tmp_path)
    step.write_bytes(whole[:-7] + b"0123456")
    with pytest.raises(VoiceError, match="same size with another content"):
        DeployedVoice(tmp_path)
    step.unlink()
    with pytest.raises(VoiceError, match="found No such file"):
        DeployedVoice(tmp_path)
    (tmp_path / "card.json").write_text((tmp_path / "card.json").read_text()[:99])
    with pytest.raises(VoiceError, match="a readable card"):
        DeployedVoice(tmp_path)


def test_a_card_whose_symbols_are_in_another_order_is_refused(exported, tmp_path):
    folder = copied(exported, tmp_path)
    card = load_card(exported)
    symbols = [*card.symbols[:3], *reversed(card.symbols[3:])]
    save_card(folder, card.model_copy(update={"symbols": symbols}))
    with pytest.raises(VoiceError, match=r"card\.json: expected the 13 symbols of its letters and pronunciations"):
        DeployedVoice(folder)


def test_an_interrupted_export_leaves_no_card(exported, tmp_path, model_and_card, monkeypatch):
    copied(exported, tmp_path)
    monkeypatch.setattr("tts_align.deploy.export.save_card", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        export_model(*model_and_card, tmp_path, int8=True)
    with pytest.raises(VoiceError, match="no card there"):
        DeployedVoice(tmp_path)


def test_a_file_in_place_of_the_folder_is_an_error(model_and_card, tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(FileError, match="expected a folder, found Not a directory"):
        export_model(*model_and_card, tmp_path / "out")


def test_nothing_to_say_and_strange_ids_are_errors(exported):
    voice = DeployedVoice(exported, n_threads=1)
    with pytest.raises(TextError, match="at least one text"):
        voice.speak_batch([])
    with pytest.raises(TextError, match="ids from 0 to 12"):
        voice.speak_symbols([np.array([2, 13, 1])], np.array([0]), [9])
    with pytest.raises(TextError, match="characters that can be read"):
        voice.speak("a zebra")


@pytest.mark.parametrize(("package", "place"), [("onnx", "export"), ("onnxruntime", "encoder.onnx")])
def test_a_missing_package_is_named(exported, model_and_card, tmp_path, monkeypatch, package, place):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(VoiceError, match=rf"{place}: expected the package {package}, .*tts-align\[deploy\]"):
        export_model(*model_and_card, tmp_path) if package == "onnx" else DeployedVoice(exported)


def test_a_folder_without_a_voice_cannot_be_exported(tmp_path):
    with pytest.raises(VoiceError, match="expected a voice"):
        export_voice(tmp_path / "nowhere", tmp_path / "out")
    assert not (tmp_path / "out").exists()
