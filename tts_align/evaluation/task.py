"""What there is to speak, in batches of similar length, and speaking it."""

import hashlib
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tts_align.alignment.archive import save_alignment
from tts_align.audio import write_wave
from tts_align.corpus.sentences import Sentence
from tts_align.errors import FileError, TextError
from tts_align.evaluation.spoken_log import Settings, Spoken, SpokenLog
from tts_align.synthesis import Speech, Voice
from tts_align.text import Reading, Unknown, read_text


@dataclass(frozen=True)
class Task:
    """A sentence to speak.

    Attributes:
        id, text: as in the list.
        reading: what is said for it.
        n_symbols: that the voice reads.
    """

    id: str
    text: str
    reading: Reading
    n_symbols: int


def tasks_of(voice: Voice, sentences: Sequence[Sentence], unknown: Unknown) -> list[Task]:
    """Reads all sentences before the first is spoken.

    Raises:
        TextError: one cannot be read; the message names it.
    """
    tasks = []
    for sentence in sentences:
        try:
            reading = read_text(sentence.text, unknown, voice.alphabet.letters)
            n_symbols = len(voice.alphabet.encode(reading.spoken, unknown))
            tasks.append(Task(sentence.id, sentence.text, reading, n_symbols))
        except TextError as error:
            raise error.within(f"sentence {sentence.id}") from error
    return tasks


def settings_of(voice: Voice, seed: int, unknown: Unknown, iterations: int, rate: float, batch_size: int) -> Settings:
    """The settings of an evaluation, with a fingerprint of the voice."""
    digest = hashlib.blake2b(digest_size=8)
    for name, tensor in sorted(voice.model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().numpy().tobytes())
    digest.update(repr((voice.alphabet.symbols, voice.mel, voice.sharpening, voice.model.config)).encode())
    return Settings(digest.hexdigest(), seed, unknown, iterations, rate, batch_size)


def speak_task(
    voice: Voice, tasks: Sequence[Task], log: SpokenLog, settings: Settings, unknown: Unknown
) -> Iterator[Spoken]:
    """Speaks what the log does not have yet; each sentence is on the disk when it is yielded.

    Each is spoken once, in one go; batches are of sentences of similar length, in mixed order, so that the time left
    can be told from the time taken. A batch of which only a part was finished is spoken as a whole again, and what was
    missing of it kept, so that an interruption changes not a bit of any sound.

    Args:
        voice: that speaks.
        tasks: all of them.
        log: of the folder.
        settings: of the log.
        unknown: as in `Voice.synthesize`.

    Raises:
        FileError: the log has another text under the same id, or a file cannot be written.
    """
    _check_texts(tasks, log)
    with log.adding() as add:
        for batch in _batches(tasks, settings.batch_size):
            if all(task.id in log.finished for task in batch):
                continue
            start = time.perf_counter()
            speeches = voice.synthesize_batch(
                [task.text for task in batch],
                settings.seed,
                unknown=unknown,
                n_iterations=settings.iterations,
                rate=settings.rate,
            )
            took = time.perf_counter() - start
            total = sum(len(speech.wave) for speech in speeches)
            for task, speech in zip(batch, speeches, strict=True):
                if task.id not in log.finished:
                    spoken = _saved(task, speech, log, took * len(speech.wave) / total)
                    add(spoken)
                    yield spoken


def _saved(task: Task, speech: Speech, log: SpokenLog, work_seconds: float) -> Spoken:
    write_wave(log.wave_path(task.id), speech.wave, speech.sample_rate)
    save_alignment(log.alignment_path(task.id), speech.alignment)
    sound_seconds = len(speech.wave) / speech.sample_rate
    return Spoken(task.id, task.text, task.reading.spoken, round(sound_seconds, 6), round(work_seconds, 6))


def _batches(tasks: Sequence[Task], batch_size: int, most_symbols: int = 12_000) -> list[list[Task]]:
    """Sentences of similar length together, at most so many symbols with padding; the batches in mixed order."""
    batches: list[list[Task]] = []
    for task in sorted(tasks, key=lambda task: -task.n_symbols):
        if not batches or len(batches[-1]) >= min(batch_size, max(1, most_symbols // batches[-1][0].n_symbols)):
            batches.append([])
        batches[-1].append(task)
    random.Random(0).shuffle(batches)
    return batches


def _check_texts(tasks: Sequence[Task], log: SpokenLog) -> None:
    for task in tasks:
        before = log.finished.get(task.id)
        if before is not None and before.text != task.text:
            raise FileError(
                where=str(log.folder),
                expected=f"the text that {task.id} was begun with: {before.text!r}",
                found=repr(task.text),
                fix="Give the same sentences to go on, or name another folder.",
            )
