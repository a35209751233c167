"""Speech by espeak-ng with sample-exact timings: fast, plain, and the same on every machine."""

import ctypes
import functools
import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tts_align.corpus.spoken import Sound, Spoken, tiers_of
from tts_align.errors import CorpusError

# Numbers of espeak-ng's speak_lib.h.
_SYNCHRONOUS, _PHONEME_EVENTS, _PHONEME_IPA, _DONT_EXIT = 2, 0x1, 0x2, 0x8000
_BY_CHARACTER, _UTF8 = 1, 1
_WORD, _PHONEME = 1, 7
_CLOSURE_SAMPLES = 128  # silence shorter than this inside a phone is its own; closures have 198 to 1080 samples


class EspeakEngine:
    """espeak-ng, loaded once per process.

    What it says depends on what it said before: only a fresh process over the same texts in the same order repeats
    itself to the byte.

    Args:
        voice: name of an espeak-ng voice.

    Raises:
        CorpusError: the extra is not installed, or there is no such voice.

    Example:
        >>> spoken = EspeakEngine().speak("Some of the people.")  # doctest: +SKIP
        >>> [word.label for word in spoken.words]  # doctest: +SKIP
        ['Some', 'of the', 'people']
    """

    def __init__(self, voice: str = "en-us"):
        self._library = _library()
        self.voice, self.sample_rate = voice, 22050
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise CorpusError(
                where=f"voice {voice!r}",
                expected="a voice of espeak-ng",
                found="none of that name",
                fix="Take en-us, en-gb-scotland, en-gb-x-rp or another name of espeak-ng's list.",
            )

    def describe(self) -> dict[str, object]:
        """Engine, version, voice and rate, for the note beside a corpus."""
        version = self._library.espeak_Info(None).decode()
        return {"engine": f"espeak-ng {version}", "voice_name": self.voice, "sample_rate": self.sample_rate}

    def speak(self, text: str) -> Spoken:
        """Says one sentence.

        Args:
            text: at least one word, no digits.

        Returns:
            Sound and timings. A phone begins with the closure before it (52 ms for stops), as phoneticians count.

        Raises:
            CorpusError: nothing came out.
        """
        wave, events = self._synthesize(text)
        words, phones = tiers_of(text, _sounds(wave, events), self.sample_rate)
        if not words:
            raise CorpusError(
                where=f"text {text[:40]!r}", expected="words to say", found="silence", fix="Give a sentence in letters."
            )
        return Spoken(wave, self.sample_rate, words, phones)

    def clauses(self, text: str) -> list[tuple[str, str]]:
        """The text clause by clause, as espeak-ng divides it.

        Returns:
            For each clause its phonemes (IPA, a space between what is spoken as one) and the characters that it used.
        """
        buffer = ctypes.create_string_buffer(text.encode() + b"\0")
        base, rest, pieces = ctypes.addressof(buffer), ctypes.c_void_p(ctypes.addressof(buffer)), []
        while rest.value:
            begin = rest.value - base
            phonemes = self._library.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _PHONEME_IPA)
            used = buffer.raw[begin : rest.value - base if rest.value else None]
            pieces.append((phonemes.decode(), used.rstrip(b"\0").decode(errors="replace")))
        return pieces

    def units(self, text: str) -> list[tuple[int, str]]:
        """The phones of a text in order, each with the 0-based index of the character that its word begins near."""
        wave, events = self._synthesize(text)
        return [(sound.position, sound.label) for sound in _sounds(wave, events)]

    def _synthesize(self, text: str) -> tuple[np.ndarray, list["_Heard"]]:
        pieces: list[np.ndarray] = []
        heard: list[_Heard] = []

        def receive(samples: Any, n_samples: int, events: Any) -> int:
            if samples and n_samples:
                pieces.append(np.ctypeslib.as_array(samples, (n_samples,)).copy())
            i = 0
            while events[i].type:
                heard.append(_Heard.of(events[i]))
                i += 1
            return 0

        callback = _CALLBACK(receive)  # this name keeps it alive while espeak-ng calls it
        self._library.espeak_SetSynthCallback(callback)
        raw = text.encode() + b"\0"
        self._library.espeak_Synth(raw, len(raw), 0, _BY_CHARACTER, 0, _UTF8, None, None)
        return np.concatenate(pieces) if pieces else np.zeros(0, np.int16), heard


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),  # 1-based
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),  # rounded milliseconds
        ("sample", ctypes.c_int),  # exact
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class _Heard:
    """An event, copied out of espeak-ng's memory."""

    kind: int
    position: int
    sample: int
    phone: str

    @classmethod
    def of(cls, event: _Event) -> "_Heard":
        phone = ""
        if event.type == _PHONEME:  # up to 8 bytes, not always closed by a zero
            phone = ctypes.string_at(ctypes.addressof(event.id), 8).split(b"\0")[0].decode(errors="ignore")
        return cls(event.type, event.text_position - 1, event.sample, phone)


def _sounds(wave: np.ndarray, events: Sequence[_Heard]) -> list[Sound]:
    """The phones that have samples.

    Between the events of two phones lies the first phone and then, before a stop or a fricative, the closure of the
    second in exact zeros. After a pause only the event of the word tells where the closure begins (elsewhere that
    event can be a phone too early). A nameless phone is a pause if it is silent, or else the glide between two vowels,
    which belongs to the first.
    """
    phones = [each for each in events if each.kind == _PHONEME]
    word_begins = _word_begins(wave, events)
    sounds: list[Sound] = []
    begin: int | None = None  # where the next phone begins, if its closure began in the phone before
    for i, phone in enumerate(phones):
        stop = phones[i + 1].sample if i + 1 < len(phones) else len(wave)
        silent = not wave[phone.sample : stop].any()
        start, begin = (word_begins[i] if begin is None else begin), None
        if phone.phone:
            if not silent and i + 1 < len(phones) and phones[i + 1].phone:
                stop = begin = stop - _silence_at_end(wave[phone.sample : stop])
            start = max(start, sounds[-1].stop) if sounds else start
            if stop > start:
                sounds.append(Sound(start, stop, phone.phone, phone.position))
        elif sounds and not silent:
            last = sounds.pop()
            sounds.append(Sound(last.start, stop, last.label, last.position))
    return sounds


def _word_begins(wave: np.ndarray, events: Sequence[_Heard]) -> list[int]:
    """For each phone, its event's sample, or that of the word event before it if all between is silent."""
    begins: list[int] = []
    word: int | None = None
    for event in events:
        if event.kind == _WORD:
            word = event.sample
        elif event.kind == _PHONEME:
            closure = word is not None and not wave[word : event.sample].any()
            begins.append(word if closure and word is not None else event.sample)
            word = None
    return begins


def _silence_at_end(samples: np.ndarray) -> int:
    loud = np.flatnonzero(samples)
    n_silent = len(samples) - 1 - int(loud[-1]) if len(loud) else len(samples)
    return n_silent if n_silent >= _CLOSURE_SAMPLES else 0


@functools.cache
def _library() -> ctypes.CDLL:
    """espeak-ng, initialized; the same object for every engine of this process, which is all it can bear."""
    try:
        loader = importlib.import_module("espeakng_loader")
    except ImportError as error:
        raise CorpusError(
            where="espeak-ng",
            expected="the package espeakng-loader",
            found="it is not installed",
            fix="Install it: pip install 'tts-align[espeak]'.",
        ) from error
    library = ctypes.CDLL(loader.get_library_path())
    options = _PHONEME_EVENTS | _PHONEME_IPA | _DONT_EXIT
    if library.espeak_Initialize(_SYNCHRONOUS, 0, loader.get_data_path().encode(), options) != 22050:
        raise CorpusError(
            where="espeak-ng",
            expected="its data files",
            found="it does not start",
            fix="Install it anew: pip install --force-reinstall espeakng-loader.",
        )
    library.espeak_Info.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    return library
