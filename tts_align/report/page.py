"""The diagnosis as one HTML file that needs nothing else: maps, sound and events to click."""

import base64
import json
import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
from markupsafe import Markup

from tts_align.alignment import Alignment, figures, words_of
from tts_align.errors import FileError
from tts_align.files import write_text
from tts_align.report.diagnosed import Diagnosed, describe
from tts_align.report.figure import COLOURS
from tts_align.report.record import event_record
from tts_align.report.text import verdict_sentence

SHOWN_METRICS = ("locality", "monotonicity", "completeness", "focus_rate", "attention_mass")
_WAVE_BYTES = 40_000_000  # a longer recording would make a page that no browser opens


def write_page(path: str | os.PathLike[str], diagnosed: Sequence[Diagnosed], title: str = "Alignment report") -> None:
    """Writes a self-contained HTML page: table, and for each utterance the map, the text, the events, the sound.

    Texts may hold anything; they are escaped. The sound is put in where `wave_path` names a file.

    Args:
        path: the `.html` file.
        diagnosed: the utterances, in the order of the page.
        title: its heading.

    Raises:
        FileError: `path` cannot be written, or a wave cannot be read.
    """
    write_text(path, page_html(diagnosed, title))


def page_html(diagnosed: Sequence[Diagnosed], title: str = "Alignment report") -> str:
    """The page of `write_page` as text."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=jinja2.StrictUndefined
    )
    corpus = figures(each.analysis for each in diagnosed)
    return environment.get_template("page.html").render(
        title=title,
        sentence=verdict_sentence(corpus),
        clean=corpus.n_faulty == 0,
        counts=[(kind.replace("_", " "), kind, n) for kind, n in corpus.events.items() if n],
        rows=[_row(each) for each in diagnosed],
        metric_names=SHOWN_METRICS,
        colours=COLOURS,
        payloads=[_script_safe(_payload(each)) for each in diagnosed],
    )


def _row(each: Diagnosed) -> dict[str, Any]:
    return {
        "id": each.id,
        "text": each.alignment.text,
        "verdict": each.analysis.verdict,
        "seconds": each.analysis.seconds,
        "metrics": [each.analysis.metrics[name] for name in SHOWN_METRICS],
        "kinds": sorted({event.kind for event in each.analysis.events}),
        "n_events": len(each.analysis.events),
    }


def _payload(each: Diagnosed) -> dict[str, Any]:
    """All that the page's script draws from."""
    alignment = each.alignment
    events = [event_record(event) | {"sentence": describe(event)} for event in each.analysis.events]
    return {
        "id": each.id,
        "text": alignment.text,
        "verdict": each.analysis.verdict,
        "seconds": alignment.seconds,
        "steps": alignment.n_steps,
        "symbols": list(alignment.symbols),
        "words": [[word.start, word.stop] for word in words_of(alignment.symbols)],
        "metrics": each.analysis.metrics,
        "events": events,
        "map": _packed(alignment),
        "wave": _wave(each.wave_path),
    }


def _packed(alignment: Alignment) -> str:
    """(T, N) weights as bytes 0-255, deflated, in base64."""
    levels = np.clip(np.rint(alignment.weights * 255.0), 0, 255).astype(np.uint8)
    return base64.b64encode(zlib.compress(levels.tobytes(), 9)).decode("ascii")


def _wave(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        if path.stat().st_size > _WAVE_BYTES:
            return None
        return base64.b64encode(path.read_bytes()).decode("ascii")
    except OSError as error:
        found = error.strerror or str(error)
        fix = "Move it away to make the page without its sound."
        raise FileError(where=str(path), expected="a sound file that can be read", found=found, fix=fix) from error


def _script_safe(value: Any) -> Markup:
    """JSON that can stand inside a script element whatever the strings in it hold."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))
