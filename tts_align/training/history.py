"""What a run folder tells of its training: what begins its log, and the history that a voice carries on its card."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tts_align.corpus.batches import Example
from tts_align.device import machine_name
from tts_align.errors import VoiceError
from tts_align.training.distributed import Processes
from tts_align.training.run_folder import LOG_FILE
from tts_align.voice_history import CurvePoint, VoiceHistory

RECIPE_FILE = "recipe.toml"


def start_facts(examples: Sequence[Example], seconds_per_frame: float, processes: Processes) -> dict[str, Any]:
    """What the first line of a log says of a training: processes, machine, and how much it is trained on."""
    n_frames = sum(len(example.mel) for example in examples)
    return {
        "n_processes": processes.n,
        "machine": machine_name(processes.device),
        "n_utterances": len(examples),
        "hours": round(n_frames * seconds_per_frame / 3600, 3),
    }


def history_of(folder: Path, updates: int, most_points: int = 16) -> VoiceHistory:
    """The history of a voice, from the log and the recipe of its run.

    Args:
        folder: of the run.
        updates: of the voice; what the run did afterwards is not told.
        most_points: of the curve; evenly chosen validations, the last among them.

    Returns:
        What the folder knows; the rest is None.

    Raises:
        VoiceError: there is no log, or it is damaged.
    """
    records = [record for record in _records(folder / LOG_FILE) if record["update"] <= updates]
    starts = [record for record in records if record["kind"] == "start"]
    known = [start for start in starts if "machine" in start]
    validations = [record for record in records if record["kind"] == "validation"]
    seconds = sum(record.get("seconds", 0.0) for record in records if record["kind"] == "update")
    recipe = folder / RECIPE_FILE
    return VoiceHistory(
        curve=tuple(_point(record) for record in _spread(validations, most_points)),
        recipe=recipe.read_text(encoding="utf8") if recipe.is_file() else None,
        machines=tuple(dict.fromkeys(start["machine"] for start in known)),
        minutes=round(seconds / 60, 2),
        n_utterances=known[-1]["n_utterances"] if known else None,
        hours=known[-1]["hours"] if known else None,
    )


def _spread(validations: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """At most so many of them, evenly chosen, the first and the last among them."""
    if len(validations) <= most:
        return validations
    last = len(validations) - 1
    return [validations[round(i * last / (most - 1))] for i in range(most)]


def _point(record: dict[str, Any]) -> CurvePoint:
    rounded = {
        name: None if record.get(name) is None else round(record[name], 3)
        for name in CurvePoint.model_fields
        if name != "update"
    }
    return CurvePoint(update=record["update"], **rounded)


def _records(log: Path) -> list[dict[str, Any]]:
    try:
        lines = log.read_text(encoding="utf8").splitlines()
        records: list[dict[str, Any]] = [json.loads(line) for line in lines]
        if all(isinstance(record, dict) and {"kind", "update"} <= record.keys() for record in records):
            return records
        reason = "a line that is no record"
    except OSError as error:
        reason = "none" if isinstance(error, FileNotFoundError) else str(error.strerror)
    except ValueError as error:
        reason = str(error).splitlines()[0]
    raise VoiceError(
        where=str(log),
        expected="the log of the training",
        found=reason,
        fix="Give the folder of a run, as `tts-align train` left it.",
    )
