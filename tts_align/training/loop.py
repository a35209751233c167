"""The training loop: updates, validations, checkpoints, alarms, until it is done or told to stop."""

import contextlib
import importlib.metadata
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from tts_align.audio import MelSettings
from tts_align.corpus.batches import BatchPlan, Example, collate
from tts_align.corpus.material import Material
from tts_align.errors import TrainingError
from tts_align.model import Tacotron, TacotronConfig
from tts_align.progress import progress
from tts_align.text import Alphabet
from tts_align.training.alarm import alarm
from tts_align.training.board import Board
from tts_align.training.config import TrainingConfig
from tts_align.training.distributed import Processes
from tts_align.training.run_folder import RunLog, TrainingState, load_state, save_state
from tts_align.training.update import UpdateResult, update_weights
from tts_align.training.validation import ValidationResult, validate
from tts_align.voice import WEIGHTS_FILE, VoiceCard, save_voice

LAST_FILE = "last.safetensors"
_MOST_SKIPPED = 10
_MEL_SAMPLE = 500


@dataclass(frozen=True)
class Job:
    """What is trained, on what, and where it is kept."""

    out: Path
    alphabet: Alphabet
    mel: MelSettings
    model_config: TacotronConfig
    training: TrainingConfig
    material: Material
    processes: Processes


def train(
    job: Job,
    *,
    minutes: float | None = None,
    prepare_model: Callable[[Tacotron], None] | None = None,
) -> ValidationResult | None:
    """Trains, or goes on where the run folder's last checkpoint stands.

    The same recipe, corpus and number of processes give the same weights to the last bit on a CPU, however often the
    run was interrupted: noise, dropout and batches are functions of the update number.

    Args:
        job: what to do.
        minutes: stop after so long, with a checkpoint.
        prepare_model: called with the fresh model before the first update (warm start).

    Returns:
        The last validation of the run; None where nothing was left to do or this is not the first process.

    Raises:
        TrainingError: the losses are not finite again and again, or there is nothing to train on.
        KeyboardInterrupt: interrupted; a checkpoint was written first.
    """
    return _Run(job, prepare_model).go(minutes)


class _Run:
    def __init__(self, job: Job, prepare_model: Callable[[Tacotron], None] | None):
        self._check(job)
        self._job, self._config, self._processes = job, job.training, job.processes
        torch.manual_seed(self._config.seed)
        self._model = Tacotron(len(job.alphabet), job.mel.n_mels, job.model_config)
        self._state = load_state(job.out) or TrainingState()
        if self._state.update:
            self._model.load_state_dict(self._state.model)
        else:
            self._set_mel_scale(job.material.train)
            if prepare_model is not None:
                prepare_model(self._model)
        self._model.to(self._processes.device).train()
        self._outer: nn.Module = self._model
        if self._processes.n > 1:
            self._outer = nn.parallel.DistributedDataParallel(self._model)
        self._optimizer = torch.optim.Adam(
            self._model.parameters(), lr=self._config.learning_rate, weight_decay=self._config.weight_decay
        )
        if self._state.update:
            self._optimizer.load_state_dict(self._state.optimizer)
        self._plan = BatchPlan(
            [len(example.mel) for example in job.material.train],
            self._config.batch_size,
            self._config.max_frames,
            self._config.seed,
        )
        self._last_validation: ValidationResult | None = None

    def go(self, minutes: float | None) -> ValidationResult | None:
        deadline = time.monotonic() + 60 * minutes if minutes else float("inf")
        first = self._processes.is_first
        log = RunLog(self._job.out, self._state.update) if first else None
        board = Board(self._job.out, self._state.update) if first else None
        updates, done = self._config.updates, self._state.update
        try:
            with _interruptions() as interrupted, progress("Training", updates, unit="update", done=done) as advance:
                for update, indices in self._plan.since(done):
                    late = interrupted() or time.monotonic() > deadline
                    if update >= updates or self._processes.share(late):
                        break
                    began = time.monotonic()
                    result = self._update(update, indices)
                    if log is None or board is None:
                        continue
                    record = asdict(result) | {"seconds": round(time.monotonic() - began, 4)}
                    log.write(kind="update", update=update + 1, **record)
                    message = self._look(log, board, result)
                    advance(note=self._note(result), message=message)
                if first:
                    self._save()
            if interrupted():
                raise KeyboardInterrupt
        finally:
            if log is not None and board is not None:
                log.close()
                board.close()
        return self._last_validation

    def _update(self, update: int, indices: list[int]) -> UpdateResult:
        rank, n = self._processes.rank, self._processes.n
        positions = list(range(len(indices)))[rank::n] or [0]
        batch = collate([self._job.material.train[indices[i]] for i in positions], self._model.frames_per_step)
        if rank >= len(indices):
            batch = batch.to(self._processes.device)
            batch.counts.zero_()
        result = update_weights(
            self._outer, self._model, self._optimizer, batch, positions, update, self._config, self._processes
        )
        self._state.update = update + 1
        self._state.n_skipped = 0 if result.applied else self._state.n_skipped + 1
        if self._state.n_skipped >= _MOST_SKIPPED:
            raise TrainingError(
                where=f"update {update + 1}",
                expected="finite losses",
                found=f"{_MOST_SKIPPED} updates in a row with an infinite or undefined loss or gradient",
                fix="Lower training.learning_rate, or look for odd utterances with `tts-align check`.",
            )
        return result

    def _look(self, log: RunLog, board: Board, result: UpdateResult) -> str | None:
        """Curves always; validation and checkpoint when they are due. Gives a line to show, if any."""
        update = self._state.update
        if update % 10 == 0:
            board.curves("train", asdict(result), update)
        at_end = update == self._config.updates
        message = None
        if update % self._config.validate_every == 0 or at_end:
            message = self._validate(log, board)
        if update % self._config.checkpoint_every == 0:
            self._save()
        return message

    def _validate(self, log: RunLog, board: Board) -> str:
        update, config = self._state.update, self._config
        result = validate(
            self._model,
            self._job.material.validation[: config.n_spoken],
            self._job.material.truths,
            self._job.mel.seconds_per_frame,
            config.guided_width,
            config.seed,
        )
        self._last_validation, figures = result, result.figures
        is_best = self._state.best is None or figures.rank() < self._state.best
        if is_best:
            self._state.best, self._state.best_update = figures.rank(), update
            save_voice(self._job.out / WEIGHTS_FILE, self._card(), self._model.state_dict())
        ringing = alarm(
            figures,
            update,
            was_aligned=self._state.was_aligned,
            best_update=self._state.best_update,
            expected_by=config.expect_alignment_by,
        )
        self._state.was_aligned |= figures.is_aligned
        log.write(kind="validation", update=update, is_best=is_best, **figures.as_dict())
        board.curves("validation", figures.as_dict(), update)
        board.alignments(result, update)
        if ringing is not None:
            log.write(kind="alarm", update=update, alarm=ringing.kind, message=ringing.message)
        line = f"update {update}: {_describe(result)}{', best so far' if is_best else ''}"
        return line if ringing is None else f"{line}\n{ringing.message}"

    def _save(self) -> None:
        self._state.model, self._state.optimizer = self._model.state_dict(), self._optimizer.state_dict()
        save_state(self._job.out, self._state)
        save_voice(self._job.out / LAST_FILE, self._card(), self._model.state_dict())

    def _card(self) -> VoiceCard:
        packages = ("tts-align", "torch", "numpy")
        return VoiceCard(
            letters=self._job.alphabet.letters,
            mel=self._job.mel,
            model=self._job.model_config,
            updates=self._state.update,
            seed=self._config.seed,
            versions={name: importlib.metadata.version(name) for name in packages},
        )

    def _note(self, result: UpdateResult) -> str:
        note = f"loss {result.loss:.3f}"
        if self._last_validation is not None and self._last_validation.figures.onset_forced_ms is not None:
            note += f", onsets {self._last_validation.figures.onset_forced_ms:.0f} ms off"
        return note if result.applied else note + ", SKIPPED: not finite"

    def _set_mel_scale(self, examples: Sequence[Example]) -> None:
        """Mean and standard deviation of each mel bin, over a fixed sample of the training examples."""
        chosen = np.linspace(0, len(examples) - 1, min(len(examples), _MEL_SAMPLE)).astype(int)
        frames = np.concatenate([np.asarray(examples[i].mel, dtype=np.float64) for i in chosen])
        self._model.mel_mean.copy_(torch.from_numpy(frames.mean(0)))
        self._model.mel_scale.copy_(torch.from_numpy(np.maximum(frames.std(0), 1e-2)))

    @staticmethod
    def _check(job: Job) -> None:
        if job.training.batch_size < job.processes.n:
            raise TrainingError(
                where="training.batch_size",
                expected=f"at least one utterance for each of {job.processes.n} processes",
                found=str(job.training.batch_size),
                fix="Raise it, or start fewer processes.",
            )


def _describe(result: ValidationResult) -> str:
    figures = result.figures
    parts = [f"mel loss {figures.mel_loss:.3f}"]
    if figures.onset_forced_ms is not None and figures.onset_spoken_ms is not None:
        parts.append(f"word onsets {figures.onset_forced_ms:.0f} ms off ({figures.onset_spoken_ms:.0f} free-running)")
    faulty = round(figures.share_faulty_spoken * len(result.spoken))
    parts.append(f"{faulty} of {len(result.spoken)} spoken utterances faulty")
    parts += [f"{n} {kind}" for kind, n in sorted(figures.events.items())]
    return ", ".join(parts)


@contextlib.contextmanager
def _interruptions() -> Iterator[Callable[[], bool]]:
    """Turns the first Ctrl-C or SIGTERM into a flag, so that the update is finished and saved; a second is at once."""
    seen = False

    def note(number: int, frame: object) -> None:
        nonlocal seen
        if seen:
            raise KeyboardInterrupt
        seen = True

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
