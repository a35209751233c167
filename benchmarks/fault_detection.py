"""How well the diagnosis finds planted faults, and what each threshold trades: recall, precision, clean ones blamed.

python -m benchmarks.fault_detection                     20,000 planted and 20,000 clean alignments (some minutes)
python -m benchmarks.fault_detection --sweep             recall and precision against each threshold
python -m benchmarks.fault_detection --json faults.json
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.alignment.planter import STYLES, Planted, plant
from tts_align.alignment import Thresholds, find_events
from tts_align.files import write_text

SETS = [(style, kind) for style, kinds in STYLES.items() for kind in kinds]
SWEEP_SEED = 1_000_000  # another set than the one that is reported
SWEPT: dict[str, tuple[str, tuple[float, ...]]] = {
    "skip_share": ("skip", (0.1, 0.18, 0.25, 0.32, 0.4)),
    "skip_steps_short": ("skip", (1.5, 2.2, 3.0, 4.0, 6.0)),
    "repeat_share": ("repeat", (0.1, 0.18, 0.25, 0.35, 0.5)),
    "repeat_share_wobble": ("repeat", (0.3, 0.5, 0.7, 1.0, 1.5)),
    "rush_share": ("rush", (0.24, 0.3, 0.36, 0.42, 0.5)),
    "stall_seconds": ("stall", (0.25, 0.35, 0.5, 0.7, 1.0)),
    "collapse_seconds": ("collapse", (0.1, 0.2, 0.3, 0.45, 0.7)),
    "babble_seconds": ("babble", (0.4, 0.6, 0.8, 1.2, 2.0)),
    "unsaid_share": ("early_stop", (0.1, 0.3, 0.5, 0.7, 0.9)),
}


def main() -> None:
    """Runs what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--planted", type=int, default=20_000, help="alignments with a fault, evenly over all kinds")
    parser.add_argument("--clean", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=100_000, help="of the first one")
    parser.add_argument("--sweep", action="store_true", help="vary the thresholds one by one, on 400 of each kind")
    parser.add_argument("--json", type=Path, help="write the counts there too")
    given = parser.parse_args()
    if given.sweep:
        _sweep(400)
        return
    counts = {
        f"{style} {kind}": _counted(_drawn(style, kind, given.planted // len(SETS), given.seed)) for style, kind in SETS
    }
    for style in STYLES:
        counts[f"{style} clean"] = _counted(_drawn(style, None, given.clean // len(STYLES), given.seed))
    _show(counts)
    if given.json:
        write_text(given.json, json.dumps(counts, indent=1) + "\n")


def _drawn(style: str, kind: str | None, n: int, seed: int) -> Iterator[Planted]:
    return (plant(each, kind, style) for each in range(seed, seed + n))


def _counted(drawn: Iterable[Planted], thresholds: Thresholds | None = None) -> Counter[str]:
    """`n` alignments; `found`: the kind was, `right`: at the word; `events`: all, `true`: of the kind, at the word."""
    counts: Counter[str] = Counter(n=0, found=0, right=0, events=0, true=0, faulty=0)
    for planted in drawn:
        events = find_events(planted.alignment, thresholds)
        same = [event for event in events if event.kind == planted.kind]
        named = [event for event in same if not planted.words or set(planted.words) & set(event.words)]
        counts.update(n=1, found=bool(same), right=bool(named), faulty=bool(events))
        counts.update(events=len(events), true=len(named))
    return counts


def _show(counts: dict[str, Counter[str]]) -> None:
    print("| set | n | found | at the word | other events |\n|---|---|---|---|---|")
    for name, count in counts.items():
        n = count["n"]
        if name.endswith("clean"):
            print(f"| {name} | {n} | | | {count['faulty'] / n:.2%} of them called faulty |")
        else:
            others = (count["events"] - count["true"]) / n
            print(f"| {name} | {n} | {count['found'] / n:.2%} | {count['right'] / n:.2%} | {others:.3f} each |")
    planted = sum((count for name, count in counts.items() if not name.endswith("clean")), Counter())
    clean = sum((count for name, count in counts.items() if name.endswith("clean")), Counter())
    precision = planted["true"] / (planted["events"] + clean["events"])
    print(
        f"\nrecall {planted['found'] / planted['n']:.2%}, at the right word {planted['right'] / planted['n']:.2%}, ",
        end="",
    )
    print(f"precision {precision:.2%}, clean called faulty {clean['faulty'] / clean['n']:.2%}")


def _sweep(n: int) -> None:
    clean = [planted for style in STYLES for planted in _drawn(style, None, n, SWEEP_SEED)]
    print("| threshold | value | recall | precision | clean called faulty |\n|---|---|---|---|---|")
    for name, (kind, values) in SWEPT.items():
        faulty = [planted for style, each in SETS if each == kind for planted in _drawn(style, kind, n, SWEEP_SEED)]
        for value in values:
            thresholds = Thresholds(**{name: value})
            found, blamed = _counted(faulty, thresholds), _counted(clean, thresholds)
            precision = found["true"] / max(1, found["events"] + blamed["events"])
            mark = " (default)" if value == getattr(Thresholds(), name) else ""
            shares = f"{found['right'] / found['n']:.2%} | {precision:.2%} | {blamed['faulty'] / blamed['n']:.2%}"
            print(f"| `{name}` | {value:g}{mark} | {shares} |", flush=True)


if __name__ == "__main__":
    main()
