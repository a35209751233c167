"""Times the monotone search against the Cython one of the package `monotonic-alignment-search`.

python -m benchmarks.monotonic_search                     needs the extra `bench`
python -m benchmarks.monotonic_search --rounds 21 --json search.json

Both get the same float32 scores, each in the layout that it wants, made before. Function against function: ours takes
an array and gives positions, the peer's takes tensors and gives a matrix of zeros and ones. Loop against loop: the
compiled search alone, with all arrays given and, where it destroys them, reset beforehand. And weights to path, with
the logarithm, which the peer leaves to its caller. The paths must have the same sum of scores.
"""

import argparse

import numpy as np

from benchmarks import measuring
from benchmarks.measuring import Candidate
from tts_align.alignment import monotone_path
from tts_align.alignment.monotone import monotone_path_of_scores
from tts_align.alignment.monotone_kernel import search
from tts_align.alignment.path_search import FLOOR

SIZES = ((120, 600), (1000, 4000))  # symbols, steps
OURS, OUR_LOOP = "tts_align, monotone_path_of_scores", "tts_align, its loop alone"
PEER, PEER_LOOP = "monotonic-alignment-search, maximum_path", "monotonic-alignment-search, its loop alone"
WITH_LOG = "tts_align, monotone_path (with the logarithm)"
AGAINST = {PEER: OURS, PEER_LOOP: OUR_LOOP}


def made_weights(n_symbols: int, n_steps: int, seed: int = 0) -> np.ndarray:
    """Blurred attention with a natural pace and some noise: (T, N) float32."""
    rng = np.random.default_rng(seed)
    pace = rng.gamma(3.0, size=n_symbols)
    centre = np.interp(np.linspace(0, pace.sum(), n_steps), np.cumsum(pace), np.arange(n_symbols))
    centre += rng.normal(0.0, 0.4, n_steps)
    weights = np.exp(-0.5 * ((np.arange(n_symbols)[None] - centre[:, None]) / 1.1) ** 2) + 0.002 * rng.random(
        (n_steps, n_symbols)
    )
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


def candidates_for(weights: np.ndarray) -> tuple[list[Candidate], dict[str, np.ndarray]]:
    """What is timed on these weights, and the path that each finds."""
    import torch
    from monotonic_alignment_search import maximum_path
    from monotonic_alignment_search.core import maximum_path_c

    torch.set_num_threads(1)
    n_steps, n_symbols = weights.shape
    scores = np.log(weights + np.float32(FLOOR))
    by_symbol = np.ascontiguousarray(scores.T)[None]  # (1, N, T), as the peer wants it
    value, mask = torch.from_numpy(by_symbol.copy()), torch.ones(by_symbol.shape)
    filled, cells = np.zeros(by_symbol.shape, dtype=np.int32), by_symbol.copy()
    lengths = np.array([n_symbols], dtype=np.int32), np.array([n_steps], dtype=np.int32)

    def reset() -> None:  # the loop adds up in place and only writes ones
        filled[:] = 0
        cells[:] = by_symbol

    def loop() -> None:
        maximum_path_c(filled, cells, *lengths)

    found = np.empty(n_steps, dtype=np.int64)

    candidates = [
        Candidate(OURS, lambda: monotone_path_of_scores(scores)),
        Candidate(PEER, lambda: maximum_path(value, mask)),
        Candidate(OUR_LOOP, lambda: search(scores, n_symbols, found)),
        Candidate(PEER_LOOP, loop, prepare=reset),
        Candidate(WITH_LOG, lambda: monotone_path(weights)),
    ]
    reset()
    loop()
    paths = {
        OURS: monotone_path_of_scores(scores),
        PEER_LOOP: filled[0].argmax(axis=0),
        PEER: maximum_path(value, mask)[0].argmax(dim=0).numpy(),
        WITH_LOG: monotone_path(weights),
    }
    exact = scores.astype(np.float64)
    sums = {name: float(exact[np.arange(n_steps), path].sum()) for name, path in paths.items()}
    assert max(sums.values()) - min(sums.values()) <= 1e-6 * abs(sums[OURS]), sums
    return candidates, paths


def measure(n_symbols: int, n_steps: int, rounds: int) -> dict[str, object]:
    """Times all candidates on one size."""
    candidates, paths = candidates_for(made_weights(n_symbols, n_steps))
    timings = {timing.name: timing for timing in measuring.interleaved(candidates, rounds)}
    return {
        "n_symbols": n_symbols,
        "n_steps": n_steps,
        "same_path": {name: bool(np.array_equal(path, paths[OURS])) for name, path in paths.items()},
        "per_call": {name: timing.per_call() for name, timing in timings.items()},
        "times_faster": {name: measuring.ratios(timings[name], timings[ours]) for name, ours in AGAINST.items()},
        "rounds": list(timings.values()),
    }


def table(results: list[dict]) -> str:
    """The results as Markdown."""
    lines = [
        "| symbols x steps | what | wall, median (smallest - largest) | CPU | times ours, each round |",
        "|---|---|---|---|---|",
    ]
    for result in results:
        for name, each in result["per_call"].items():
            wall = measuring.seconds(each["wall"])
            spread = f"{measuring.seconds(each['wall_min'])} - {measuring.seconds(each['wall_max'])}"
            times = result["times_faster"].get(name)
            ratio = f"{times['median']:.1f} ({times['min']:.1f} - {times['max']:.1f})" if times else ""
            size = f"{result['n_symbols']} x {result['n_steps']}"
            lines.append(f"| {size} | {name} | {wall} ({spread}) | {measuring.seconds(each['cpu'])} | {ratio} |")
    return "\n".join(lines)


def main() -> None:
    """Reads the options, measures, prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15, help="interleaved rounds, at least 5")
    parser.add_argument("--json", help="also write everything there")
    options = parser.parse_args()
    core = measuring.pin_to_one_core()
    found = measuring.machine("numpy", "numba", "torch", "monotonic-alignment-search")
    results = [measure(*size, rounds=max(5, options.rounds)) for size in SIZES]
    print(measuring.headline(found, core), table(results), sep="\n\n")
    if options.json:
        measuring.save(options.json, {"machine": found, "core": core, "results": results})


if __name__ == "__main__":
    main()
