"""A voice speaks texts of any length, at any pace, and its sound can be heard while it is made."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from tts_align.alignment import analyze
from tts_align.attention import LocationSensitiveConfig, StepwiseMonotonicConfig
from tts_align.audio import MelSettings, TrimSettings, griffin_lim, mel_to_magnitude, sharpen
from tts_align.errors import TextError, VoiceError
from tts_align.model import Tacotron, small_config
from tts_align.synthesis import Voice
from tts_align.text import Alphabet

ALPHABET = Alphabet(" abcdefghijklmnopqrstuvwxyz.,!?-'\"")


def voice_of(kind=None, n_postnet=2, frames_per_step=2, sharpening=0.0):
    torch.manual_seed(5)
    kind = kind or StepwiseMonotonicConfig(hidden_size=7, offset=0.3)
    config = small_config(kind, frames_per_step)
    config = config.model_copy(update={"postnet": config.postnet.model_copy(update={"n_convolutions": n_postnet})})
    model = Tacotron(len(ALPHABET), 80, config).eval()
    model.mel_mean.fill_(-5.0)
    return Voice(model, ALPHABET, MelSettings(), TrimSettings(), sharpening)


def test_a_sharpened_voice_makes_another_sound_of_the_same_mel_alone_and_in_a_stream():
    text, plain, sharp = "A sentence of some length.", voice_of(), voice_of(sharpening=1.0)
    one, other = (voice.synthesize(text, n_iterations=1) for voice in (plain, sharp))
    np.testing.assert_array_equal(one.mel, other.mel)
    again = griffin_lim(
        mel_to_magnitude(sharpen(torch.from_numpy(one.mel), 1.0), MelSettings()), MelSettings(), 1, seed=0
    )
    np.testing.assert_allclose(other.wave, again.clamp(-1, 1).numpy(), atol=1e-6)
    assert np.abs(one.wave - other.wave).max() > 1e-3
    streams = [np.concatenate(list(voice.stream(text, n_iterations=1))) for voice in (plain, sharp)]
    assert np.abs(streams[0] - streams[1]).max() > 1e-3


@pytest.mark.parametrize("amount", [-1, 3.1, float("nan")])
def test_a_sharpening_out_of_range_is_refused(amount):
    with pytest.raises(VoiceError, match="sharpening: expected a number from 0 to 3"):
        voice_of(sharpening=amount)


@pytest.mark.parametrize("n_postnet", [0, 2, 3])
def test_a_stream_has_the_frames_of_the_whole(n_postnet, monkeypatch):
    voice = voice_of(n_postnet=n_postnet)
    frames = []
    monkeypatch.setattr(
        "tts_align.synthesis.sound_stream.mel_to_magnitude",
        lambda mel, settings: frames.append(mel) or torch.zeros(len(mel), settings.n_bins),
    )
    text = "A sentence that is long enough for several pieces, as they come."
    n_samples = sum(len(piece) for piece in voice.stream(text, n_iterations=1))
    whole = voice.synthesize(text, n_iterations=1)
    assert n_samples == len(whole.wave)
    assert len(frames) > 2
    np.testing.assert_allclose(torch.cat(frames).numpy(), whole.mel, atol=1e-4)


def test_a_stream_begins_before_the_text_is_read_to_its_end():
    voice = voice_of()
    pieces = voice.stream("A sentence. " * 5 + "ш", n_iterations=1)
    assert len(next(pieces)) > 0
    with pytest.raises(TextError, match="sentence 6, text 'ш'"):
        for _ in pieces:
            pass


def test_a_stream_has_pauses_between_sentences_that_scale_with_the_rate():
    voice = voice_of()

    def longest_silence(rate):
        wave = np.concatenate(list(voice.stream("One.\n\nTwo.", n_iterations=1, rate=rate)))
        edges = np.flatnonzero(np.diff(np.concatenate([[False], wave == 0, [False]]).astype(int)))
        return (edges[1::2] - edges[::2]).max() / 22050

    assert 0.5 < longest_silence(1.0) <= 0.85
    assert longest_silence(0.75) == pytest.approx(longest_silence(1.0) + 0.3, abs=0.1)


def test_a_text_of_one_sentence_is_recited_as_it_is_synthesized():
    voice = voice_of()
    (one,) = voice.recite("A sentence.", seed=3, n_iterations=2, tries=0)
    whole = voice.synthesize("A sentence.", seed=3, n_iterations=2)
    assert np.array_equal(one.speech.wave, whole.wave)
    assert np.array_equal(one.speech.alignment.weights, whole.alignment.weights)


def test_the_same_text_and_seed_give_the_same_waves_and_the_text_is_read_as_it_is_spoken(monkeypatch):
    voice = voice_of()
    text = "A sentence, number 7. Then one! And a third, longer than the others. " * 4
    monkeypatch.setattr("tts_align.synthesis.batches.WINDOW", 7)
    first, second = (list(voice.recite(text, seed=3, n_iterations=1, tries=0)) for _ in range(2))
    assert len(first) == 12
    for a, b in zip(first, second, strict=True):
        assert np.array_equal(a.speech.wave, b.speech.wave)
    assert first[0].line.sentence.text == first[0].speech.text == "A sentence, number 7."
    assert first[0].speech.alignment.text == "A sentence, number seven."


def test_sentences_are_read_only_when_their_turn_comes():
    voice = voice_of()
    spoken = voice.recite("A sentence. " * 200 + "ш", n_iterations=1, tries=0)
    assert next(spoken).line.sentence.text == "A sentence."


@pytest.mark.parametrize("rate", [0.7, 0.85, 1.2, 1.4])
def test_the_pace_changes_the_steps_of_every_symbol_and_skips_none(rate):
    voice = voice_of(StepwiseMonotonicConfig(hidden_size=7, offset=1.0, inference="soft"))
    text = "the quick brown fox jumps over the lazy dog and comes back again"
    natural = voice.synthesize(text, n_iterations=1).alignment.weights.sum(0)
    paced = voice.synthesize(text, n_iterations=1, rate=rate).alignment.weights.sum(0)
    assert natural[:-3].mean() > 2
    assert (paced[:-3] >= 1).all() and set(np.unique(paced % 1)) == {0}
    assert natural[:-3].sum() / paced[:-3].sum() == pytest.approx(rate, rel=0.03)


def test_a_voice_without_a_pace_says_so():
    voice = voice_of(LocationSensitiveConfig(hidden_size=7, n_filters=2, kernel_size=3))
    with pytest.raises(VoiceError, match=r"rate 1.2: expected a voice with stepwise_monotonic attention"):
        voice.synthesize("a", rate=1.2)
    assert len(voice.synthesize("a", rate=1.0, n_iterations=1).wave) > 0


def test_the_best_try_is_kept(monkeypatch):
    from tts_align.synthesis import guard

    voice = voice_of()
    seeds = []

    def judged(alignment):
        seeds.append(alignment)
        analysis = analyze(alignment)
        event = replace(analysis.events[0], severity=1.0) if analysis.events else None
        wanted = {1: 2, 2: 1, 3: 1}.get(len(seeds), 3)
        return replace(analysis, events=[event or _event()] * wanted)

    monkeypatch.setattr(guard, "analyze", judged)
    (one,) = voice.recite("A sentence.", n_iterations=1, tries=3)
    assert (one.n_tries, one.kept_try, len(one.analysis.events)) == (4, 2, 1)
    assert one.speech.alignment is seeds[1]


def test_a_clean_try_ends_the_tries(monkeypatch):
    from tts_align.synthesis import guard

    n_judged = []

    def judged(alignment):
        n_judged.append(1)
        return replace(analyze(alignment), events=[_event()] if len(n_judged) < 3 else [])

    monkeypatch.setattr(guard, "analyze", judged)
    (one,) = voice_of().recite("A sentence.", n_iterations=1, tries=9)
    assert (one.n_tries, one.kept_try, one.analysis.events) == (3, 3, [])


def _event():
    from tts_align.alignment import Event

    return Event("skip", (0, 1), ("A",), (0, 1), (0.0, 0.1), 1.0)


def test_unknown_voices_are_an_error_that_lists_the_known_ones(tmp_path, monkeypatch):
    from tts_align.synthesis import built_in

    monkeypatch.setattr(built_in, "_FOLDER", tmp_path)
    with pytest.raises(VoiceError, match=r"jo: expected a voice: .*\(none in this installation\)"):
        built_in.find_voice("jo")
    for name in ("joe", "ann"):
        (tmp_path / f"{name}.safetensors").touch()
    assert built_in.find_voice("joe") == tmp_path / "joe.safetensors"
    assert built_in.find_voice(tmp_path) == tmp_path
    with pytest.raises(VoiceError, match=r"jo: expected a voice: the name of a built-in one \(ann, joe\)"):
        built_in.find_voice("jo")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rate": float("nan")}, r"rate: expected a number from 0\.7"),
        ({"rate": 2.0}, r"rate: expected a number from 0\.7"),
        ({"seed": -1}, r"seed: expected a whole number >= 0, found -1"),
    ],
)
def test_a_rate_or_a_seed_out_of_range_is_an_error_before_anything_is_spoken(arguments, message):
    with pytest.raises(VoiceError, match=message):
        voice_of().synthesize("A sentence.", **arguments)


def test_no_texts_are_an_error():
    with pytest.raises(TextError, match="texts: expected at least one, found none"):
        voice_of().synthesize_batch([])
