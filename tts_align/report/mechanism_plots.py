"""Pictures of the comparison of mechanisms: errors against updates, and alignments side by side."""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from tts_align.alignment import Alignment, analyze
from tts_align.files import atomic_path
from tts_align.report.mechanism_record import ComparisonRecord, MechanismRun

_DPI, _PER_LINE, _MOST_NAMED = 80, 5, 3
_FLOOR_MS = 1.0  # a logarithmic axis has no zero


@dataclass(frozen=True)
class Panel:
    """An alignment and the name of the mechanism that made it."""

    name: str
    alignment: Alignment


def draw_curves(path: str | os.PathLike[str], record: ComparisonRecord) -> None:
    """Writes the onset error against updates of all mechanisms, in free running and teacher-forced, as a PNG.

    The first seed of a mechanism is a full line, the others are dashed.

    Raises:
        FileError: `path` cannot be written.
    """
    names = list(dict.fromkeys(run.name for run in record.runs))
    colours = dict(zip(names, _colours(len(names)), strict=True))
    figure = Figure(figsize=(13.0, 6.0), layout="constrained")
    FigureCanvasAgg(figure)
    spoken, forced = figure.subplots(1, 2, sharey=True)
    for axes, regime in ((spoken, "spoken"), (forced, "forced")):
        drawn: set[str] = set()
        for run in record.runs:
            _draw_curve(axes, run, regime, colours[run.name], is_first=run.name not in drawn)
            drawn.add(run.name)
        axes.axhline(record.limit_ms, color="black", linewidth=0.8, linestyle=":")
        axes.set(yscale="log", xlabel="updates", title="free-running" if regime == "spoken" else "teacher-forced")
        axes.grid(alpha=0.25)
    spoken.set_ylabel("median word-onset error, ms")
    handles, labels = spoken.get_legend_handles_labels()
    if handles:
        figure.legend(handles, labels, loc="outside right center", fontsize=8, frameon=False)
    _write(path, figure)


def draw_side_by_side(path: str | os.PathLike[str], panels: Sequence[Panel], title: str) -> None:
    """Writes the alignments of all mechanisms for one text as a PNG: time to the right, the text upward.

    Raises:
        FileError: `path` cannot be written.
    """
    n_lines = max(1, math.ceil(len(panels) / _PER_LINE))
    figure = Figure(figsize=(2.6 * _PER_LINE, 2.3 * n_lines + 0.5), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.subplots(n_lines, _PER_LINE, squeeze=False)
    for axes in grid.flat:
        axes.set_axis_off()
    for axes, panel in zip(grid.flat, panels, strict=False):
        _draw_alignment(axes, panel)
    figure.suptitle(_printable(title)[:140], fontsize=10)
    _write(path, figure)


def _draw_curve(axes: Axes, run: MechanismRun, regime: str, colour: object, *, is_first: bool) -> None:
    curve = run.measured.curve if run.measured else []
    known = [(point.update, getattr(point, f"onset_{regime}_ms")) for point in curve]
    known = [(update, error) for update, error in known if error is not None]
    if known:
        axes.plot(
            [update for update, _ in known],
            [max(error, _FLOOR_MS) for _, error in known],
            color=colour,
            linestyle="-" if is_first else "--",
            linewidth=1.4 if is_first else 0.9,
            label=_printable(run.name) if is_first else "_other seed",
        )


def _draw_alignment(axes: Axes, panel: Panel) -> None:
    alignment = panel.alignment
    axes.set_axis_on()
    extent = (0.0, alignment.seconds, -0.5, alignment.n_symbols - 0.5)
    image = axes.imshow(alignment.weights.T, aspect="auto", origin="lower", interpolation="none", extent=extent)
    image.set(cmap="Blues", clim=(0.0, 1.0))
    axes.tick_params(labelsize=6)
    axes.set_yticks([])
    kinds = list(dict.fromkeys(event.kind.replace("_", " ") for event in analyze(alignment).events))
    happened = ", ".join(kinds[:_MOST_NAMED]) + (" ..." if len(kinds) > _MOST_NAMED else "")
    axes.set_title(f"{_printable(panel.name)}\n{happened or 'clean'}", fontsize=7.5)


def _colours(n: int) -> list[object]:
    first, second, third = (matplotlib.colormaps[name].colors for name in ("tab10", "Dark2", "Set2"))  # type: ignore[attr-defined]
    palette = [*first, *second, *third]
    return [palette[i % len(palette)] for i in range(n)]


def _printable(text: str) -> str:
    """Without matplotlib's own markup, and without letters that its font lacks."""
    known = "".join(letter if letter.isprintable() and ord(letter) < 0x250 else "?" for letter in text)
    return known.replace("$", r"\$")


def _write(path: str | os.PathLike[str], figure: Figure) -> None:
    with atomic_path(path) as temporary:
        figure.savefig(temporary, format="png", dpi=_DPI)
