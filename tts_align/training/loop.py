"""The training loop: updates, validations, checkpoints, alarms, until it is done or told to stop."""

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from tts_align import __version__
from tts_align.audio import MelSettings, TrimSettings
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
from tts_align.training.history import start_facts
from tts_align.training.interruption import interruptions
from tts_align.training.memory import keep_freed_memory
from tts_align.training.run_folder import (
    LAST_FILE,
    RunLog,
    TrainingState,
    load_state,
    remove_leftovers,
    restore,
    save_state,
)
from tts_align.training.update import UpdateResult, update_weights
from tts_align.training.validation import Validation, describe, validate
from tts_align.voice import WEIGHTS_FILE, VoiceCard, save_voice

_MOST_SKIPPED = 10
_MEL_SAMPLE = 500


@dataclass(frozen=True)
class Job:
    """What is trained, on what, and where it is kept."""

    out: Path
    alphabet: Alphabet
    mel: MelSettings
    trim: TrimSettings
    model_config: TacotronConfig
    training: TrainingConfig
    material: Material
    processes: Processes


def train(
    job: Job,
    *,
    minutes: float | None = None,
    prepare_model: Callable[[Tacotron], object] | None = None,
    title: str = "Training",
) -> bool | None:
    """Trains, or goes on where the run folder's last checkpoint stands.

    The same recipe, corpus and number of processes and threads give the same weights to the last bit on the same CPU,
    however often the run was interrupted: noise, dropout and batches are functions of the update number. From here on
    the process keeps the memory that it frees (`keep_freed_memory`).

    Args:
        job: what to do.
        minutes: stop after so long, with a checkpoint.
        prepare_model: called with the fresh model before the first update (warm start).
        title: of the progress bar.

    Returns:
        Whether the model aligned at the last validation of the run; None where there was none yet.

    Raises:
        TrainingError: the losses are not finite again and again, or the corpus is not the one that the run began with.
        VoiceError: the training state in the run folder is damaged or of another model.
        FileError: the run folder cannot be written.
        KeyboardInterrupt: interrupted; a checkpoint was written first.
    """
    keep_freed_memory()
    with interruptions() as interrupted:
        run = _Run(job, prepare_model)
        run.go(minutes, interrupted, title)
        if interrupted():
            raise KeyboardInterrupt
    return run.is_aligned


class _Run:
    def __init__(self, job: Job, prepare_model: Callable[[Tacotron], object] | None):
        self._check(job)
        self._job, self._config, self._processes = job, job.training, job.processes
        torch.manual_seed(self._config.seed)
        self._model = Tacotron(len(job.alphabet), job.mel.n_mels, job.model_config)
        state = load_state(job.out)
        self._state = state or TrainingState(material=job.material.fingerprint)
        if state is None:
            self._set_mel_scale(job.material.train)
            if prepare_model is not None:
                prepare_model(self._model)
        else:
            self._check_material()
            restore(self._model, self._state.model, job.out)
        self._model.to(self._processes.device).train()
        self._outer: nn.Module = self._model
        if self._processes.n > 1:
            self._outer = nn.parallel.DistributedDataParallel(self._model)
        self._optimizer = torch.optim.Adam(
            self._model.parameters(), lr=self._config.learning_rate, weight_decay=self._config.weight_decay
        )
        if state is not None:
            restore(self._optimizer, self._state.optimizer, job.out)
        elif self._processes.is_first:
            self._save()  # so that a run killed early goes on from its warm start
        n_frames = [len(example.mel) for example in job.material.train]
        self._plan = BatchPlan(n_frames, self._config.batch_size, self._config.max_frames, self._config.seed)
        self._last_figures: Validation | None = None

    @property
    def is_aligned(self) -> bool | None:
        return self._state.is_aligned

    def go(self, minutes: float | None, interrupted: Callable[[], bool], title: str) -> None:
        deadline = float("inf") if minutes is None else time.monotonic() + 60 * minutes
        if not self._processes.is_first:
            self._follow(deadline, interrupted)
            return
        remove_leftovers(self._job.out)
        updates, done = self._config.updates, self._state.update
        facts = start_facts(self._job.material.train, self._job.mel.seconds_per_frame, self._processes)
        with (
            contextlib.closing(RunLog(self._job.out, done, facts)) as log,
            contextlib.closing(Board(self._job.out, done)) as board,
            progress(title, updates, unit="update", done=done) as advance,
        ):
            for update, indices in self._plan.since(done):
                if self._is_over(update, deadline, interrupted):
                    break
                began = time.monotonic()
                result = self._update(update, indices)
                log.write("update", update + 1, asdict(result) | {"seconds": round(time.monotonic() - began, 4)})
                message = self._look(log, board, result)
                advance(note=self._note(result), message=message)
            if self._state.update > done:
                if self._state.update != self._state.validated and not interrupted():
                    advance(0, message=self._validate(log, board))  # stopped by time
                self._save()

    def _follow(self, deadline: float, interrupted: Callable[[], bool]) -> None:
        """What every process but the first does: the updates."""
        for update, indices in self._plan.since(self._state.update):
            if self._is_over(update, deadline, interrupted):
                break
            self._update(update, indices)

    def _is_over(self, update: int, deadline: float, interrupted: Callable[[], bool]) -> bool:
        late = interrupted() or time.monotonic() > deadline
        return update >= self._config.updates or self._processes.share(late)

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
        message = None
        if update % self._config.validate_every == 0 or update == self._config.updates:
            message = self._validate(log, board)
        if update % self._config.checkpoint_every == 0:
            self._save()
        return message

    def _validate(self, log: RunLog, board: Board) -> str:
        update, config, state = self._state.update, self._config, self._state
        result = validate(
            self._model,
            self._job.material.validation[: config.n_spoken],
            self._job.material.truths,
            self._job.mel.seconds_per_frame,
            config.guided_width,
            config.seed,
        )
        figures = self._last_figures = result.figures
        is_best = state.best is None or figures.rank() < state.best
        if is_best:
            state.best, state.best_update = figures.rank(), update
            save_voice(self._job.out / WEIGHTS_FILE, self._card(), self._model.state_dict())
        ringing = alarm(
            figures,
            update,
            was_aligned=state.was_aligned,
            best_update=state.best_update,
            expected_by=min(config.expect_alignment_by, config.updates),
            last=state.alarm,
        )
        state.validated, state.is_aligned = update, figures.is_aligned
        state.was_aligned |= figures.is_aligned
        log.write("validation", update, {"is_best": is_best} | figures.as_dict())
        board.curves("validation", figures.as_dict(), update)
        board.alignments(result, update)
        line = f"update {update}: {describe(result)}{', best so far' if is_best else ''}"
        if ringing is None:
            return line
        state.alarm = ringing.kind
        log.write("alarm", update, {"alarm": ringing.kind, "message": ringing.message})
        return f"{line}\n{ringing.message}"

    def _save(self) -> None:
        self._state.model, self._state.optimizer = self._model.state_dict(), self._optimizer.state_dict()
        save_state(self._job.out, self._state)
        if self._state.update:
            save_voice(self._job.out / LAST_FILE, self._card(), self._model.state_dict())

    def _check_material(self) -> None:
        if self._state.material != self._job.material.fingerprint:
            raise TrainingError(
                where=str(self._job.out),
                expected="the corpus and split that the run was started with",
                found="other utterances for training or validation",
                fix="Start a new run; --init-from takes the weights over.",
            )

    def _card(self) -> VoiceCard:
        return VoiceCard(
            letters=self._job.alphabet.letters,
            pronunciations=self._job.alphabet.pronunciations,
            mel=self._job.mel,
            trim=self._job.trim,
            model=self._job.model_config,
            updates=self._state.update,
            seed=self._config.seed,
            versions={"tts-align": __version__, "torch": torch.__version__, "numpy": np.__version__},
        )

    def _note(self, result: UpdateResult) -> str:
        note = f"loss {result.loss:.3f}"
        if self._last_figures is not None and self._last_figures.onset_forced_ms is not None:
            note += f", onsets {self._last_figures.onset_forced_ms:.0f} ms off"
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
        examples = [*job.material.train, *job.material.validation]
        untimed = sum(example.durations is None for example in examples)
        if job.model_config.needs_durations and untimed:
            raise TrainingError(
                where=f"attention kind {job.model_config.attention.kind}",
                expected="the true durations of every example",
                found=f"none for {untimed} of {len(examples)}",
                fix="Add them by tts_align.corpus.durations.with_durations, or choose another attention.",
            )
