"""Times one row of every attention mechanism, by the length of the text, with and without a window.

python -m benchmarks.attention_steps                     all kinds, 100 to 10,000 symbols, about a minute

One utterance, E = Q = 256, A = 128, speaking (decisions where a kind makes them), the mechanisms with the settings of
the registry. Both columns of a kind look at the same text from the same row, all weight on the middle symbol.
"""

import argparse
from dataclasses import replace
from typing import Any

from benchmarks import measuring
from benchmarks.measuring import Candidate

SIZE, WINDOW, LENGTHS = 256, 16, (100, 1000, 10_000)


def candidate(kind: str, window: int, n_symbols: int) -> Candidate:
    """One row of a mechanism in the middle of a text."""
    import torch

    from tts_align.attention import MECHANISMS, build_attention

    torch.manual_seed(0)
    config = MECHANISMS[kind](**({"window": window} if window else {}))
    attention = build_attention(config, SIZE, SIZE).eval().requires_grad_(False)
    mask = torch.ones(1, n_symbols, dtype=torch.bool)
    memory = attention.prepare(
        torch.randn(1, n_symbols, SIZE), mask, decide=True, durations=torch.full((1, n_symbols), 3.0)
    )
    middle = torch.nn.functional.one_hot(torch.tensor([n_symbols // 2]), n_symbols).float()
    state = replace(attention.start(memory), weights=middle, cumulative=middle, step=1)
    query = torch.randn(1, SIZE)
    return Candidate(f"{kind}, window {window}" if window else kind, lambda: attention(query, memory, state))


def measure(rounds: int) -> dict[int, dict[str, float]]:
    """Wall seconds of a row, by length and candidate."""
    from tts_align.attention import MECHANISMS

    found: dict[int, dict[str, float]] = {}
    for n_symbols in LENGTHS:
        candidates = []
        for kind, settings in MECHANISMS.items():
            windows = (0, WINDOW) if "window" in settings.model_fields and kind != "scored" else (0,)
            candidates += [candidate(kind, window, n_symbols) for window in windows if kind != "scored"]
        timings = measuring.interleaved(candidates, rounds)
        found[n_symbols] = {timing.name: timing.per_call()["wall"] for timing in timings}
    return found


def table(found: dict[int, dict[str, float]]) -> str:
    """The rows as Markdown."""
    names = found[LENGTHS[0]]
    rows: list[list[Any]] = [[name, *(measuring.seconds(found[n][name]) for n in LENGTHS)] for name in names]
    return measuring.markdown(["what", *(f"{n:,} symbols" for n in LENGTHS)], rows)


def main() -> None:
    """Reads the options, measures, prints a table and writes the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9, help="interleaved rounds, at least 5")
    parser.add_argument("--dry", action="store_true", help="print only, write no result")
    options = parser.parse_args()
    environment, rounds = measuring.environment("torch"), max(5, options.rounds)
    found = measure(rounds)
    text = f"{rounds} rounds, E = Q = {SIZE}, window {WINDOW}.\n\n{table(found)}"
    print(measuring.headline(environment["machine"], environment["core"]), text, sep="\n\n")
    if not options.dry:
        measuring.save_result(
            "attention_steps",
            title="One row of attention",
            command=f"python -m benchmarks.attention_steps --rounds {rounds}",
            text=text,
            found=environment,
            figures={str(n_symbols): each for n_symbols, each in found.items()},
        )


if __name__ == "__main__":
    main()
