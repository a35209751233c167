from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.image import imread

from tests.drawings import spoken
from tts_align.alignment import Alignment, analyze, find_events
from tts_align.report.figure import alignment_figure, draw_alignment


def test_the_picture_has_seconds_along_x_and_the_text_along_y() -> None:
    alignment = spoken("one two three.$", "0:4 8:15")
    figure = alignment_figure(alignment, find_events(alignment))
    (axes,) = figure.axes
    assert axes.get_xlim() == (0.0, pytest.approx(alignment.seconds))
    assert [label.get_text() for label in axes.get_yticklabels()] == [*"one_two_three.", "end"]
    assert "skipped 'two' at" in axes.get_xlabel()
    assert np.array_equal(axes.images[0].get_array(), alignment.weights.T)


def test_a_png_is_written_without_touching_the_backend(tmp_path: Path) -> None:
    before = matplotlib.get_backend(auto_select=False)
    alignment = spoken("one two three.$", "0:4 8:15")
    draw_alignment(tmp_path / "a.png", alignment, analyze(alignment).events)
    assert imread(tmp_path / "a.png").shape[2] == 4
    assert matplotlib.get_backend(auto_select=False) == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.png"]


def test_odd_texts_are_drawn_without_a_warning(tmp_path: Path) -> None:
    text = "$x_1$ 日本 \\frac \n שלום é"
    draw_alignment(tmp_path / "a.png", Alignment(np.eye(len(text)), tuple(text), 0.1), [])
    assert (tmp_path / "a.png").stat().st_size > 1000
