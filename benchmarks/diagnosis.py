"""Times the diagnosis: of alignments in memory, and of files on disk with its peak memory.

python -m benchmarks.diagnosis                           10,000 alignments, 2,000 files, about two minutes
python -m benchmarks.diagnosis --files 100000            the full check of the streaming command
python -m benchmarks.diagnosis --faulty 1 --hard 0       all with a fault, all soft

Alignments of 120 symbols x 600 steps (`benchmarks/drawn.py`) are made in a pool and taken in turn. On one core; what
is compiled at the first call is not in it. The files are hard links to those of the pool, so that 100,000 need no more
room than 200; they are read, unpacked, judged and reported by `tts-align diagnose` in a process of its own, once for a
tenth of them and once for all: memory that grows with their number shows.
"""

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import drawn, measuring
from benchmarks.measuring import Candidate
from tts_align.alignment import Alignment, analyze, save_alignment

N_SYMBOLS, N_STEPS = 120, 600


def measure_analyze(pool: list[Alignment], n_alignments: int, rounds: int) -> dict:
    """Seconds for so many alignments: judging checked ones, and checking and judging plain matrices."""
    n_round = -(-n_alignments // rounds)
    for alignment in pool:  # compiles, and meets each fault once
        analyze(alignment)
    in_turn = itertools.cycle(pool)
    matrices = itertools.cycle([(each.weights.copy(), each.symbols, each.seconds_per_step) for each in pool])

    def judge() -> None:
        for _ in range(n_round):
            analyze(next(in_turn))

    def check_and_judge() -> None:
        for _ in range(n_round):
            analyze(Alignment(*next(matrices)))

    candidates = [
        Candidate("analyze(alignment)", judge),
        Candidate("analyze(Alignment(weights, ...))", check_and_judge),
    ]
    timings = measuring.interleaved(candidates, rounds)
    scale = n_alignments / n_round
    return {
        "n_alignments": n_alignments,
        "rounds": rounds,
        "n_faulty_found": sum(analyze(alignment).verdict == "faulty" for alignment in pool),
        "seconds": {each.name: {key: value * scale for key, value in each.per_call().items()} for each in timings},
    }


def measure_files(pool: list[Alignment], n_files: int, workers: int) -> list[dict]:
    """Time and peak memory of `tts-align diagnose` over a tenth of the files and over all."""
    with tempfile.TemporaryDirectory(prefix="diagnosis-") as made:
        folder = Path(made)
        for i, alignment in enumerate(pool):
            save_alignment(folder / f"pool/{i}.npz", alignment)
        return [_diagnose(folder, len(pool), count, workers) for count in (max(n_files // 10, 1), n_files)]


def _diagnose(folder: Path, n_pool: int, n_files: int, workers: int) -> dict:
    linked = folder / f"files{n_files}"
    linked.mkdir()
    for i in range(n_files):
        os.link(folder / f"pool/{i % n_pool}.npz", linked / f"{i:06}.npz")
    report = folder / f"report{n_files}.json"
    arguments = ["-m", "tts_align", "diagnose", str(linked), "--json", str(report), "--workers", str(workers)]
    start = time.perf_counter()
    child = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f"diagnose ended with status {child.returncode}")
    return {
        "n_files": n_files,
        "workers": workers,
        "wall": wall,
        "cpu": used.ru_utime + used.ru_stime,
        "peak_memory_mib": used.ru_maxrss / 1024,  # of the largest process; Linux counts in KiB
        "report_mib": report.stat().st_size / 2**20,
    }


def tables(judged: dict, read: list[dict], share_faulty: float, share_hard: float) -> str:
    """The results as Markdown."""
    lines = [
        f"{judged['n_alignments']:,} alignments of {N_SYMBOLS} x {N_STEPS}, {share_faulty:.0%} with a fault, "
        f"{share_hard:.0%} hard, {judged['rounds']} interleaved rounds:",
        "",
        "| what | wall, median (smallest - largest) | CPU |",
        "|---|---|---|",
    ]
    for name, each in judged["seconds"].items():
        spread = f"{measuring.seconds(each['wall_min'])} - {measuring.seconds(each['wall_max'])}"
        wall, cpu = measuring.seconds(each["wall"]), measuring.seconds(each["cpu"])
        lines.append(f"| {name} | {wall} ({spread}) | {cpu} |")
    lines += [
        "",
        "| files | workers | wall | CPU | ms a file | peak memory | report |",
        "|---|---|---|---|---|---|---|",
    ]
    for each in read:
        lines.append(
            f"| {each['n_files']:,} | {each['workers']} | {measuring.seconds(each['wall'])} "
            f"| {measuring.seconds(each['cpu'])} | {1000 * each['wall'] / each['n_files']:.2f} "
            f"| {each['peak_memory_mib']:.0f} MiB | {each['report_mib']:.1f} MiB |"
        )
    return "\n".join(lines)


def main() -> None:
    """Reads the options, measures, prints tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alignments", type=int, default=10_000)
    parser.add_argument("--files", type=int, default=2_000, help="0: leave the files out")
    parser.add_argument("--workers", type=int, default=1, help="of the command")
    parser.add_argument("--pool", type=int, default=200, help="different alignments")
    parser.add_argument("--faulty", type=float, default=0.2, help="share with a fault")
    parser.add_argument("--hard", type=float, default=0.5, help="share with one-hot rows")
    parser.add_argument("--rounds", type=int, default=5, help="at least 5")
    parser.add_argument("--json", help="also write everything there")
    options = parser.parse_args()
    core = measuring.pin_to_one_core()
    found = measuring.machine("numpy", "numba")
    pool = drawn.pool(options.pool, N_SYMBOLS, N_STEPS, options.faulty, options.hard)
    judged = measure_analyze(pool, options.alignments, max(5, options.rounds))
    read = measure_files(pool, options.files, options.workers) if options.files else []
    print(measuring.headline(found, core), tables(judged, read, options.faulty, options.hard), sep="\n\n")
    if options.json:
        settings = vars(options)
        measuring.save(options.json, {"machine": found, "core": core, "options": settings, **judged, "files": read})


if __name__ == "__main__":
    main()
