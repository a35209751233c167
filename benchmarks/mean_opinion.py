"""Guesses how listeners would rate sounds, from 1 (bad) to 5 (excellent), by DistillMOS: the mean over a folder.

python -m benchmarks.mean_opinion evaluated/speech
python -m benchmarks.mean_opinion evaluated/speech --limit 50 --out opinions.txt

It needs `pip install distillmos==0.9.1`, in this environment or another. The guess is good for comparing sounds of like
kind: the same sentences by another voice, or by the recording that it learned from.
"""

import argparse
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.installed import package
from tts_align.errors import AudioError, TtsAlignError
from tts_align.files import write_text

RATE = 16_000
INSTALL = "Install it: pip install distillmos==0.9.1"


def opinions(folder: Path, rate: Callable[[Path], float], limit: int | None = None) -> dict[str, float]:
    """The rating of each sound by id, in the order of the ids.

    Args:
        folder: with sounds ID.wav.
        rate: the rating of a sound.
        limit: take the first only.

    Raises:
        AudioError: the folder has no sounds.
    """
    paths = sorted(folder.glob("*.wav"))[:limit]
    if not paths:
        raise AudioError(where=str(folder), expected="sounds ID.wav", found="none", fix="Name another folder.")
    return {path.stem: rate(path) for path in paths}


def distillmos() -> Callable[[Path], float]:
    """Rates a file by DistillMOS."""
    judge = package("distillmos", INSTALL).ConvTransformerSQAModel().eval()
    torch, soundfile, soxr = (package(name, INSTALL) for name in ("torch", "soundfile", "soxr"))
    torch.set_num_threads(1)

    def rate(path: Path) -> float:
        wave, own = soundfile.read(path, dtype="float32", always_2d=True)
        wave = soxr.resample(wave.mean(axis=1), own, RATE)
        with torch.no_grad():
            return float(judge(torch.from_numpy(wave)[None]))

    return rate


def main() -> None:
    """Reads the options, listens, prints the mean; an error ends it with status 2."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="sounds ID.wav")
    parser.add_argument("--limit", type=int, help="take the first in the order of their names")
    parser.add_argument("--out", type=Path, help="file for the ratings, lines id|rating")
    options = parser.parse_args()
    try:
        found = opinions(options.folder, distillmos(), options.limit)
        if options.out:
            write_text(options.out, "".join(f"{id}|{value:.4f}\n" for id, value in found.items()))
    except TtsAlignError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(2) from error
    values = list(found.values())
    spread = f", standard deviation {statistics.stdev(values):.2f}" if len(values) > 1 else ""
    print(f"{len(values)} sounds: mean {statistics.mean(values):.2f}{spread}")


if __name__ == "__main__":
    main()
