"""Side-by-side timing in one process: one core, warm-up, interleaved rounds, wall and CPU seconds, what machine it was.

Importing this limits numerical libraries that are loaded later to one thread. A benchmark does this:

    found = measuring.environment("torch", "librosa")        one core, one thread, and what is written about them
    timings = measuring.interleaved([Candidate("ours", call), Candidate("peer", other)], rounds=5)
    measuring.ratios(timings[1], timings[0])                 how many times faster, round by round
    measuring.peak_memory_mib(call)                          what one call takes more than was in use before
    text = measuring.markdown(["what", "wall"], rows)
    measuring.show_and_save("name", "What it is", text, found, figures={...})

That prints the text and writes benchmarks/results/name.json; `python -m benchmarks.table` makes RESULTS.md of all such.
"""

import contextlib
import ctypes
import gc
import importlib.metadata
import json
import os
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tts_align.files import write_text

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[_name] = "1"

RESULTS = Path(__file__).resolve().parent / "results"
ROUND_SECONDS = 0.02  # a round calls as often as fills this, so that the clock's resolution does not matter


@dataclass(frozen=True)
class Candidate:
    """Something to be timed.

    Args:
        name: for the table.
        call: what is timed.
        prepare: run before each call and not timed, for what a call destroys.
    """

    name: str
    call: Callable[[], Any]
    prepare: Callable[[], Any] | None = None


@dataclass(frozen=True)
class Timing:
    """Seconds of each round, for a single call.

    Args:
        name: of the candidate.
        wall: one figure a round.
        cpu: the same in CPU seconds of the process.
        calls: calls in a round.
    """

    name: str
    calls: int
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def per_call(self) -> dict[str, float]:
        """Median, smallest and largest wall seconds, median CPU seconds."""
        middle = statistics.median(self.wall)
        return {
            "wall": middle,
            "wall_min": min(self.wall),
            "wall_max": max(self.wall),
            "cpu": statistics.median(self.cpu),
        }


def pin_to_one_core() -> int | None:
    """Keeps the process on one core, the last that it may use; None where the system cannot."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def environment(*packages: str) -> dict[str, Any]:
    """Pins the process to one core and one thread, and says so: `machine`, `core`, `threads`.

    Args:
        packages: whose versions matter.
    """
    core = pin_to_one_core()
    if "torch" in sys.modules:  # loaded before this file limited it
        sys.modules["torch"].set_num_threads(1)
    return {"machine": machine(*packages), "core": core, "threads": 1}


def machine(*packages: str) -> dict[str, Any]:
    """What the figures depend on: CPU, cores, load, versions."""
    return {
        "cpu": _cpu_name(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in packages},
        "load_average": [round(load, 2) for load in os.getloadavg()],
    }


def interleaved(candidates: list[Candidate], rounds: int) -> list[Timing]:
    """Times the candidates in turn, round by round; every second round in the opposite order.

    Each is called once before, so compilation and first touches are not in it.
    """
    timings = [Timing(candidate.name, _calls_of_a_round(candidate)) for candidate in candidates]
    for number in range(rounds):
        pairs = list(zip(candidates, timings, strict=True))
        for candidate, timing in pairs if number % 2 == 0 else reversed(pairs):
            wall, cpu = _timed(candidate, timing.calls)
            timing.wall.append(wall)
            timing.cpu.append(cpu)
    return timings


def ratios(slow: Timing, fast: Timing) -> dict[str, float]:
    """How many times faster, from the ratio of each round: median, smallest, largest."""
    each = [a / b for a, b in zip(slow.wall, fast.wall, strict=True)]
    return {"median": statistics.median(each), "min": min(each), "max": max(each)}


def peak_memory_mib(call: Callable[[], Any]) -> float | None:
    """The most memory that the process held during the call beyond what it held before it, in MiB; Linux only.

    Call it once before: what is made at the first call and kept is no need of the second. What it returns is not kept.
    """
    reset = Path("/proc/self/clear_refs")
    try:
        reset.write_text("5", encoding="ascii")  # the highest mark becomes what is held now
    except OSError:
        return None
    _give_back()
    before = _kib("VmRSS")
    call()
    return max(0, _kib("VmHWM") - before) / 1024


def kept_memory_mib(call: Callable[[], Any]) -> float | None:
    """What stays in use while the result of a call is kept, in MiB; Linux only. Call it once before, as above.

    For a forward pass: what it keeps for the backward pass.
    """
    if not Path("/proc/self/status").exists():
        return None
    gc.collect()
    _give_back()
    before = _kib("VmRSS")
    kept = call()
    _give_back()
    held = _kib("VmRSS") - before
    del kept
    return max(0, held) / 1024


def markdown(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table.

    Example:
        >>> print(markdown(["what", "wall"], [["ours", "3 ms"]]))
        | what | wall |
        |---|---|
        | ours | 3 ms |
    """
    lines = [f"| {' | '.join(map(str, row))} |" for row in (head, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(head), *lines[1:]])


def save(path: str | Path, record: dict[str, Any]) -> None:
    """Writes a record as JSON; timings become plain dictionaries."""
    write_text(path, json.dumps(record, indent=1, default=asdict) + "\n")


def show_and_save(name: str, title: str, text: str, found: dict[str, Any], figures: dict[str, Any]) -> None:
    """Prints a result under the line of its machine, and writes it with the command that was given.

    Args:
        name: of the benchmark's module, and of the file.
        title, text, found, figures: as of `save_result`.
    """
    print(headline(found["machine"], found["core"]), text, sep="\n\n")
    command = " ".join([f"python -m benchmarks.{name}", *sys.argv[1:]])
    save_result(name, title=title, command=command, text=text, found=found, figures=figures)


def save_result(
    name: str,
    *,
    title: str,
    command: str,
    text: str,
    found: dict[str, Any],
    figures: dict[str, Any],
    plots: Sequence[str] = (),
    folder: str | Path = RESULTS,
) -> Path:
    """Writes folder/name.json, from which `benchmarks.table` makes a section of RESULTS.md.

    Args:
        name: of the file.
        title: of the section.
        command: what was run.
        text: the section's tables and sentences, in Markdown.
        found: of `environment`, at the start.
        figures: everything that was measured.
        plots: names of pictures in the same folder.
        folder: where; it is made.

    Returns:
        The file.
    """
    path = Path(folder) / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = {"title": title, "command": command, "measured": time.strftime("%Y-%m-%d %H:%M", time.gmtime())}
    save(path, head | found | {"text": text, "plots": list(plots), "figures": figures})
    return path


def seconds(value: float) -> str:
    """A time in a unit that reads well.

    Example:
        >>> seconds(0.0000123), seconds(0.0456), seconds(7.89)
        ('12.3 us', '45.6 ms', '7.89 s')
    """
    for factor, unit in ((1.0, "s"), (1e-3, "ms")):
        if value >= factor:
            return f"{value / factor:.3g} {unit}"
    return f"{value / 1e-6:.3g} us"


def headline(found: dict[str, Any], core: int | None) -> str:
    """The machine in one line."""
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    pinned = "not pinned" if core is None else f"one thread on core {core}"
    load = " ".join(map(str, found["load_average"]))
    return f"{found['cpu']}, {found['cores']} cores, {pinned}; load {load}; Python {found['python']}, {versions}"


def _give_back() -> None:
    """Gives free memory back to the system, or the next call would use it again unseen."""
    with contextlib.suppress(AttributeError, OSError):  # not every C library can be asked
        ctypes.CDLL(None).malloc_trim(0)


def _timed(candidate: Candidate, calls: int) -> tuple[float, float]:
    """Wall and CPU seconds of one call."""
    if candidate.prepare is None:
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(calls):
            candidate.call()
        return (time.perf_counter() - wall) / calls, (time.process_time() - cpu) / calls
    total_wall = total_cpu = 0.0
    for _ in range(calls):
        candidate.prepare()
        wall, cpu = time.perf_counter(), time.process_time()
        candidate.call()
        total_cpu += time.process_time() - cpu
        total_wall += time.perf_counter() - wall
    return total_wall / calls, total_cpu / calls


def _calls_of_a_round(candidate: Candidate) -> int:
    if _timed(candidate, 1)[0] > 10:  # whatever was compiled in it, this is no matter of milliseconds
        return 1
    one = max(_timed(candidate, 1)[0], 1e-7)
    return max(1, round(ROUND_SECONDS / one))


def _kib(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf8"), re.MULTILINE)
    return int(found[1]) if found else 0


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"
