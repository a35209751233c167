"""Prints, as Markdown, what peers' scores and ours say of utterances with a known fault.

python -m benchmarks.metric_table            two tables, about a minute
python -m benchmarks.metric_table --draws 50

The first table has one utterance of 100 symbols, 8 steps each, in several conditions. The second asks a question of
many drawn ones (`tests/alignment/planter.py`, soft): how many of those with a fault have a score outside the range of
the middle 98 % of clean ones?
"""

import argparse

import numpy as np

from tests.alignment.planter import plant
from tts_align.alignment import (
    KINDS,
    Alignment,
    Word,
    find_events,
    is_letter,
    likely_path,
    metrics,
    peer_scores,
    words_of,
)

TEXT = "said " * 19 + "said."
STEPS = 8
WIDTH = 0.45  # symbols: standard deviation of the attention about its centre
CUT = 0.01  # of clean utterances on either side of the range
Row = dict[str, float]


def peers_of(weights: np.ndarray, words: list[Word]) -> Row:
    """The scores of `peer_scores` by name."""
    return {
        "alignment_diagonal_score": peer_scores.alignment_diagonal_score(weights),
        "focus_rate": peer_scores.focus_rate(weights),
        "loc_score": peer_scores.loc_score(weights),
        "diagonal_focus_rate": peer_scores.diagonal_focus_rate(weights),
        "guided_attention_loss": peer_scores.guided_attention_loss(weights),
        "optimal_alignment_score": peer_scores.optimal_alignment_score(weights),
        "word_coverage_ratio": peer_scores.word_coverage_ratio(weights, words),
    }


def ours_of(weights: np.ndarray, letters: np.ndarray) -> Row:
    """The path scores of `metrics` by name."""
    path = likely_path(weights)
    n_symbols = weights.shape[1]
    return {
        "reach": metrics.reach(path, n_symbols),
        "completeness": metrics.completeness(path, n_symbols),
        "monotonicity": metrics.monotonicity(path),
        "longest_unattended": metrics.longest_unattended(path, n_symbols),
        "re_entries": metrics.re_entries(path),
        "dwell": metrics.dwell(path, letters),
        "tail": metrics.tail(path, int(np.max(np.flatnonzero(letters), initial=0))),
    }


def both_of(weights: np.ndarray, symbols: tuple[str, ...]) -> Row:
    """All scores of a matrix."""
    letters = np.array([is_letter(symbol) for symbol in symbols])
    return peers_of(weights, words_of(symbols)) | ours_of(weights, letters)


def conditions() -> dict[str, np.ndarray]:
    """One utterance, clean and with each fault: name to (T, 100) weights."""
    rng = np.random.default_rng(0)
    n_symbols = len(TEXT)
    wandering = rng.integers(0, n_symbols, 20)
    orders = {
        "clean": np.arange(n_symbols),
        "a word skipped": np.r_[0:45, 50:n_symbols],
        "a word said twice": np.r_[0:50, 45:n_symbols],
        "stopped at 60 %": np.arange(60),
        "stuck on a letter for 80 steps": np.r_[0:47, [47] * 9, 47:n_symbols],
        "babble after the end": np.r_[0:n_symbols, wandering],
        "symbols in random order": rng.permutation(n_symbols),
    }
    return {name: attention(order.repeat(STEPS), n_symbols) for name, order in orders.items()}


def attention(path: np.ndarray, n_symbols: int) -> np.ndarray:
    """Soft attention about each position of a path: (T, N) rows that sum to one."""
    weights = np.exp(-0.5 * ((np.arange(n_symbols)[None] - path[:, None]) / WIDTH) ** 2)
    return weights / weights.sum(axis=1, keepdims=True)


def first_table() -> str:
    """Scores of each condition, one column a condition."""
    weights = conditions()
    rows = {name: both_of(matrix, tuple(TEXT)) for name, matrix in weights.items()}
    # the one score that peers take over the padded batch
    padded = np.pad(weights["clean"], ((0, 0), (0, len(TEXT))))
    rows["clean, text padded to twice"] = dict.fromkeys(rows["clean"], float("nan")) | {
        "alignment_diagonal_score": peer_scores.alignment_diagonal_score(padded)
    }
    columns = {case: {name: _short(row[name]) for name in row} for case, row in rows.items()}
    return _markdown("score", columns)


def second_table(draws: int) -> str:
    """Share of drawn utterances with a score outside the range of clean ones, one column a kind."""
    clean = _drawn_rows(None, 0, draws * 2)
    low = {name: float(np.quantile([row[name] for row in clean], CUT)) for name in clean[0]}
    high = {name: float(np.quantile([row[name] for row in clean], 1 - CUT)) for name in clean[0]}
    columns: dict[str, dict[str, str]] = {}
    for kind in (None, *KINDS):
        rows = _drawn_rows(kind, 10_000, draws)
        outside = {name: [not low[name] <= row[name] <= high[name] for row in rows] for name in low}
        shares = {name: float(np.mean(hits)) for name, hits in outside.items()}
        shares["the event itself"] = _events_found(kind, 10_000, draws)
        columns[kind or "clean"] = {name: f"{100 * share:.0f} %" for name, share in shares.items()}
    return _markdown("outside the clean range", columns)


def _drawn_rows(kind: str | None, first_seed: int, draws: int) -> list[Row]:
    alignments = _drawn(kind, first_seed, draws)
    return [both_of(_whole_rows(alignment.weights), alignment.symbols) for alignment in alignments]


def _drawn(kind: str | None, first_seed: int, draws: int) -> list[Alignment]:
    return [plant(seed, kind, "soft").alignment for seed in range(first_seed, first_seed + draws)]


def _whole_rows(weights: np.ndarray) -> np.ndarray:
    """Rows that sum to one, as the peers' scores take them; they would see a lower mass as blur."""
    shares: np.ndarray = weights / weights.sum(axis=1, keepdims=True)
    return shares


def _events_found(kind: str | None, first_seed: int, draws: int) -> float:
    """Share with an event of the kind; of any kind for clean ones."""
    found = [{event.kind for event in find_events(alignment)} for alignment in _drawn(kind, first_seed, draws)]
    return float(np.mean([bool(kinds) if kind is None else kind in kinds for kinds in found]))


def _ours() -> list[str]:
    return list(ours_of(np.eye(3), np.ones(3, dtype=bool)))


def _short(value: float) -> str:
    if np.isnan(value):
        return "-"
    if value == round(value):
        return f"{value:.0f}"
    return f"{value:.4f}" if value >= 0.001 else f"{value:.1e}"


def _markdown(corner: str, columns: dict[str, dict[str, str]]) -> str:
    names = list(next(iter(columns.values())))
    ours = {*_ours(), "the event itself"}
    lines = [f"| {corner} | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
    for name in names:
        label = f"**{name}**" if name in ours else name
        lines.append(f"| {label} | {' | '.join(columns[case][name] for case in columns)} |")
    return "\n".join(lines)


def main() -> None:
    """Reads the options and prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=300, help="drawn utterances of each kind")
    options = parser.parse_args()
    print(first_table(), end="\n\n")
    print(second_table(options.draws))


if __name__ == "__main__":
    main()
