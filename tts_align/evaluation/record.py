"""The figures of an evaluation: JSON, a table of the sentences, a page with sound."""

import contextlib
import csv
import dataclasses
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tts_align.alignment import Alignment, Analysis, CorpusFigures, analyze, figures
from tts_align.alignment.archive import load_alignment
from tts_align.evaluation.recognition import Recognition
from tts_align.evaluation.spoken_log import Settings, Spoken, SpokenLog
from tts_align.evaluation.task import Task
from tts_align.evaluation.written import written_of
from tts_align.files import atomic_path, write_text
from tts_align.report import Diagnosed, diagnosed
from tts_align.report.page import open_page
from tts_align.report.page_entry import page_entry
from tts_align.report.record import corpus_record, utterance_record

_VERSION = 1
_COLUMNS = (
    "id", "written", "spoken", "words", "sound_seconds", "work_seconds", "locality", "monotonicity", "completeness",
    "events", "wer", "cer",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@")


@dataclass(frozen=True)
class Evaluation:
    """What an evaluation came to.

    Attributes:
        corpus: faults and metrics of the alignments.
        sound_seconds: of all sounds.
        work_seconds: that making them took, Griffin-Lim included, saving not.
        recognition: of the transcripts, if there are any.
    """

    corpus: CorpusFigures
    sound_seconds: float
    work_seconds: float
    recognition: Recognition | None

    @property
    def real_time_factor(self) -> float:
        """Seconds of work for a second of sound."""
        return self.work_seconds / self.sound_seconds

    def record(self) -> dict[str, Any]:
        """The figures as plain values."""
        heard = self.recognition
        return {
            **corpus_record(self.corpus),
            "events_per_100_sentences": round(100 * sum(self.corpus.events.values()) / self.corpus.n_utterances, 6),
            "sound_seconds": round(self.sound_seconds, 3),
            "work_seconds": round(self.work_seconds, 3),
            "real_time_factor": round(self.real_time_factor, 4),
            "recognition": heard
            and {
                "wer": round(heard.wer, 6),
                "cer": round(heard.cer, 6),
                "bleu": round(heard.bleu, 4),
                "words": heard.n_words,
                "missing": heard.n_missing,
            },
        }


def write_evaluation(
    log: SpokenLog,
    tasks: Sequence[Task],
    settings: Settings,
    recognition: Recognition | None,
    advance: Callable[[Diagnosed], None],
) -> Evaluation:
    """Judges what was spoken and writes `evaluation.json`, `sentences.csv` and `report.html` into the folder.

    Only one alignment is in memory at a time.

    Args:
        log: has all of the tasks.
        tasks: in the order of the files.
        settings: written down with the figures.
        recognition: of the transcripts, if there are any.
        advance: called with each sentence that is judged.

    Raises:
        AlignmentError: an alignment is damaged.
        FileError: a file cannot be written.
    """
    corpus, sentences = CorpusFigures(), []
    with contextlib.ExitStack() as stack:
        page = stack.enter_context(open_page(log.folder / "report.html", title="Evaluation"))
        path = stack.enter_context(atomic_path(log.folder / "sentences.csv"))
        table = csv.writer(stack.enter_context(open(path, "w", encoding="utf8", newline="")))
        table.writerow(_COLUMNS)
        for task in tasks:
            spoken = log.finished[task.id]
            each, alignment = _judged(log, spoken)
            written = [written_of(event, alignment, task.reading) for event in each.analysis.events]
            page.add(each, page_entry(each, alignment, page.folder, with_map=page.wants_map(each)))
            rates = recognition.of[task.id] if recognition else None
            table.writerow(_row(spoken, each.analysis, rates, written))
            sentences.append(_sentence_record(spoken, each, rates, written))
            corpus += figures([each.analysis])
            advance(each)
    spoken_now = [log.finished[task.id] for task in tasks]
    evaluation = Evaluation(
        corpus,
        sum(spoken.sound_seconds for spoken in spoken_now),
        sum(spoken.work_seconds for spoken in spoken_now),
        recognition,
    )
    head = {"version": _VERSION, "settings": dataclasses.asdict(settings), "corpus": evaluation.record()}
    _write_json(log.folder / "evaluation.json", {**head, "sentences": sentences})
    return evaluation


def _judged(log: SpokenLog, spoken: Spoken) -> tuple[Diagnosed, Alignment]:
    alignment = load_alignment(log.alignment_path(spoken.id))
    return diagnosed(spoken.id, alignment, analyze(alignment), log.wave_path(spoken.id)), alignment


def _sentence_record(
    spoken: Spoken, each: Diagnosed, rates: tuple[float, float] | None, written: Sequence[str]
) -> dict[str, Any]:
    record = utterance_record(each) | {"written": spoken.text, "sound_seconds": spoken.sound_seconds}
    record["events"] = [event | {"written": of} for event, of in zip(record["events"], written, strict=True)]
    return record if rates is None else record | {"wer": round(rates[0], 6), "cer": round(rates[1], 6)}


def _row(spoken: Spoken, analysis: Analysis, rates: tuple[float, float] | None, written: Sequence[str]) -> list[Any]:
    metrics = [analysis.metrics[name] for name in ("locality", "monotonicity", "completeness")]
    events = "; ".join(f"{event.kind} {of}".strip() for event, of in zip(analysis.events, written, strict=True))
    texts = [f"'{text}" if text.startswith(_FORMULA) else text for text in (spoken.text, spoken.words)]
    found = ["", ""] if rates is None else [round(rate, 6) for rate in rates]
    lengths = (analysis.n_words, spoken.sound_seconds, spoken.work_seconds)
    return [spoken.id, *texts, *lengths, *metrics, events, *found]


def _write_json(path: Path, values: dict[str, Any]) -> None:
    write_text(path, json.dumps(values, ensure_ascii=False, allow_nan=False, indent=1) + "\n")
