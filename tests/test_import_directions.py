"""Rooms import downward only."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "tts_align"
LEAVES = {"errors", "files", "progress"}
MAY_IMPORT = {
    "errors": set(),
    "files": {"errors"},
    "progress": set(),
    "noise": {"compiled_noise"},
    "device": {"errors"},
    "compiled_noise": set(),
    "compiled_product": {"compiled_tiles"},
    "compiled_rows": set(),
    "compiled_tiles": set(),
    "compiled_located": {"compiled_rows", "compiled_tiles"},
    "text": LEAVES,
    "audio": LEAVES,
    "alignment": LEAVES,
    "attention": LEAVES | {"noise"},
    "corpus": LEAVES | {"text", "audio", "alignment", "noise"},
    "model": LEAVES | {"attention", "noise", "compiled_product", "compiled_rows", "compiled_tiles", "compiled_located"},
    "report": LEAVES | {"alignment"},
    "sources": LEAVES | {"alignment"},
    "evaluate": LEAVES | {"model", "alignment"},
    "voice_history": set(),
    "voice": LEAVES | {"model", "audio", "text", "voice_history"},
    "synthesis": LEAVES | {"voice", "model", "audio", "text", "evaluate", "alignment", "noise", "device"},
    "aligner": LEAVES | {"synthesis", "corpus", "audio", "evaluate", "alignment", "noise"},
    "evaluation": LEAVES | {"synthesis", "corpus", "text", "audio", "alignment", "report"},
    "deploy": LEAVES | {"voice", "model", "attention", "text", "evaluate"},
    "training": LEAVES
    | {"model", "corpus", "audio", "text", "alignment", "evaluate", "voice", "voice_history", "noise", "device"},
    "packing": LEAVES | {"training", "voice", "voice_history"},
    "recipe": LEAVES | {"training", "model", "attention", "corpus", "audio", "text"},
    "comparing": LEAVES
    | {"recipe", "training", "model", "corpus", "evaluate", "alignment", "report", "text", "voice", "noise"},
}
TOP = {"cli", "__init__", "__main__"}  # may import anything; nothing imports them


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names += [
                f"{node.module}.{alias.name}" if node.module == "tts_align" else node.module for alias in node.names
            ]
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    rooms = {name.split(".")[1] for name in names if name.startswith("tts_align.")}
    return rooms - {"__version__"}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_imports_only_what_lies_below_its_room(path):
    room = room_of(path)
    if room in TOP:
        return
    assert imported_rooms(path) - {room} <= MAY_IMPORT[room]


def test_every_room_is_listed_and_the_plan_has_no_circle():
    rooms = {room_of(path) for path in PACKAGE.rglob("*.py")} - TOP
    assert rooms == set(MAY_IMPORT)
    done: set[str] = set()
    while len(done) < len(MAY_IMPORT):
        ready = {room for room, below in MAY_IMPORT.items() if below <= done} - done
        assert ready, f"a circle among {set(MAY_IMPORT) - done}"
        done |= ready


def test_the_alignment_room_knows_no_torch_and_nothing_imports_torchaudio_at_import_time():
    for path in PACKAGE.rglob("*.py"):
        at_top = [
            node
            for node in ast.parse(path.read_text(encoding="utf8")).body
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
        names = [node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in at_top]
        assert not any(name.split(".")[0] == "torchaudio" for name in names), path
        if room_of(path) in ("alignment", "report"):
            assert not any(name.split(".")[0] == "torch" for name in names), path
