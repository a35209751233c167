"""A picture of an alignment: time along x, the text along y, the events marked."""

import os

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from tts_align.alignment import Alignment, Event, is_break
from tts_align.files import atomic_path
from tts_align.report.colours import COLOURS
from tts_align.report.diagnosed import describe

MOST_NAMED = 3  # events in words below the picture
MOST_LABELS = 90  # symbols along the axis; a longer text gets no letters


def alignment_figure(alignment: Alignment, events: list[Event], title: str = "") -> Figure:
    """Draws an alignment without opening a window.

    Args:
        alignment: what to draw.
        events: marked as coloured frames and named below.
        title: above the picture; the text itself if empty.

    Returns:
        A figure with its own canvas, so that `figure.savefig` and TensorBoard's `add_figure` take it.
    """
    height = min(12.0, max(3.0, 1.2 + 0.13 * alignment.n_symbols))
    figure = Figure(figsize=(10.0, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    start_seconds = alignment.start_seconds
    extent = (start_seconds, start_seconds + alignment.seconds, -0.5, alignment.n_symbols - 0.5)
    image = axes.imshow(alignment.weights.T, aspect="auto", origin="lower", interpolation="none", extent=extent)
    image.set(cmap="Blues", clim=(0.0, 1.0))
    _mark(axes, alignment, events)
    happened = "; ".join(describe(event).replace("“", "'").replace("”", "'") for event in events[:MOST_NAMED])
    axes.set_xlabel(_plain(f"seconds     {happened}".rstrip()))
    if alignment.n_symbols <= MOST_LABELS:
        axes.set_yticks(range(alignment.n_symbols), [_label(symbol) for symbol in alignment.symbols], fontsize=7)
    axes.set_ylabel("text")
    axes.set_title(_plain(title or alignment.text)[:110], fontsize=10)
    return figure


def draw_alignment(path: str | os.PathLike[str], alignment: Alignment, events: list[Event], title: str = "") -> None:
    """Writes `alignment_figure` as a PNG, whole or not at all.

    Raises:
        FileError: `path` cannot be written.
    """
    figure = alignment_figure(alignment, events, title)
    with atomic_path(path) as temporary:
        figure.savefig(temporary, format="png", dpi=110)


def _mark(axes: Axes, alignment: Alignment, events: list[Event]) -> None:
    for event in events:
        colour = COLOURS[event.kind]
        start, stop = event.seconds
        axes.axvspan(start, stop, color=colour, alpha=0.12, linewidth=0)
        low, high = event.symbols
        width = max(stop - start, alignment.seconds / 200)
        axes.add_patch(Rectangle((start, low - 0.5), width, high - low, fill=False, edgecolor=colour, linewidth=1.5))
        axes.annotate(event.kind.replace("_", " "), (start, high - 0.5), color=colour, fontsize=8, va="bottom")


def _label(symbol: str) -> str:
    return "_" if not symbol.strip() else ("end" if is_break(symbol) else _plain(symbol))


def _plain(text: str) -> str:
    """Without matplotlib's own markup, and without letters that its font lacks (they would raise a warning)."""
    known = "".join(letter if letter.isprintable() and ord(letter) < 0x250 else "?" for letter in text)
    return known.replace("$", r"\$")
