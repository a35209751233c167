"""Measures how the cost grows: six curves, each as a picture and in figures.

python -m benchmarks.growth                       about two minutes
python -m benchmarks.growth --only griffin_lim --rounds 9

A train step against the batch, the length of the text and the frames; free running against the length of the text; the
diagnosis against the number of utterances; Griffin-Lim against seconds of sound. The model is that of
recipes/small.toml with drawn weights, whose gate never opens. The sizes of a curve are measured in turn.
The power is p in time ~ size^p, fitted to the three largest sizes: 1 is in proportion, 0 is no growth.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import measuring
from benchmarks.measuring import Candidate, Timing

RECIPE = Path(__file__).resolve().parents[1] / "recipes/small.toml"
FRAMES_PER_STEP = 3  # of the recipe


@dataclass(frozen=True)
class Curve:
    """One cost against one size.

    Args:
        title: of the picture.
        axis: what is varied, with its unit.
        fixed: what is not.
        sizes: in rising order.
        work: makes what is timed, for a size.
    """

    title: str
    axis: str
    fixed: str
    sizes: Sequence[int]
    work: Callable[[int], Callable[[], object]]


def curves() -> dict[str, Curve]:
    """All curves, by the name of their picture."""
    step = "Train step"
    return {
        "batch": Curve(
            step,
            "utterances in a batch",
            "60 symbols, 240 frames",
            (1, 2, 4, 8, 16, 32),
            lambda size: _train_step(size, 60, 240),
        ),
        "text": Curve(
            step,
            "symbols of each text",
            "8 utterances, 240 frames",
            (20, 40, 80, 160, 320),
            lambda size: _train_step(8, size, 240),
        ),
        "frames": Curve(
            step,
            "frames of each utterance",
            "8 utterances, 60 symbols",
            (60, 120, 240, 480, 960),
            lambda size: _train_step(8, 60, size),
        ),
        "free_running": Curve(
            "Free running",
            "symbols of the text",
            "one utterance, 2 steps a symbol",
            (10, 20, 40, 80, 160),
            _free_running,
        ),
        "diagnosis": Curve(
            "Diagnosis", "utterances", "60 symbols, 300 steps each", (25, 50, 100, 200, 400), _diagnosis
        ),
        "griffin_lim": Curve("Griffin-Lim", "seconds of sound", "32 iterations", (1, 2, 4, 8, 16, 32), _griffin_lim),
    }


def measure(curve: Curve, rounds: int) -> list[Timing]:
    """One timing for each size."""
    candidates = [Candidate(str(size), curve.work(size)) for size in curve.sizes]
    return measuring.interleaved(candidates, rounds)


def power(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The p of seconds ~ size^p over the three largest sizes.

    Example:
        >>> round(power([1, 2, 4, 8], [5.0, 6.0, 12.0, 24.0]), 3)
        1.0
    """
    return float(np.polyfit(np.log(sizes[-3:]), np.log(seconds[-3:]), 1)[0])


def draw(path: Path, curve: Curve, timings: list[Timing]) -> None:
    """The curve with its spread, both axes logarithmic, and the line of growth in proportion."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.2, 3.2), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    calls = [timing.per_call() for timing in timings]
    wall = np.array([each["wall"] for each in calls])
    spread = [wall - [each["wall_min"] for each in calls], np.array([each["wall_max"] for each in calls]) - wall]
    sizes = np.array(curve.sizes)
    axes.plot(sizes, wall[-1] * sizes / sizes[-1], color="0.7", linestyle="--", label="in proportion")
    axes.errorbar(sizes, wall, yerr=spread, marker="o", markersize=4, capsize=2, label="measured")
    axes.set(xscale="log", yscale="log", xlabel=curve.axis, ylabel="seconds", title=f"{curve.title}\n{curve.fixed}")
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.minorticks_off()
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)


def table(measured: dict[str, tuple[Curve, list[Timing]]]) -> str:
    """The results as Markdown."""
    rows = []
    for curve, timings in measured.values():
        wall = [timing.per_call()["wall"] for timing in timings]
        each = ", ".join(f"{size}: {measuring.seconds(value)}" for size, value in zip(curve.sizes, wall, strict=True))
        rows.append([curve.title, curve.fixed, curve.axis, each, f"{power(curve.sizes, wall):.2f}"])
    return measuring.markdown(["cost", "of", "against", "wall, median", "power"], rows)


def _train_step(n_utterances: int, n_symbols: int, n_frames: int) -> Callable[[], object]:
    from benchmarks.made_corpus import made_example, updates
    from tts_align.corpus.batches import collate
    from tts_align.recipe import load_recipe

    _, update = updates(load_recipe(RECIPE))
    example = made_example("a", n_symbols, n_frames)
    batch = collate([example] * n_utterances, FRAMES_PER_STEP)
    return lambda: update(batch, range(n_utterances), 0)


def _free_running(n_symbols: int) -> Callable[[], object]:
    import torch

    from benchmarks.made_corpus import N_SYMBOLS, updates
    from tts_align.model import speak
    from tts_align.noise import Noise
    from tts_align.recipe import load_recipe

    model, _ = updates(load_recipe(RECIPE))
    model.eval()
    model.decoder.readout.stop.bias.data.fill_(-1e4)
    symbols = torch.randint(2, N_SYMBOLS, (1, n_symbols))
    limit = torch.tensor([2 * n_symbols])

    noise = Noise(torch.zeros(1, dtype=torch.long))

    def speak_once() -> None:
        spoken = speak(model, symbols, symbols > 0, noise, limit_steps=limit, rest_steps=2 * n_symbols)
        assert int(spoken.n_steps[0]) == 2 * n_symbols

    return speak_once


def _diagnosis(n_utterances: int) -> Callable[[], object]:
    from benchmarks import drawn
    from tts_align.alignment import analyze

    pool = drawn.pool(25, n_symbols=60, n_steps=300)
    return lambda: [analyze(pool[i % len(pool)]) for i in range(n_utterances)]


def _griffin_lim(seconds: int) -> Callable[[], object]:
    import torch

    from tests.audio.signals import speech_like
    from tts_align.audio import MelSettings, griffin_lim, magnitude_spectrogram

    settings = MelSettings()
    magnitude = magnitude_spectrogram(torch.from_numpy(speech_like(seconds)), settings)
    return lambda: griffin_lim(magnitude, settings, 32)


def main() -> None:
    """Reads the options, measures, draws, prints a table and keeps it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=list(curves()), help="one curve, which is not kept")
    parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds, at least 5")
    options = parser.parse_args()
    found = measuring.environment("torch", "numpy", "numba")
    chosen = curves() if options.only is None else {options.only: curves()[options.only]}
    measured = {name: (curve, measure(curve, max(5, options.rounds))) for name, curve in chosen.items()}
    text = (
        f"Model of {RECIPE.name}, {max(5, options.rounds)} interleaved rounds. Power: p in time ~ size^p, fitted to "
        f"the three largest sizes.\n\n{table(measured)}"
    )
    print(measuring.headline(found["machine"], found["core"]), text, sep="\n\n")
    if options.only is None:
        for name, (curve, timings) in measured.items():
            draw(measuring.RESULTS / f"growth_{name}.png", curve, timings)
        measuring.save_result(
            "growth",
            title="How the cost grows",
            command="python -m benchmarks.growth",
            text=text,
            found=found,
            figures={
                name: {"axis": curve.axis, "fixed": curve.fixed, "sizes": curve.sizes, "rounds": timings}
                for name, (curve, timings) in measured.items()
            },
            plots=[f"growth_{name}.png" for name in measured],
        )


if __name__ == "__main__":
    main()
