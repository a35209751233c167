"""Measures how long the trainer waits for its data: reading features and padding them, as a share of each update.

python -m benchmarks.input_pipeline                           recipes/small.toml, about a minute
python -m benchmarks.input_pipeline --features DIR            those that `tts-align prepare` made, not random ones

The batches are those of the trainer's plan, the update is the trainer's. Once the system has the files in memory, as
it does after the first epoch of a corpus that fits there (LJSpeech has 2.4 GB of features), and once it has dropped
them before every batch, as in the first epoch.
"""

import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import measuring, options
from benchmarks.made_corpus import made_corpus, made_example, updates
from tts_align.corpus.batches import BatchPlan, Example, collate
from tts_align.corpus.feature_index import load_index
from tts_align.corpus.mel_file import MelFile
from tts_align.errors import CorpusError, TtsAlignError
from tts_align.recipe import Recipe, load_recipe

RECIPE = Path(__file__).resolve().parents[1] / "recipes/small.toml"
N_UTTERANCES = 800


def measure(recipe: Recipe, examples: Sequence[Example], n_updates: int) -> dict[str, list[float]]:
    """Seconds of each update: `from_memory` and `from_disk` the wait, `update` the rest; and padded frames."""
    model, update = updates(recipe)
    plan = BatchPlan(
        [len(example.mel) for example in examples],
        recipe.training.batch_size,
        recipe.training.max_frames,
        recipe.training.seed,
    )
    seconds: dict[str, list[float]] = {"from_disk": [], "from_memory": [], "update": [], "frames": []}
    for number, indices in itertools.islice(plan.since(0), n_updates + 1):
        chosen = [examples[i] for i in indices]
        dropped = [_dropped_from_memory(example) for example in chosen]
        marks = [time.perf_counter()]
        for _ in ("from_disk", "from_memory"):
            batch = collate(chosen, model.frames_per_step)
            marks.append(time.perf_counter())
        update(batch, range(len(indices)), number)
        marks.append(time.perf_counter())
        if number == 0:
            continue  # warm-up
        for i, name in enumerate(("from_disk", "from_memory", "update")):
            seconds[name].append(marks[i + 1] - marks[i])
        seconds["frames"].append(float(batch.mel.shape[0] * batch.mel.shape[1]))
        if not all(dropped):
            seconds["from_disk"][-1] = float("nan")
    return seconds


def table(seconds: dict[str, list[float]]) -> str:
    """The results as Markdown."""
    update = statistics.median(seconds["update"])
    rows = [["the update itself", _spread(seconds["update"]), ""]]
    for name, label in (("from_memory", "wait, files in memory"), ("from_disk", "wait, files dropped from memory")):
        if any(value != value for value in seconds[name]):
            rows.append([label, "not measured: the system does not drop files", ""])
            continue
        shares = [wait / (wait + rest) for wait, rest in zip(seconds[name], seconds["update"], strict=True)]
        rows.append(
            [label, _spread(seconds[name]), f"{statistics.median(shares):.2%} ({min(shares):.2%} - {max(shares):.2%})"]
        )
    frames = statistics.median(seconds["frames"])
    note = (
        f"{len(seconds['update'])} updates, {frames:,.0f} padded frames each (median), {update / frames * 1e6:.0f} us"
    )
    return f"{note} a frame.\n\n" + measuring.markdown(["what", "wall, median (spread)", "share of an update"], rows)


def prepared_examples(folder: Path, recipe: Recipe) -> list[Example]:
    """The features of a folder, each with random symbols of a natural number.

    Raises:
        CorpusError: there are none, or they were made with other mel settings than the recipe's.
    """
    index = load_index(folder, recipe.mel)
    if not index.entries:
        raise CorpusError(
            where=str(folder),
            expected="the features of an utterance or more",
            found="none",
            fix="Name another folder with --features.",
        )
    examples = []
    for name in itertools.islice(sorted(index.entries), N_UTTERANCES):
        mel = index.mel_file(name)
        made = made_example(name, max(2, len(mel) // 6), 1)
        examples.append(Example(name, made.text, made.symbols, made.symbol_ids, mel))
    return examples


def measure_corpus(recipe: Recipe, features: Path | None, n_updates: int) -> tuple[str, dict[str, list[float]]]:
    """What was measured, in a few words, and the seconds of `measure`.

    Args:
        features: a folder of prepared features; None makes some.
    """
    if features is not None:
        examples = prepared_examples(features, recipe)
        return f"{len(examples)} utterances of prepared features", measure(recipe, examples, n_updates)
    with tempfile.TemporaryDirectory(prefix="mels-") as folder:
        examples = made_corpus(N_UTTERANCES, Path(folder))
        return f"{len(examples)} utterances of made features", measure(recipe, examples, n_updates)


def _dropped_from_memory(example: Example) -> bool:
    """Asks the system to forget a file; says whether it could be asked."""
    if not hasattr(os, "posix_fadvise") or not isinstance(example.mel, MelFile):
        return False
    with open(example.mel.path, "rb") as file:
        os.fsync(file.fileno())  # what was never written cannot be forgotten
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return True


def _spread(values: list[float]) -> str:
    middle, least, most = statistics.median(values), min(values), max(values)
    return f"{measuring.seconds(middle)} ({measuring.seconds(least)} - {measuring.seconds(most)})"


def main() -> None:
    """Reads the options, measures, prints a table and keeps it."""
    parser = options.parser(__doc__)
    parser.add_argument("--recipe", type=Path, default=RECIPE)
    parser.add_argument("--features", type=Path, help="a folder that `tts-align prepare` made")
    parser.add_argument("--updates", type=options.at_least(1), default=20)
    asked = parser.parse_args()
    found = measuring.environment("torch", "numpy")
    try:
        recipe = load_recipe(asked.recipe)
        what, seconds = measure_corpus(recipe, asked.features, asked.updates)
    except TtsAlignError as error:
        sys.exit(f"error: {error}")
    text = f"{asked.recipe.name}, {what}. {table(seconds)}"
    figures = {"seconds": seconds}
    measuring.show_and_save("input_pipeline", "How long the trainer waits for data", text, found, figures)


if __name__ == "__main__":
    main()
