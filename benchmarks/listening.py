"""What independent listeners say of the sounds in a folder: a recognizer, an aligner, a guess of opinions.

The listeners are programs of their own, in an environment of their own: `Listeners` says where. What each of them says
is a file beside the sounds, made once: `heard.txt`, `verdicts.jsonl`, `opinions.txt`.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tts_align.errors import FileError
from tts_align.files import write_text

ROOT = Path(__file__).resolve().parents[1]
JUDGE = ROOT.parent / "shared" / "judge" / "judge.py"
_WORD = re.compile("[a-z']+")
STRONG = 4  # letters: the aligner is wrong about shorter words too often


@dataclass(frozen=True)
class Listeners:
    """Where the listeners are.

    Attributes:
        python: interpreter with faster-whisper, distillmos and what the judge needs.
        judge: the aligner's script; None where it is missing.
    """

    python: str
    judge: Path | None

    def transcribe(self, folder: Path) -> None:
        """Writes folder/heard.txt: what Whisper hears in folder/speech."""
        if not _is_whole(folder / "heard.txt", len(list((folder / "speech").glob("*.wav")))):
            self._run("-m", "benchmarks.transcripts", folder / "speech", "--out", folder / "heard.txt")

    def judge_words(self, folder: Path, texts: Mapping[str, str], whisper: bool = False) -> None:
        """Writes folder/verdicts.jsonl: words that the aligner misses or hears twice; nothing without a judge.

        Args:
            folder: with speech/ID.wav.
            texts: in words, by id, of the sounds to judge.
            whisper: whether to write folder/heard.txt as well.
        """
        verdicts, items = folder / "verdicts.jsonl", folder / "judged.jsonl"
        if self.judge is None:
            return
        if not _is_whole(verdicts, len(texts)):
            rows = [{"id": id, "wav": f"speech/{id}.wav", "text": text} for id, text in texts.items()]
            write_text(items, "".join(json.dumps(row) + "\n" for row in rows))
            self._run(self.judge, items, "--out", verdicts, *(["--whisper"] if whisper else []))
        if whisper:
            lines = [f"{each['id']}|{each['heard'].replace('|', ' ')}\n" for each in verdicts_of(folder) or []]
            write_text(folder / "heard.txt", "".join(lines))

    def rate(self, folder: Path, limit: int) -> None:
        """Writes folder/opinions.txt: DistillMOS of the first sounds."""
        if not _is_whole(folder / "opinions.txt", limit):
            options = ("--limit", limit, "--out", folder / "opinions.txt")
            self._run("-m", "benchmarks.mean_opinion", folder / "speech", *options)

    def _run(self, *words: object) -> None:
        command = [self.python, *map(str, words)]
        print("+", *command, file=sys.stderr, flush=True)
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        start = time.perf_counter()
        try:
            status = subprocess.run(command, env=environment, check=False).returncode
        except OSError as error:
            raise _failed(command, str(error)) from error
        if status:
            raise _failed(command, f"status {status}")
        print(f"{time.perf_counter() - start:.0f} s", file=sys.stderr)


@dataclass(frozen=True)
class Findings:
    """What the aligner blames, strong findings only: words of four letters and more.

    Where a sentence says a word several times, the aligner may take one for another: it then misses the one and hears
    the other twice. Such pairs are findings, but no evidence.

    Attributes:
        lines: `id: skipped|repeated word`, in order, marked where the same word is blamed for the opposite as well.
        n_one_sided: findings without that mark.
        n_sentences, n_words: judged.
        n_faulty: sentences with a finding, or in which nothing could be aligned.
    """

    lines: Sequence[str]
    n_one_sided: int
    n_sentences: int
    n_words: int
    n_faulty: int

    def per_1000_words(self, n_findings: int) -> float:
        """So many findings as a rate."""
        return 1000 * n_findings / self.n_words


def findings_of(verdicts: Sequence[Mapping[str, Any]]) -> Findings:
    """Counts strong findings.

    Example:
        >>> verdict = {"id": "a", "text": "He was there.", "skipped": [[1, "was"], [2, "there"]], "repeated": []}
        >>> found = findings_of([{**verdict, "unheard": False}])
        >>> found.lines, found.n_words
        (['a: skipped there'], 3)
    """
    lines: list[str] = []
    n_one_sided = n_faulty = 0
    for each in verdicts:
        strong = {kind: [word for _, word in each[kind] if len(word) >= STRONG] for kind in ("skipped", "repeated")}
        both = set(strong["skipped"]) & set(strong["repeated"])
        for kind, words in strong.items():
            lines += [f"{each['id']}: {kind} {word}{' (and the opposite)' * (word in both)}" for word in words]
            n_one_sided += sum(word not in both for word in words)
        n_faulty += any(strong.values()) or each["unheard"]
    n_words = sum(len(_WORD.findall(each["text"].lower())) for each in verdicts)
    return Findings(lines, n_one_sided, len(verdicts), n_words, n_faulty)


def verdicts_of(folder: Path) -> list[dict[str, Any]] | None:
    """The aligner's verdicts in a folder, or None."""
    path = folder / "verdicts.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()] if path.exists() else None


def mean_opinion_of(folder: Path) -> tuple[float, int] | None:
    """Mean rating and number of sounds, or None."""
    path = folder / "opinions.txt"
    if not path.exists():
        return None
    values = [float(line.rpartition("|")[2]) for line in path.read_text(encoding="utf8").splitlines()]
    return sum(values) / len(values), len(values)


def _is_whole(path: Path, n_lines: int) -> bool:
    return path.exists() and path.read_text(encoding="utf8").count("\n") == n_lines


def _failed(command: Sequence[str], found: str) -> FileError:
    fix = "Its message is above; --listener names the interpreter that has the listeners' packages."
    return FileError(where=" ".join(command), expected="a listener that works", found=found, fix=fix)
