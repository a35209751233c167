"""espeak-ng: what it says and when, to the sample."""

import importlib
import itertools
import subprocess
import sys

import numpy as np
import pytest

from tts_align.corpus import espeak
from tts_align.corpus.espeak import EspeakEngine
from tts_align.corpus.spoken import Spoken
from tts_align.errors import CorpusError

pytest.importorskip("espeakng_loader", reason="the extra `espeak` is not installed")

TEXT = "Hello, some of the people have been there; do you go? I'm twenty-two!"


@pytest.fixture(scope="module")
def spoken() -> Spoken:
    return EspeakEngine().speak(TEXT)


def test_words_come_in_order_and_groups_that_are_spoken_as_one_stay_together(spoken: Spoken) -> None:
    labels = [word.label for word in spoken.words]
    said = ["Hello", "some", "of the", "people", "have been", "there", "do", "you", "go", "I'm", "twenty-two"]
    assert labels == said


def test_intervals_do_not_overlap_and_lie_within_the_sound(spoken: Spoken) -> None:
    for tier in (spoken.words, spoken.phones):
        assert all(each.start_seconds < each.stop_seconds for each in tier)
        assert all(a.stop_seconds <= b.start_seconds for a, b in itertools.pairwise(tier))
        assert tier[0].start_seconds >= 0 and tier[-1].stop_seconds <= spoken.seconds


def test_every_phone_lies_in_one_word(spoken: Spoken) -> None:
    for phone in spoken.phones:
        around = [w for w in spoken.words if w.start_seconds <= phone.start_seconds < w.stop_seconds]
        assert len(around) == 1 and phone.stop_seconds <= around[0].stop_seconds


def test_times_are_whole_samples(spoken: Spoken) -> None:
    starts = np.array([phone.start_seconds for phone in spoken.phones]) * spoken.sample_rate
    assert np.allclose(starts, starts.round(), atol=1e-6)


def test_pauses_are_gaps_of_exact_silence(spoken: Spoken) -> None:
    hello, some = spoken.words[:2]
    gap = spoken.wave[round(hello.stop_seconds * 22050) : round(some.start_seconds * 22050)]
    assert len(gap) > 0.1 * 22050
    assert not gap.any()


def test_a_stop_begins_with_its_closure(spoken: Spoken) -> None:
    people = spoken.words[3]
    start = round(people.start_seconds * 22050)
    assert not spoken.wave[start : start + 1000].any()  # 49 ms of the 52 that espeak-ng puts before a p
    assert spoken.wave[start + 1000 : start + 1500].any()


def test_what_is_outside_of_words_is_silent(spoken: Spoken) -> None:
    outside = np.ones(len(spoken.wave), dtype=bool)
    for word in spoken.words:
        outside[round(word.start_seconds * 22050) : round(word.stop_seconds * 22050)] = False
    assert not spoken.wave[outside].any()


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("naïve café “so” – yes—no I’ve", ["naïve", "café", "so", "yes—no", "I’ve"]),
        ("Before -- well, no", ["Before", "well", "no"]),
        ("averaging at once", ["averaging", "at once"]),
        ("\"Well-known\" (he) said: 'no'...", ["Well-known", "he", "said", "no"]),
    ],
)
def test_odd_marks_and_letters_do_not_shift_the_words(text: str, labels: list[str]) -> None:
    assert [word.label for word in EspeakEngine().speak(text).words] == labels


def test_a_clause_has_its_phonemes_and_the_text_that_it_used() -> None:
    (first, used), (second, _) = EspeakEngine().clauses("Hello, some of the people.")
    assert (first, second) == ("həlˈoʊ", "sˌʌm ʌvðə pˈiːpəl")
    assert used.startswith("Hello,")


def test_fresh_processes_say_the_same_bytes() -> None:
    code = (
        "import hashlib; from tts_align.corpus.espeak import EspeakEngine; e = EspeakEngine();"
        f"print([hashlib.sha256(e.speak({TEXT!r}).wave.tobytes()).hexdigest() for _ in range(2)])"
    )
    first, second = (subprocess.run([sys.executable, "-c", code], capture_output=True, text=True) for _ in range(2))
    assert first.stdout.startswith("['") and first.stdout == second.stdout


def test_an_unknown_voice_is_an_error() -> None:
    with pytest.raises(CorpusError, match="voice 'klingon-9': expected a voice of espeak-ng"):
        EspeakEngine("klingon-9")


def test_a_text_without_a_sound_is_an_error() -> None:
    with pytest.raises(CorpusError, match="expected words to say, found silence"):
        EspeakEngine().speak("...")


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    espeak._library.cache_clear()
    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(
        CorpusError, match=r"espeakng-loader, found it is not installed. .*pip install 'tts-align\[espeak\]'"
    ):
        EspeakEngine()
