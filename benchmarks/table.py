"""Makes RESULTS.md of what the benchmarks wrote: one section for each JSON file, no figure typed by hand.

python -m benchmarks.table                     benchmarks/results/*.json to benchmarks/RESULTS.md
python -m benchmarks.table --check             status 1 when RESULTS.md is not what the files say
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks import measuring
from tts_align.files import write_text

ORDER = ("train_step", "free_running", "griffin_lim", "mel_inversion", "input_pipeline", "growth")  # others follow
_NEEDED = ("title", "command", "measured", "machine", "core", "text")


def rendered(folder: Path) -> str:
    """The whole page, from the results in a folder.

    Raises:
        ValueError: a file was not written by `measuring.save_result`.
    """
    paths = sorted(folder.glob("*.json"), key=lambda path: (_place(path.stem), path.stem))
    sections = [_section(path, folder.name) for path in paths]
    top = "# Measured\n\nMade by `python -m benchmarks.table` from `results/*.json`; `make bench` measures again."
    return "\n\n".join([top, *sections]) + "\n"


def _place(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


def _section(path: Path, folder: str) -> str:
    result: dict[str, Any] = json.loads(path.read_text(encoding="utf8"))
    missing = [key for key in _NEEDED if key not in result]
    if missing:
        raise ValueError(f"{path} was not written by measuring.save_result: it has no {', '.join(missing)}")
    parts = [
        f"## {result['title']}",
        f"`{result['command']}`, {result['measured']} UTC. {measuring.headline(result['machine'], result['core'])}.",
        result["text"],
        *(f"![{result['title']}]({folder}/{name})" for name in result.get("plots", [])),
    ]
    return "\n\n".join(parts)


def main() -> None:
    """Reads the options and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, default=measuring.RESULTS, help="the folder of JSON files")
    parser.add_argument("--out", type=Path, default=measuring.RESULTS.parent / "RESULTS.md")
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    options = parser.parse_args()
    page = rendered(options.results)
    if not options.check:
        write_text(options.out, page)
    elif not options.out.exists() or options.out.read_text(encoding="utf8") != page:
        sys.exit(f"{options.out} is not what {options.results} says: run python -m benchmarks.table")


if __name__ == "__main__":
    main()
