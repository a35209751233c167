"""Speech for the benchmarks of sound: the reference clips where they are, sound made by arithmetic where not."""

from pathlib import Path

import numpy as np

from tests.audio.signals import SHARED, speech_like
from tts_align.audio import read_wave

RATE, HOP = 22050, 256


def clips(n: int, folder: Path = SHARED) -> tuple[list[np.ndarray], str]:
    """So many clips, spread over all there are, each of whole hops, and where they are from.

    Returns:
        (S,) float32 at 22,050 Hz, 2 to 10 seconds long, and a few words.
    """
    paths = sorted((folder / "wavs").glob("*.wav"))
    if paths:
        chosen = [paths[i] for i in np.linspace(0, len(paths) - 1, min(n, len(paths))).astype(int)]
        waves, source = [read_wave(path)[0] for path in chosen], f"{len(chosen)} clips of LJSpeech"
    else:
        waves = [speech_like(2 + 8 * i / n, RATE, seed=i) for i in range(n)]
        source = f"{n} made sounds (the reference clips are not here)"
    waves = [wave[: len(wave) // HOP * HOP] for wave in waves]
    return waves, f"{source}, {sum(map(len, waves)) / RATE:.0f} s together"
