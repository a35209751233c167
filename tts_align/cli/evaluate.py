"""The command `tts-align evaluate`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from tts_align.evaluation import Evaluation


def evaluate(
    voice: Annotated[str, typer.Argument(metavar="NAME|RUN", help="Built-in voice, or a voice or run folder.")],
    text_file: Annotated[Path, typer.Option(help="One sentence a line, or lines of id|text.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for all that is made.")],
    transcripts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What a recognizer heard, as id|text: adds WER, CER and BLEU.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same waves.")] = 0,
    rate: Annotated[float, typer.Option(help="Pace: 0.7 slow, 1 as the voice learned, 1.4 fast.")] = 1.0,
    unknown: Annotated[
        Literal["error", "skip", "map"],
        typer.Option(help="Characters the voice cannot read: map reads é as e, skip leaves them out."),
    ] = "map",
    batch_size: Annotated[int, typer.Option(min=1, help="Sentences spoken at once at most.")] = 16,
    iterations: Annotated[int, typer.Option(min=1, help="Griffin-Lim iterations.")] = 60,
    sharpening: Annotated[
        float | None, typer.Option(help="How much harmonics are brought out, 0 to 3; as the voice says if not given.")
    ] = None,
    device: Annotated[str, typer.Option(help="cpu, cuda, cuda:1 ...")] = "cpu",
) -> None:
    """Speak many sentences, each once and in one go, and measure how well that went.

    DIR gets the sounds and alignments (speech/ID.wav, ID.npz), the figures of each sentence and of all of them
    (evaluation.json, sentences.csv) and a page with maps and sound (report.html): locality, monotonicity, completeness,
    faults per 100 sentences, real-time factor, seconds of sound. Interrupt it at any moment; the same command goes on
    with what is missing. The real-time factor counts the voice and Griffin-Lim in batches, not saving.

    With --transcripts, what a recognizer heard in the sounds is compared with what was to be said; it needs the
    packages of the extra `evaluate`.

    Exit status: 0 every word was said once, 1 a fault was found, 2 a text or an option that does not work.

    \b
    Examples:
      tts-align evaluate joe --text-file data/hard_sentences.txt --out evaluated/
      tts-align evaluate runs/demo --text-file data/demo_heldout.txt --out evaluated/ --batch-size 1
      tts-align evaluate joe --text-file sentences.txt --out evaluated/ --transcripts heard.txt
    """
    from tts_align.corpus.sentences import read_sentences
    from tts_align.evaluation import read_transcripts, recognition_of, speak_task, tasks_of, write_evaluation
    from tts_align.evaluation.spoken_log import SpokenLog
    from tts_align.evaluation.task import settings_of
    from tts_align.progress import progress
    from tts_align.synthesis import load_voice

    sentences = read_sentences(text_file, digits=True)
    heard = None if transcripts is None else read_transcripts(transcripts)
    speaker = load_voice(voice, device, sharpening)
    tasks = tasks_of(speaker, sentences, unknown)
    recognition = None if heard is None else recognition_of({task.id: task.reading.spoken for task in tasks}, heard)
    settings = settings_of(speaker, seed, unknown, iterations, rate, batch_size)
    log = SpokenLog(out, settings)
    n_done = sum(task.id in log.finished for task in tasks)
    with progress("Speaking", len(tasks), unit="sentence", done=n_done) as advance:
        for _ in speak_task(speaker, tasks, log, settings, unknown):
            advance()
    with progress("Judging", len(tasks), unit="sentence") as advance:
        evaluation = write_evaluation(log, tasks, settings, recognition, lambda each: advance())
    _show(evaluation, out)
    if evaluation.corpus.n_faulty:
        raise typer.Exit(1)


def _show(evaluation: "Evaluation", out: Path) -> None:
    from tts_align.report.text import verdict_sentence

    record = evaluation.record()
    typer.echo(verdict_sentence(evaluation.corpus))
    lines = [f"{name} {record['metrics'][name]:.4f}" for name in ("locality", "monotonicity", "completeness")]
    lines.append(f"faults per 100 sentences {record['events_per_100_sentences']:.2f}")
    lines.append(f"sound {evaluation.sound_seconds:.1f} s, real-time factor {evaluation.real_time_factor:.3f}")
    heard = evaluation.recognition
    if heard is not None:
        missing = f", {heard.n_missing} without a transcript" if heard.n_missing else ""
        lines.append(f"WER {heard.wer:.2%}, CER {heard.cer:.2%}, BLEU {heard.bleu:.1f}{missing}")
    typer.echo("\n".join(f"  {line}" for line in lines))
    typer.echo(f"{out / 'report.html'}")
