"""When each word and symbol of an utterance was said, and how sure that is: one record for all files and reports."""

import unicodedata
from dataclasses import dataclass

import numpy as np

from tts_align.alignment.confidence import boundary_confidence
from tts_align.alignment.matrix import Alignment
from tts_align.alignment.monotone import monotone_path
from tts_align.alignment.pauses import path_with_pauses
from tts_align.alignment.textgrid import Interval
from tts_align.alignment.timing import boundaries_of, durations, frame_durations, word_spans
from tts_align.alignment.words import words_of


@dataclass(frozen=True)
class Frames:
    """The mel frames behind the decoder steps: how many each step makes (R), and how many there are (L)."""

    per_step: float
    n_frames: int


@dataclass(frozen=True)
class Timings:
    """The times of one utterance, counted from the start of its sound.

    Args:
        id: of the utterance.
        text: as it was given.
        words: W intervals in order, without overlap, each with its confidence; one that got no time is empty.
        word_symbols: (W,) half-open spans of symbols.
        symbols: N intervals in order, each starting where the one before stops.
        durations: (N,) decoder steps, sum T.
        frame_durations: (N,) frames, sum L; None where the frames are not known.
        seconds_per_step: the sound of one decoder step.
        sound_seconds: the length of the sound.
    """

    id: str
    text: str
    words: tuple[Interval, ...]
    word_symbols: tuple[tuple[int, int], ...]
    symbols: tuple[Interval, ...]
    durations: tuple[int, ...]
    frame_durations: tuple[int, ...] | None
    seconds_per_step: float
    sound_seconds: float

    def symbols_of(self, word: int) -> tuple[Interval, ...]:
        """The intervals of the symbols of a word."""
        start, stop = self.word_symbols[word]
        return self.symbols[start:stop]

    def is_of_phones(self, word: int) -> bool:
        """Whether the symbols of a word are phones: they do not spell it, even with some letters left out.

        Example:
            >>> phones, letters = ("HH", "AY1", " ", "m", "e"), tuple("hi me")
            >>> both = [timings_of(Alignment(np.eye(5), each, 0.1, text="Hi, me"), "one") for each in (phones, letters)]
            >>> [[timings.is_of_phones(word) for word in (0, 1)] for timings in both]
            [[True, False], [False, False]]
        """
        spelled = plain_letters("".join(symbol.label for symbol in self.symbols_of(word)))
        letters = iter(plain_letters(self.words[word].label))
        return not all(letter in letters for letter in spelled)


def timings_of(
    alignment: Alignment,
    utterance_id: str,
    *,
    start_seconds: float = 0.0,
    sound_seconds: float | None = None,
    frames: Frames | None = None,
    is_silent: np.ndarray | None = None,
) -> Timings:
    """Reads the times of words and symbols from the best monotone path.

    A boundary between two symbols lies where the first step that attends to the later one begins; words last as
    `word_spans` says. The confidence of an interval is the product of those of its two boundaries (see
    `boundary_confidence`): about the probability that both are within 50 ms of where they should be.

    Args:
        alignment: one utterance.
        utterance_id: its name.
        start_seconds: where its first step lies in the sound, such as after silence that was trimmed off.
        sound_seconds: the length of the sound, at which all times end; None means that the last step ends it.
        frames: the mel frames, to say durations in them too.
        is_silent: (T,) steps whose sound is silence, where that is known: a word does not begin in a pause then
            (`path_with_pauses`). Confidence remains that of the boundaries of attention.

    Raises:
        ValueError: `is_silent` is not of as many steps as the alignment.

    Example:
        >>> timings = timings_of(Alignment(np.eye(5).repeat(2, axis=0), tuple("a cat"), 0.04), "one", start_seconds=1.0)
        >>> [(word.label, round(word.start_seconds, 2), round(word.stop_seconds, 2)) for word in timings.words]
        [('a', 1.0, 1.16), ('cat', 1.16, 1.4)]
        >>> timings.durations, round(timings.words[0].confidence, 2)
        ((2, 2, 2, 2, 2), 0.92)
    """
    path, words = monotone_path(alignment.weights), words_of(alignment.symbols, alignment.text)
    attended = boundaries_of(durations(path, alignment.n_symbols))
    sure = boundary_confidence(alignment.weights, attended, alignment.seconds_per_step)
    if is_silent is not None:
        path = path_with_pauses(path, words, is_silent, alignment.seconds_per_step)
    steps = durations(path, alignment.n_symbols)
    edges = boundaries_of(steps)
    stop_seconds = start_seconds + alignment.seconds if sound_seconds is None else sound_seconds
    spans = word_spans(steps, words, alignment.seconds_per_step)

    def seconds(step: int) -> float:
        return min(float(start_seconds + step * alignment.seconds_per_step), stop_seconds)

    return Timings(
        id=utterance_id,
        text=alignment.text,
        words=tuple(
            Interval(seconds(start), seconds(stop), word.text, _both(sure, word.start, word.stop + 1))
            for word, (start, stop) in zip(words, spans, strict=True)
        ),
        word_symbols=tuple((word.start, word.stop) for word in words),
        symbols=tuple(
            Interval(seconds(edges[j]), seconds(edges[j + 1]), symbol, _both(sure, j, j + 1))
            for j, symbol in enumerate(alignment.symbols)
        ),
        durations=tuple(steps.tolist()),
        frame_durations=_in_frames(steps, frames),
        seconds_per_step=alignment.seconds_per_step,
        sound_seconds=stop_seconds,
    )


def plain_letters(spelling: str) -> str:
    """Letters and digits only, without case and accents, so that one word spelled in two ways is the same.

    Example:
        >>> plain_letters("Don’t"), plain_letters("Café!")
        ('dont', 'cafe')
    """
    plain = unicodedata.normalize("NFKD", spelling).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def _both(confidence: np.ndarray, start: int, stop: int) -> float:
    return float(confidence[start] * confidence[min(stop, len(confidence) - 1)])


def _in_frames(steps: np.ndarray, frames: Frames | None) -> tuple[int, ...] | None:
    if frames is None:
        return None
    return tuple(frame_durations(steps, frames.per_step, frames.n_frames).tolist())
