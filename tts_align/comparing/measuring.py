"""The final figures of a trained recipe: onset errors, metrics, faults, time."""

import hashlib
import json
import math
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from pydantic import ValidationError

from tts_align.alignment import Alignment, analyze, figures, save_alignment
from tts_align.comparing.curve import aligned_since, median_ms_per_update, read_curve
from tts_align.comparing.hard_list import speak_list
from tts_align.comparing.plan import Planned
from tts_align.corpus.batches import Example, collate
from tts_align.corpus.material import Material
from tts_align.corpus.sentences import Sentence
from tts_align.evaluate import limit_steps, rest_steps
from tts_align.files import write_text
from tts_align.model import Tacotron, speak
from tts_align.noise import Noise
from tts_align.progress import progress
from tts_align.report.mechanism_record import FAULTS, FaultRates, Measured
from tts_align.training.run_folder import LAST_FILE, LOG_FILE
from tts_align.training.validation import validate
from tts_align.voice import read_voice

MEASURED_FILE, EXAMPLES = "measured.json", "examples"
_N_TIMED, _N_REPEATS = 3, 3


@dataclass(frozen=True)
class Yardstick:
    """What every training of a comparison is measured by.

    Attributes:
        limit_ms: the median onset error below which a mechanism counts as aligned.
        hard: sentences that are spoken at the end; may be empty.
    """

    limit_ms: float
    hard: Sequence[Sentence]

    def key(self, n_updates: int) -> str:
        """A hash of all that decides the figures of a training of so many updates."""
        content = json.dumps([n_updates, self.limit_ms, [[each.id, each.text] for each in self.hard]])
        return hashlib.blake2b(content.encode(), digest_size=8).hexdigest()


def read_measured(planned: Planned, yardstick: Yardstick) -> Measured | None:
    """The figures of a training that is finished and was measured by this yardstick, or None."""
    try:
        text = (planned.folder / MEASURED_FILE).read_text(encoding="utf8")
        measured = Measured.model_validate_json(text)
    except (OSError, ValidationError):
        return None
    return measured if measured.key == yardstick.key(planned.recipe.training.updates) else None


def measure(planned: Planned, material: Material, yardstick: Yardstick, device: torch.device) -> Measured:
    """Measures the newest weights of a finished training, and keeps figures and example alignments in its folder.

    Args:
        planned: the training.
        material: what it learned from.
        yardstick: what it is measured by.
        device: to compute on.

    Returns:
        The figures.

    Raises:
        VoiceError, FileError: the run folder is damaged, or cannot be written.
    """
    recipe, folder = planned.recipe, planned.folder
    model, alphabet = read_voice(folder / LAST_FILE).build()
    model.to(device)
    seconds_per_frame, training = recipe.mel.seconds_per_frame, recipe.training
    result = validate(
        model, material.validation, material.truths, seconds_per_frame, training.guided_width, training.seed
    )
    middle = sorted(range(len(result.forced)), key=lambda i: result.forced[i].n_symbols)[len(result.forced) // 2]
    examples = {"forced": result.forced[middle], "spoken": result.spoken[middle]}
    hard: dict[str, Alignment] = {}
    seconds_per_step = seconds_per_frame * model.frames_per_step
    if yardstick.hard and not recipe.model.needs_durations:
        with progress("Speaking the hard list", len(yardstick.hard), unit="sentence") as advance:
            hard = speak_list(model, alphabet, yardstick.hard, seconds_per_step, advance)
        long = sorted(hard, key=lambda name: (hard[name].n_symbols, name))[int(0.8 * len(hard))]
        examples["hard"] = hard[long]
    for name, alignment in examples.items():
        save_alignment(folder / EXAMPLES / f"{name}.npz", alignment)
    curve, final = read_curve(folder / LOG_FILE), result.figures
    measured = Measured(
        key=yardstick.key(training.updates),
        n_updates=training.updates,
        n_parameters=sum(parameter.numel() for parameter in model.parameters()),
        ms_per_update=median_ms_per_update(folder / LOG_FILE),
        ms_per_step=_ms_per_step(model, material.validation[:_N_TIMED], seconds_per_step),
        aligned_since=aligned_since(curve, yardstick.limit_ms),
        onset_forced_ms=final.onset_forced_ms,
        onset_forced_p90_ms=final.onset_forced_p90_ms,
        onset_spoken_ms=final.onset_spoken_ms,
        onset_spoken_p90_ms=final.onset_spoken_p90_ms,
        locality=_known(final.locality),
        monotonicity=_known(final.monotonicity),
        completeness=_known(final.completeness),
        in_domain=_rates(result.spoken),
        hard=_rates(list(hard.values())) if hard else None,
        curve=curve,
    )
    write_text(folder / MEASURED_FILE, measured.model_dump_json(indent=1) + "\n")
    return measured


@torch.no_grad()
def _ms_per_step(model: Tacotron, examples: Sequence[Example], seconds_per_step: float) -> float:
    """Of a decoder step, one utterance at a time: the fastest of a few tries, the median over utterances."""
    fastest = []
    for example in examples:
        batch = collate([example], model.frames_per_step).to(model.mel_mean.device)
        tries = []
        for _ in range(_N_REPEATS):
            began = time.perf_counter()
            spoken = speak(
                model,
                batch.symbols,
                batch.mask,
                Noise(torch.zeros(1, dtype=torch.long, device=batch.mask.device)),
                limit_steps=limit_steps(batch.mask.sum(1), seconds_per_step),
                rest_steps=rest_steps(seconds_per_step),
                durations=batch.durations,
            )
            tries.append(1000 * (time.perf_counter() - began) / int(spoken.n_steps[0]))
        fastest.append(min(tries))
    return statistics.median(fastest)


def _rates(spoken: Sequence[Alignment]) -> FaultRates:
    counted = figures(analyze(alignment) for alignment in spoken)
    rates = counted.events_per_100_utterances
    named = {kind: rates[kind] for kind in FAULTS}
    others = {kind: rate for kind, rate in rates.items() if kind not in named}
    return FaultRates(n_sentences=len(spoken), share_faulty=counted.share_faulty, per_100=named | others)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
