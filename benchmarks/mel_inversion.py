"""Times the way from a mel spectrogram back to Fourier magnitudes against librosa's and torchaudio's.

python -m benchmarks.mel_inversion                20 clips, about a minute

Everybody gets the same mel spectrograms and filters. The error is that of the mel of what is found, in dB below the
wanted mel, and as a mean difference of log mels.
"""

import statistics
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
import torch

from benchmarks import measuring, options
from benchmarks.clips import RATE, clips
from benchmarks.measuring import Candidate
from tts_align.audio import MelSettings, log_mel, mel_error_db, mel_filters, mel_to_magnitude

SETTINGS = MelSettings()
OURS, START = "tts_align, 8 updates", "tts_align, start alone"
N_TIMED = 2
Inversion = Callable[[torch.Tensor], torch.Tensor]
Clip = TypeVar("Clip", np.ndarray, torch.Tensor)


def inversions() -> dict[str, Inversion]:
    """Name to function of a log mel (L, M), which gives magnitudes (L, K)."""
    import librosa
    from torchaudio.transforms import InverseMelScale

    framing: dict[str, Any] = {"sr": SETTINGS.sample_rate, "n_fft": SETTINGS.n_fft, "power": 1, "fmin": SETTINGS.min_hz}
    scale = InverseMelScale(
        SETTINGS.n_bins,
        SETTINGS.n_mels,
        SETTINGS.sample_rate,
        SETTINGS.min_hz,
        SETTINGS.max_hz,
        norm="slaney",
        mel_scale="slaney",
    )

    def by_librosa(mel: torch.Tensor) -> torch.Tensor:
        found = librosa.feature.inverse.mel_to_stft(mel.exp().T.numpy(), fmax=SETTINGS.max_hz, **framing)
        return torch.from_numpy(found.T)

    return {
        OURS: lambda mel: mel_to_magnitude(mel, SETTINGS, 8),
        START: lambda mel: mel_to_magnitude(mel, SETTINGS, 0),
        "librosa, mel_to_stft": by_librosa,
        "torchaudio, InverseMelScale": lambda mel: scale(mel.exp().T).T,
    }


def measure(waves: list[np.ndarray], rounds: int) -> dict[str, dict]:
    """Errors on all clips, time and memory on those of middle length, by name."""
    mels = [log_mel(torch.from_numpy(wave), SETTINGS) for wave in waves]
    timed = of_middle_length(mels)
    ways = inversions()

    def over_timed(way: Inversion) -> Callable[[], None]:
        def call() -> None:
            for mel in timed:
                way(mel)

        return call

    calls = {name: over_timed(way) for name, way in ways.items()}
    timings = measuring.interleaved([Candidate(name, call) for name, call in calls.items()], rounds)
    memory = {name: measuring.peak_memory_mib(call) for name, call in calls.items()}
    return {
        timing.name: {
            "error_db": [mel_error_db(ways[timing.name](mel), mel, SETTINGS) for mel in mels],
            "log_difference": [_log_difference(ways[timing.name](mel), mel) for mel in mels],
            "call": timing.per_call() | {"memory_mib": memory[timing.name]},
            "we_are_faster": measuring.ratios(timing, timings[0]),
            "rounds": timing,
        }
        for timing in timings
    }


def of_middle_length(clips: Sequence[Clip]) -> list[Clip]:
    """The clips, as waves or as mels, that time and memory are measured on."""
    return sorted(clips, key=len)[max(0, len(clips) // 2 - 1) :][:N_TIMED]


def table(results: dict[str, dict]) -> str:
    """The results as Markdown."""
    rows = []
    for name, result in results.items():
        each, errors, times = result["call"], result["error_db"], result["we_are_faster"]
        rows.append(
            [
                f"**{name}**" if name == OURS else name,
                f"{statistics.mean(errors):.1f} dB ({min(errors):.1f} to {max(errors):.1f})",
                f"{statistics.mean(result['log_difference']):.4f}",
                f"{measuring.seconds(each['wall'])} "
                f"({measuring.seconds(each['wall_min'])} - {measuring.seconds(each['wall_max'])})",
                measuring.seconds(each["cpu"]),
                "-" if each["memory_mib"] is None else f"{each['memory_mib']:.0f} MiB",
                "" if name == OURS else f"{times['median']:.3g} ({times['min']:.3g} - {times['max']:.3g})",
            ]
        )
    head = ["what", "mel error, mean (range)", "log mel difference", "wall, median (spread)", "CPU", "memory"]
    return measuring.markdown([*head, "times 8 updates, each round"], rows)


def _log_difference(magnitude: torch.Tensor, mel: torch.Tensor) -> float:
    again = (magnitude @ mel_filters(SETTINGS).T).clamp(min=SETTINGS.floor).log()
    return float((again - mel).abs().mean())


def main() -> None:
    """Reads the options, measures, prints a table and keeps it."""
    asked = options.of_sound(__doc__)
    found = measuring.environment("torch", "torchaudio", "librosa", "numpy")
    waves, source = clips(asked.clips)
    results = measure(waves, asked.rounds)
    timed = of_middle_length(waves)
    text = (
        f"Errors on {source}; time and memory for {len(timed)} of them, {sum(map(len, timed)) / RATE:.1f} s together."
        f"\n\n{table(results)}"
    )
    figures = {"clips": source, "results": results}
    measuring.show_and_save("mel_inversion", "Mel inversion", text, found, figures)


if __name__ == "__main__":
    main()
