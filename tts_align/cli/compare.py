"""The command `tts-align compare`."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tts_align.comparing.plan import Planned
    from tts_align.report.mechanism_plots import Panel
    from tts_align.report.mechanism_record import ComparisonRecord

RECORD_FILE = "comparison.json"
_LIMIT_MS = 50.0


def compare(
    recipes: Annotated[list[Path], typer.Argument(help="Recipes (TOML) that differ in [attention] only.")],
    corpus: Annotated[Path, typer.Option(help="Folder in LJSpeech layout with true timings in textgrids/.")],
    out: Annotated[Path, typer.Option(help="Folder of the comparison.")],
    updates: Annotated[int | None, typer.Option(min=1, help="Updates of each training; else the recipes'.")] = None,
    seeds: Annotated[str, typer.Option(metavar="LIST", help="Seeds, each a training of every recipe.")] = "1",
    hard: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Hard sentences, text or id|text, to speak at the end.")
    ] = None,
    n_hard: Annotated[int, typer.Option(min=1, help="How many of them, a seeded sample.")] = 200,
    features: Annotated[Path | None, typer.Option(help="Where features are kept; OUT/features if not given.")] = None,
    allow_differences: Annotated[
        bool, typer.Option("--allow-differences", help="Recipes may differ in more than [attention].")
    ] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:1")] = "auto",
) -> None:
    """Train several recipes under one budget, and say in one table which of them aligns, skips, repeats or stalls.

    Every training is an ordinary run folder in OUT/runs. Interrupt it at any time: the same command goes on where it
    was. Another call with the same OUT adds recipes or seeds. A training that fails does not end the others; the same
    command tries it again.

    \b
    Writes in OUT:
      comparison.csv, .json     a line per training
      comparison.md             tables and pictures for a repository
      comparison.html           the same as a page that needs nothing else
      curves.png                word-onset error against updates
      alignments_*.png          the same text, teacher-forced, free-running and hard, by every mechanism

    Exit status: 0 done, 1 a training failed, 130 interrupted.

    \b
    Examples:
      tts-align compare recipes/compare/*.toml --corpus corpora/compare --out runs/compare
      tts-align compare recipes/compare/*.toml --corpus corpora/compare --out runs/c --hard data/hard_sentences.txt
      tts-align compare recipes/compare/gmm*.toml --corpus corpora/compare --out runs/gmm --seeds 1,2 --updates 800
    """
    from tts_align.comparing.all_runs import Comparing
    from tts_align.comparing.all_runs import compare as compare_all
    from tts_align.comparing.hard_list import read_hard_list
    from tts_align.comparing.material import Materials
    from tts_align.comparing.measuring import Yardstick
    from tts_align.comparing.plan import plan
    from tts_align.training.distributed import join_processes

    planned = plan(recipes, out, _seeds(seeds), updates, allow_differences)
    letters = planned[0].recipe.text.letters
    yardstick = Yardstick(_LIMIT_MS, [] if hard is None else read_hard_list(hard, n_hard, letters=letters))
    materials = Materials(corpus, features or out / "features")
    comparing = Comparing(materials, yardstick, join_processes(device), _commands(out))
    record = compare_all(planned, comparing, said=_say, changed=lambda now: _write_tables(out, now))
    _write_pictures(out, record, planned)
    typer.echo(f"{out / 'comparison.html'}")
    if any(run.failure for run in record.runs):
        raise typer.Exit(1)


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _seeds(text: str) -> list[int]:
    from tts_align.errors import RecipeError

    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() for part in parts) or len({int(part) for part in parts}) < len(parts):
        fix = "Example: --seeds 1,2"
        raise RecipeError(where="--seeds", expected="different numbers with commas between", found=repr(text), fix=fix)
    return [int(part) for part in parts]


def _commands(out: Path) -> list[str]:
    """The commands that made this comparison so far, this one last; one that is repeated stands once."""
    from pydantic import ValidationError

    from tts_align.report.mechanism_record import ComparisonRecord

    this = shlex.join(["tts-align", *sys.argv[1:]])
    try:
        before = ComparisonRecord.model_validate_json((out / RECORD_FILE).read_text(encoding="utf8")).commands
    except (OSError, ValidationError):
        before = []
    return [*(command for command in before if command != this), this]


def _write_tables(out: Path, record: "ComparisonRecord") -> None:
    """What is known so far; pictures that are not there yet come at the end."""
    from tts_align.files import write_text
    from tts_align.report.mechanism_table import comparison_csv, comparison_markdown

    write_text(out / RECORD_FILE, record.model_dump_json(indent=1) + "\n")
    write_text(out / "comparison.csv", comparison_csv(record))
    write_text(out / "comparison.md", comparison_markdown(record, []))


def _write_pictures(out: Path, record: "ComparisonRecord", planned: "list[Planned]") -> None:
    from tts_align.files import write_text
    from tts_align.report.mechanism_page import write_mechanism_page
    from tts_align.report.mechanism_plots import draw_curves, draw_side_by_side
    from tts_align.report.mechanism_table import comparison_markdown

    pictures = [(out / "curves.png", "Word-onset error against updates")]
    draw_curves(pictures[0][0], record)
    for kind, caption in (
        ("forced", "A validation text, teacher-forced"),
        ("spoken", "The same text, free-running"),
        ("hard", "A hard sentence, free-running"),
    ):
        panels = _panels(planned, kind)
        if panels:
            pictures.append((out / f"alignments_{kind}.png", caption))
            draw_side_by_side(pictures[-1][0], panels, panels[0].alignment.text)
    write_text(out / "comparison.md", comparison_markdown(record, [(file.name, caption) for file, caption in pictures]))
    write_mechanism_page(out / "comparison.html", record, pictures)


def _panels(planned: "list[Planned]", kind: str) -> "list[Panel]":
    """The example alignment of every mechanism, of its first seed."""
    from tts_align.alignment import load_alignment
    from tts_align.comparing.measuring import EXAMPLES
    from tts_align.report.mechanism_plots import Panel

    found = {}
    for each in planned:
        file = each.folder / EXAMPLES / f"{kind}.npz"
        if each.name not in found and file.exists():
            found[each.name] = Panel(each.name, load_alignment(file))
    return list(found.values())
