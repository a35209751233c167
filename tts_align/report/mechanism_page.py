"""The comparison of mechanisms as one HTML file that needs nothing else."""

import base64
import json
import os
from collections.abc import Sequence
from pathlib import Path

import jinja2
from markupsafe import Markup

from tts_align.files import write_text
from tts_align.report.mechanism_record import ComparisonRecord
from tts_align.report.mechanism_table import (
    alignment_columns,
    comparison_sentence,
    explained,
    fault_columns,
    rows_of,
)

_WEB = Path(__file__).parent / "web"


def write_mechanism_page(
    path: str | os.PathLike[str], record: ComparisonRecord, pictures: Sequence[tuple[Path, str]]
) -> None:
    """Writes tables, pictures, settings and commands as a page.

    Args:
        path: the `.html` file.
        record: the comparison.
        pictures: PNG file and caption of each; they are put into the page.

    Raises:
        FileError: `path` cannot be written.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_WEB), autoescape=True, undefined=jinja2.StrictUndefined
    )
    tables = [
        (title, columns, rows_of(record, columns), explained(columns))
        for title, columns in (
            ("Cost and alignment", alignment_columns(record)),
            ("Faults per 100 sentences", fault_columns(record)),
        )
    ]
    settings = {run.name: json.dumps(run.attention, ensure_ascii=False) for run in record.runs}
    page = environment.get_template("mechanisms.html").render(
        record=record,
        sentence=comparison_sentence(record),
        tables=tables,
        settings=settings,
        failures=[(row.name, failure) for row in rows_of(record, []) for failure in row.failures],
        pictures=[(base64.b64encode(file.read_bytes()).decode("ascii"), caption) for file, caption in pictures],
        style=Markup((_WEB / "mechanisms.css").read_text(encoding="utf8")),
    )
    write_text(path, page)
