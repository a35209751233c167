"""The comparison of two runs in words, tables and JSON."""

import io
import json

from rich.console import Console

from tts_align.alignment.comparison import Comparison, KindChange, MetricChange, mcnemar_test
from tts_align.report.comparison import comparison_json, comparison_sentence, print_comparison


def compared(n_clean: int = 1, n_faulty: int = 1, only_b: tuple[str, ...] = ()) -> Comparison:
    return Comparison(
        became_clean=tuple(f"c{i}" for i in range(n_clean)),
        became_faulty=tuple(f"[bold]f{i}" for i in range(n_faulty)),
        stayed_faulty=("s0",),
        n_stayed_clean=3,
        p_value=mcnemar_test(n_clean, n_faulty),
        kinds=(KindChange("skip", 4, 2, 3, 2), KindChange("early_stop", 0, 5, 0, 4), KindChange("rush", 0, 0, 0, 0)),
        metrics=(MetricChange("focus_rate", 0.5, 0.75, 0.125, 4, 1, 0.0004), MetricChange("reach", 1, 1, 0, 0, 0, 1.0)),
        only_a=(),
        only_b=only_b,
    )


def printed(comparison: Comparison) -> str:
    out = io.StringIO()
    print_comparison(comparison, "runs/old", "runs/[new]", Console(file=out, width=100))
    return out.getvalue()


def test_the_terminal_shows_kinds_metrics_and_names() -> None:
    lines = [" ".join(line.split()) for line in printed(compared(only_b=("x", "y"))).splitlines()]
    assert lines[:2] == ["A: runs/old", "B: runs/[new]"]
    assert "skip 4 2 -2 3 2" in lines
    assert "early stop 0 5 +5 0 4" in lines
    assert not any(line.startswith("rush") for line in lines)
    assert "focus rate 0.5000 0.7500 +0.1250 4 1 < 0.001" in lines
    assert "reach 1.0000 1.0000 +0.0000 0 0 1" in lines
    assert "Became faulty (1): [bold]f0" in lines
    assert "Only in B (2): x, y" in lines
    assert not any(line.startswith("Only in A") for line in lines)
    assert lines[-1].startswith("No clear difference: of 6 utterances")


def test_of_many_names_the_first_are_shown() -> None:
    assert "Became clean (30): c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11 ..." in printed(compared(n_clean=30))


def test_the_verdict_says_which_is_better_only_if_that_is_clear() -> None:
    assert comparison_sentence(compared(9, 1)).startswith("B is better: of 14 utterances, 9 became clean and 1 became")
    assert comparison_sentence(compared(1, 9)).startswith("B is worse")
    assert "(2 faulty before, 10 after; p = 0.021)" in comparison_sentence(compared(1, 9))
    assert comparison_sentence(compared(4, 1)).startswith("No clear difference")
    assert "p < 0.001" in comparison_sentence(compared(0, 30))


def test_nothing_compared_is_said() -> None:
    nothing = Comparison((), (), (), 0, 1.0, (), (), ("a",), ("b",))
    assert comparison_sentence(nothing) == "There was nothing to compare: no utterance is in both."
    assert "metric" not in printed(nothing) and "Only in A (1): a" in printed(nothing)


def test_the_json_has_all_of_it() -> None:
    record = json.loads(comparison_json(compared(only_b=("x",)), "old", "new"))
    assert (record["version"], record["a"], record["b"], record["p_value"]) == (1, "old", "new", 1.0)
    assert record["utterances"] == {
        "compared": 6,
        "stayed_clean": 3,
        "became_clean": ["c0"],
        "became_faulty": ["[bold]f0"],
        "stayed_faulty": ["s0"],
        "only_a": [],
        "only_b": ["x"],
    }
    assert record["kinds"]["early_stop"] == {"events": [0, 5], "utterances": [0, 4]}
    assert record["metrics"]["focus_rate"]["median_difference"] == 0.125
