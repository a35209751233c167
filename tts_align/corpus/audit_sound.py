"""The audit's ear: what one sound file is like. `measure_sound` runs inside a worker process."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tts_align.audio.silence import trim_silence
from tts_align.audio.wave import read_channels
from tts_align.corpus.audit_types import AuditSettings, Finding
from tts_align.corpus.manifest import Utterance
from tts_align.errors import AudioError

_CLIPPING_PEAK = 0.5  # a flat top below this is a quiet tone or silence, not clipping
_ONE_STEP = 1.5 / 32768  # samples this near to the peak are at the peak, in 16 bit


@dataclass(frozen=True)
class SoundFacts:
    """What a sound file is like.

    Args:
        problem: why it cannot be read; None when it can, and then the other values hold.
        rate: samples per second.
        n_channels: channels.
        seconds: length.
        head_seconds: silence at the head.
        tail_seconds: silence at the tail.
        sound_seconds: length without the two; 0 when all is silence.
        clipped_run: the longest run of samples at the peak.
    """

    problem: str | None = None
    rate: int = 0
    n_channels: int = 0
    seconds: float = 0.0
    head_seconds: float = 0.0
    tail_seconds: float = 0.0
    sound_seconds: float = 0.0
    clipped_run: int = 0


def measure_sound(path: Path, silence_db: float) -> SoundFacts:
    """Reads a sound file and measures it; a file that cannot be read is a fact too."""
    try:
        channels, rate = read_channels(path)
    except AudioError as error:
        return SoundFacts(problem=error.found)
    wave = channels.mean(axis=1)
    start, stop = trim_silence(wave, rate, silence_db, keep_seconds=0)
    return SoundFacts(
        rate=rate,
        n_channels=channels.shape[1],
        seconds=len(wave) / rate,
        head_seconds=start / rate,
        tail_seconds=(len(wave) - stop) / rate,
        sound_seconds=(stop - start) / rate,
        clipped_run=max(longest_run_at_peak(channel) for channel in channels.T),
    )


def longest_run_at_peak(wave: np.ndarray) -> int:
    """Counts the longest run of samples that stay at the highest or at the lowest value of a loud wave.

    A wave that was clipped and then made quieter still has its flat tops, so the wave's own peak counts, not the full
    scale. Waves with a peak below 0.5 count as not clipped.

    Example:
        >>> longest_run_at_peak(np.array([0.0, 0.9, 0.9, 0.9, 0.2, 0.9]))
        3
    """
    peak = float(np.abs(wave).max(initial=0.0))
    if peak < _CLIPPING_PEAK:
        return 0
    longest = 0
    for side in (wave, -wave):
        at_peak = np.flatnonzero(side >= peak - _ONE_STEP)
        runs = np.split(at_peak, np.flatnonzero(np.diff(at_peak) > 1) + 1)
        longest = max(longest, *(len(run) for run in runs))
    return longest


def sound_findings(utterance: Utterance, facts: SoundFacts, settings: AuditSettings) -> list[Finding]:
    """Judges the facts."""
    if facts.problem is not None:
        kind = "unreadable_file" if utterance.wave_path.exists() else "missing_file"
        return [Finding(kind, utterance.id, f"{utterance.wave_path}: {facts.problem}", "error")]
    if facts.sound_seconds == 0:
        return [Finding("silent_file", utterance.id, f"{utterance.wave_path}: nothing but zeros", "error")]
    details: dict[str, str] = {}
    if facts.rate != settings.sample_rate:
        details["sample_rate"] = f"{facts.rate} Hz, not {settings.sample_rate}: will be resampled"
        if facts.rate < settings.sample_rate:
            details["sample_rate"] += ", and has no sound in the upper band"
    if facts.n_channels != 1:
        details["channels"] = f"{facts.n_channels} channels: will be averaged"
    if facts.seconds < settings.min_seconds:
        details["too_short"] = f"{facts.seconds:.2f} s, less than {settings.min_seconds:g}"
    if facts.seconds > settings.max_seconds:
        details["too_long"] = f"{facts.seconds:.2f} s, more than {settings.max_seconds:g}"
    if facts.head_seconds > settings.max_silence_seconds:
        details["head_silence"] = f"{facts.head_seconds:.2f} s of silence before the first sound"
    if facts.tail_seconds > settings.max_silence_seconds:
        details["tail_silence"] = f"{facts.tail_seconds:.2f} s of silence after the last sound"
    if facts.clipped_run >= settings.clipped_run:
        details["clipping"] = f"{facts.clipped_run} samples in a row at the peak"
    return [Finding(kind, utterance.id, detail, "warning") for kind, detail in details.items()]
