"""Sends every sound of a folder through a voice's mel and the Griffin-Lim of `tts-align`: the best that it could sound.

python -m benchmarks.resynthesis corpora/joe/wavs --out joe_through_mel
python -m benchmarks.resynthesis recordings --out through_mel --voice runs/mine --iterations 60

A voice that makes mels cannot sound better than a recording sent this way, so this is what its figures are compared
with. Iterations, momentum and first phases are those of `synthesize` and `evaluate`. What is there already is not made
again. A sound of another rate is resampled; silence at the edges stays.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tts_align.errors import AudioError, TtsAlignError

ITERATIONS = 60  # as the commands


def resynthesize(folder: Path, out: Path, place: str, n_iterations: int = ITERATIONS, seed: int = 0) -> int:
    """Writes a sound in `out` for every `.wav` in `folder`, under the same name.

    Args:
        folder: of sounds.
        out: folder to write to.
        place: a built-in voice, or the folder or file of one; only its mel settings matter.
        n_iterations: of Griffin-Lim.
        seed: of the first phases.

    Returns:
        How many were made now.

    Raises:
        AudioError: the folder has no sounds, or one of them cannot be read or is shorter than a frame.
        VoiceError: there is no such voice.
        FileError: a sound cannot be written.
    """
    from tts_align.audio import read_wave, write_wave
    from tts_align.progress import progress

    again, rate, hop = through_mel(place, n_iterations, seed)
    paths = sorted(folder.glob("*.wav"))
    if not paths:
        found = "none" if folder.is_dir() else "no such folder"
        raise AudioError(where=str(folder), expected="sounds NAME.wav", found=found, fix="Name another folder.")
    waiting = [path for path in paths if not (out / path.name).exists()]
    with progress("Resynthesis", len(paths), unit="sound", done=len(paths) - len(waiting)) as advance:
        for path in waiting:
            wave, _ = read_wave(path, rate)
            if len(wave) < hop:
                found = f"{len(wave)} samples"
                raise AudioError(where=str(path), expected=f"at least {hop} samples", found=found, fix="Leave it out.")
            write_wave(out / path.name, again(wave), rate)
            advance()
    return len(waiting)


def through_mel(place: str, n_iterations: int, seed: int) -> tuple[Callable[[np.ndarray], np.ndarray], int, int]:
    """The way of a wave to a mel and back, and the samples per second and per frame that it works with."""
    import torch

    from tts_align.audio import griffin_lim, log_mel, mel_to_magnitude
    from tts_align.synthesis.built_in import find_voice
    from tts_align.voice import read_voice

    settings = read_voice(find_voice(place)).card.mel

    def again(wave: np.ndarray) -> np.ndarray:
        magnitude = mel_to_magnitude(log_mel(torch.from_numpy(wave), settings), settings)
        found: np.ndarray = griffin_lim(magnitude, settings, n_iterations, seed=seed).clamp(-1, 1).numpy()
        return found

    return again, settings.sample_rate, settings.hop_samples


def main() -> None:
    """Reads the options and makes the sounds; an error ends it with status 2."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="sounds NAME.wav")
    parser.add_argument("--out", type=Path, required=True, help="folder for the new ones, under the same names")
    parser.add_argument("--voice", default="joe", help="built-in voice, run or voice folder, or file: its mel settings")
    parser.add_argument("--iterations", type=int, default=ITERATIONS, help="of Griffin-Lim")
    parser.add_argument("--seed", type=int, default=0, help="of the first phases")
    options = parser.parse_args()
    try:
        n = resynthesize(options.folder, options.out, options.voice, options.iterations, options.seed)
    except TtsAlignError as error:
        print(f"error: {error}", file=sys.stderr)
        raise SystemExit(2) from error
    print(f"{options.out}: {n} sounds made")


if __name__ == "__main__":
    main()
