"""Validation: how well does the model align when it hears the truth, and when it hears only itself?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import librosa
import numpy as np
import torch
from torch import Tensor

from tts_align.alignment.analysis import Analysis, analyze
from tts_align.alignment.matrix import Alignment
from tts_align.corpus.batches import Example, collate
from tts_align.corpus.truth import Truth
from tts_align.evaluate import alignments_of, limit_steps, mels_of, rest_steps
from tts_align.model import Tacotron, speak
from tts_align.noise import Noise
from tts_align.training.exposure import Exposure, exposure_of
from tts_align.training.losses import loss_terms

_ALIGNED_ONSET_MS, _LOST_ONSET_MS = 100.0, 250.0


@dataclass(frozen=True)
class Validation:
    """Figures of one validation. Onset errors are None where no truth is known.

    Attributes:
        mel_loss: mean |d| + d^2 in standard deviations, teacher-forced.
        onset_forced_ms: median word-onset error, teacher-forced.
        onset_forced_p90_ms: its 90th percentile.
        onset_spoken_ms: median word-onset error in free running, the truth carried over by time warping.
        onset_spoken_p90_ms: its 90th percentile.
        locality, monotonicity, completeness: means over the spoken utterances.
        share_faulty_forced: share of utterances with a fault, teacher-forced.
        share_faulty_spoken: the same in free running.
        events: how many of each kind in free running.
    """

    mel_loss: float
    onset_forced_ms: float | None
    onset_forced_p90_ms: float | None
    onset_spoken_ms: float | None
    onset_spoken_p90_ms: float | None
    locality: float
    monotonicity: float
    completeness: float
    share_faulty_forced: float
    share_faulty_spoken: float
    events: dict[str, int]

    @property
    def is_aligned(self) -> bool:
        """Most utterances without a fault in both regimes, and median onsets within 100 ms where a truth is known.

        Definition: this project.
        """
        return self._is_within(_ALIGNED_ONSET_MS)

    @property
    def is_lost(self) -> bool:
        """Most utterances faulty, or median onsets off by more than 250 ms: no model that aligned strays so far.

        Definition: this project.
        """
        return not self._is_within(_LOST_ONSET_MS)

    def _is_within(self, onset_ms: float) -> bool:
        on_time = self.onset_forced_ms is None or self.onset_forced_ms <= onset_ms
        return on_time and max(self.share_faulty_forced, self.share_faulty_spoken) <= 0.5

    def rank(self) -> tuple[float, float, float]:
        """Smaller is better: first how many utterances are faulty, then how far onsets are off, then the mel loss."""
        faulty = self.share_faulty_forced + self.share_faulty_spoken
        onset = self.onset_spoken_ms if self.onset_spoken_ms is not None else 0.0
        onset += self.onset_forced_ms if self.onset_forced_ms is not None else 0.0
        return (round(faulty, 3), round(onset, 1), self.mel_loss)

    def as_dict(self) -> dict[str, object]:
        """The figures, for a log."""
        return asdict(self) | {"is_aligned": self.is_aligned}


@dataclass(frozen=True)
class ValidationResult:
    """Figures and what they were read from: alignments of both regimes, and the onset errors of each word in both."""

    figures: Validation
    forced: list[Alignment]
    spoken: list[Alignment]
    exposure: Exposure


@torch.no_grad()
def validate(
    model: Tacotron,
    examples: Sequence[Example],
    truths: Mapping[str, Truth],
    seconds_per_frame: float,
    guided_width: float,
    seed: int,
    batch_size: int = 32,
) -> ValidationResult:
    """Predicts every example with and without the true frames, and judges the alignments.

    Args:
        model: put into evaluation mode and back.
        examples: at least one.
        truths: by utterance id.
        seconds_per_frame: of a mel frame.
        guided_width: as in training, for the loss.
        seed: of the prenet's dropout.
        batch_size: utterances at a time.

    Returns:
        Figures, the alignments of both regimes, and the onset errors behind the figures.
    """
    was_training = model.training
    model.eval()
    sums = torch.zeros(2)
    forced: list[Alignment] = []
    spoken: list[Alignment] = []
    carried: list[np.ndarray] = []
    try:
        for start in range(0, len(examples), batch_size):
            part = examples[start : start + batch_size]
            losses, forced_part, spoken_part, mels = _predict(
                model, part, seconds_per_frame, guided_width, seed + start
            )
            sums += losses
            forced += forced_part
            spoken += spoken_part
            for example, mel in zip(part, mels, strict=True):
                truth = truths.get(example.id)
                carried.append(
                    _carried(np.asarray(example.mel), mel, truth, seconds_per_frame) if truth else np.empty(0)
                )
    finally:
        model.train(was_training)
    exposure = exposure_of(examples, truths, forced, spoken, carried, model.frames_per_step)
    return ValidationResult(_figures(float(sums[0] / sums[1]), forced, spoken, exposure), forced, spoken, exposure)


def describe(result: ValidationResult) -> str:
    """A validation in one line, for people: what is off by how much, and the faults by kind."""
    figures = result.figures
    parts = [f"mel loss {figures.mel_loss:.3f}"]
    if figures.onset_forced_ms is not None and figures.onset_spoken_ms is not None:
        parts.append(f"word onsets {figures.onset_forced_ms:.0f} ms off ({figures.onset_spoken_ms:.0f} free-running)")
    faulty = round(figures.share_faulty_spoken * len(result.spoken))
    parts.append(f"{faulty} of {len(result.spoken)} spoken utterances faulty")
    parts += [f"{n} {kind}" for kind, n in sorted(figures.events.items())]
    return ", ".join(parts)


def _predict(
    model: Tacotron, part: Sequence[Example], seconds_per_frame: float, guided_width: float, seed: int
) -> tuple[Tensor, list[Alignment], list[Alignment], list[np.ndarray]]:
    device = model.mel_mean.device
    batch = collate(part, model.frames_per_step).to(device)
    noise = Noise(torch.arange(len(part), device=device) + seed)
    seconds_per_step = seconds_per_frame * model.frames_per_step
    forced = model(batch.symbols, batch.mask, batch.mel, batch.n_frames, noise, durations=batch.durations)
    terms = loss_terms(forced, batch, model.mel_scale, guided_width)
    limit = limit_steps(batch.mask.sum(1), seconds_per_step)
    spoken = speak(
        model,
        batch.symbols,
        batch.mask,
        noise,
        limit_steps=limit,
        rest_steps=rest_steps(seconds_per_step),
        durations=batch.durations,
    )
    symbols, texts = [example.symbols for example in part], [example.text for example in part]
    mels = [mel.cpu().numpy() for mel in mels_of(spoken, model.frames_per_step)]
    return (
        torch.stack([terms.sums[0], terms.counts[0]]).cpu(),
        alignments_of(forced, symbols, seconds_per_step, texts),
        alignments_of(spoken, symbols, seconds_per_step, texts),
        mels,
    )


def _carried(true_mel: np.ndarray, spoken_mel: np.ndarray, truth: Truth, seconds_per_frame: float) -> np.ndarray:
    """Where the true onsets lie in the spoken sound, by dynamic time warping of the two mels."""
    _, pairs = librosa.sequence.dtw(true_mel.T, spoken_mel.T, metric="euclidean")
    pairs = pairs[::-1]  # (P, 2) true frame, spoken frame, both rising
    frames = truth.onsets_seconds / seconds_per_frame
    first = np.searchsorted(pairs[:, 0], np.minimum(frames.round(), pairs[-1, 0]))
    carried: np.ndarray = pairs[first, 1] * seconds_per_frame
    return carried


def _figures(
    mel_loss: float, forced: Sequence[Alignment], spoken: Sequence[Alignment], exposure: Exposure
) -> Validation:
    forced_judged, spoken_judged = [analyze(a) for a in forced], [analyze(a) for a in spoken]
    events: dict[str, int] = {}
    for analysis in spoken_judged:
        for event in analysis.events:
            events[event.kind] = events.get(event.kind, 0) + 1
    return Validation(
        mel_loss=mel_loss,
        onset_forced_ms=_percentile(exposure.forced_ms, 50),
        onset_forced_p90_ms=_percentile(exposure.forced_ms, 90),
        onset_spoken_ms=_percentile(exposure.spoken_ms, 50),
        onset_spoken_p90_ms=_percentile(exposure.spoken_ms, 90),
        locality=_mean(spoken_judged, "locality"),
        monotonicity=_mean(spoken_judged, "monotonicity"),
        completeness=_mean(spoken_judged, "completeness"),
        share_faulty_forced=float(np.mean([a.verdict == "faulty" for a in forced_judged])),
        share_faulty_spoken=float(np.mean([a.verdict == "faulty" for a in spoken_judged])),
        events=events,
    )


def _mean(analyses: Sequence[Analysis], name: str) -> float:
    values = [analysis.metrics[name] for analysis in analyses]
    return float(np.mean([value for value in values if not math.isnan(value)] or [math.nan]))


def _percentile(errors: np.ndarray, percent: float) -> float | None:
    known = errors[~np.isnan(errors)]
    return float(np.percentile(known, percent)) if len(known) else None
