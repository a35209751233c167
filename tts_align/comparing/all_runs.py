"""All trainings of a comparison, one after the other, unattended: resumed, measured, and never ended by one of them."""

import platform
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from tts_align.comparing.material import Materials
from tts_align.comparing.measuring import Yardstick, measure, read_measured
from tts_align.comparing.plan import RECIPE_FILE, Planned
from tts_align.errors import TtsAlignError
from tts_align.files import write_text
from tts_align.recipe import save_recipe
from tts_align.report.mechanism_record import ComparisonRecord, Measured, MechanismRun
from tts_align.text import Alphabet
from tts_align.training.distributed import Processes
from tts_align.training.loop import Job, train

FAILURE_FILE = "failure.txt"


@dataclass(frozen=True)
class Comparing:
    """What a comparison works with.

    Attributes:
        materials: what is learned from.
        yardstick: what is measured.
        processes: this process and its device.
        commands: that made the comparison, for its record.
    """

    materials: Materials
    yardstick: Yardstick
    processes: Processes
    commands: Sequence[str] = ()


def compare(
    planned: Sequence[Planned],
    comparing: Comparing,
    said: Callable[[str], None],
    changed: Callable[[ComparisonRecord], None],
) -> ComparisonRecord:
    """Trains and measures what is not finished yet. A failing training is noted in its row, and the next one begins.

    Args:
        planned: the trainings, in order.
        comparing: what they have in common.
        said: hears a line for people now and then.
        changed: hears the record at the beginning and after each training.

    Returns:
        The record of all of them.

    Raises:
        KeyboardInterrupt: interrupted; the same call goes on where this one was.
    """
    done = {each.folder: read_measured(each, comparing.yardstick) for each in planned}
    failures: dict[Path, str] = {}
    waiting = [each for each in planned if done[each.folder] is None]
    said(f"{len(planned)} trainings, {len(planned) - len(waiting)} of them finished before.")
    changed(_record(planned, comparing, done, failures))
    began = time.monotonic()
    for number, each in enumerate(waiting):
        left = (time.monotonic() - began) / number * (len(waiting) - number) if number else None
        measured, failures[each.folder] = _attempt(each, comparing, _title(each, number, len(waiting), left))
        done[each.folder] = measured
        said(_line(each, measured, failures[each.folder]))
        changed(_record(planned, comparing, done, failures))
    return _record(planned, comparing, done, failures)


def _attempt(each: Planned, comparing: Comparing, title: str) -> tuple[Measured | None, str]:
    """The figures of a training, or why there are none."""
    try:
        (each.folder / FAILURE_FILE).unlink(missing_ok=True)
        material = comparing.materials.of(each.recipe)
        recipe = each.recipe
        save_recipe(each.folder / RECIPE_FILE, recipe)
        alphabet = Alphabet(recipe.text.letters, recipe.text.pronunciations)
        job = Job(
            each.folder, alphabet, recipe.mel, recipe.trim, recipe.model, recipe.training, material, comparing.processes
        )
        train(job, title=title)
        return measure(each, material, comparing.yardstick, comparing.processes.device), ""
    except TtsAlignError as error:
        return None, str(error)
    except Exception as error:  # the others must go on; what happened is kept for whoever mends it
        write_text(each.folder / FAILURE_FILE, traceback.format_exc())
        return None, f"{type(error).__name__}: {error} ({each.folder / FAILURE_FILE} says where)"


def _title(each: Planned, number: int, n: int, seconds_left: float | None) -> str:
    left = "" if seconds_left is None else f", about {_minutes(seconds_left)} left"
    return f"{each.name} seed {each.seed} ({number + 1} of {n}{left})"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"


def _line(each: Planned, measured: Measured | None, failure: str) -> str:
    name = f"{each.name} seed {each.seed}"
    if measured is None:
        return f"{name}: FAILED, {failure}"
    onset = "unknown" if measured.onset_spoken_ms is None else f"{measured.onset_spoken_ms:.0f} ms off"
    since = "never aligned" if measured.aligned_since is None else f"aligned since update {measured.aligned_since}"
    return f"{name}: word onsets {onset} in free running, {since}"


def _record(
    planned: Sequence[Planned],
    comparing: Comparing,
    done: dict[Path, Measured | None],
    failures: dict[Path, str],
) -> ComparisonRecord:
    runs = [
        MechanismRun(
            name=each.name,
            seed=each.seed,
            attention=each.recipe.attention.model_dump(mode="json"),
            measured=done[each.folder],
            failure=failures.get(each.folder, ""),
        )
        for each in planned
    ]
    material = comparing.materials.shared(planned[0].recipe)
    return ComparisonRecord(
        commands=list(comparing.commands),
        n_updates=planned[0].recipe.training.updates,
        limit_ms=comparing.yardstick.limit_ms,
        n_train=len(material.train),
        n_validation=len(material.validation),
        n_hard=len(comparing.yardstick.hard),
        environment=_environment(comparing.processes.device),
        runs=runs,
    )


def _environment(device: torch.device) -> str:
    threads = torch.get_num_threads()
    unit = "thread" if threads == 1 else "threads"
    return f"{device.type}, {threads} {unit}, {platform.machine()}, torch {torch.__version__}"
