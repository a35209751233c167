import io

import pytest
from rich.console import Console

from tests.report.judged import SKIP, judged, run_into_limit
from tts_align.alignment import CAUSES, KINDS, Ending, Event
from tts_align.report import Diagnosed, Summary, describe, describe_ending
from tts_align.report.text import MOST_LINES, MOST_ROWS


def printed(*diagnosed: Diagnosed, everything: bool = False, width: int = 100) -> str:
    out = io.StringIO()
    summary = Summary(everything)
    for each in diagnosed:
        summary.add(each)
    summary.show(Console(file=out, width=width))
    return out.getvalue()


def test_every_kind_of_event_is_said_in_words_and_with_its_time() -> None:
    for kind in KINDS:
        for words in ((), ("cottage",), ("a",) * 9):
            sentence = describe(Event(kind, (0, 3), words, (1, 2), (1.324, 1.5), 0.5))
            assert "1.50 s" in sentence
    assert describe(Event("repeat", (0, 3), ("a", "b"), (1, 2), (0.0, 1.0), 0.5)) == "said “a b” again at 0.00-1.00 s"


def test_a_loop_says_how_often() -> None:
    event = Event("repeat", (0, 2), ("no",), (1, 2), (0.0, 1.0), 1.0, times=4)
    assert describe(event) == "said “no” 4 more times at 0.00-1.00 s"


@pytest.mark.parametrize("words", [(), ("boys",)])
def test_every_reason_for_the_step_limit_is_said_in_words(words: tuple[str, ...]) -> None:
    said = {describe_ending(Ending(cause, (5, 6), words)) for cause in CAUSES}
    assert len(said) == len(CAUSES)
    assert all(sentence.startswith("ran into its step limit: it ") for sentence in said)
    stuck = describe_ending(Ending("stuck", (5, 6), words))
    assert stuck.endswith("it stood still at “boys”" if words else "it stood still between words")


def test_the_summary_names_the_word_tells_what_helps_and_ends_with_the_verdict() -> None:
    lines = printed(judged("bad", SKIP)).splitlines()
    assert "bad: skipped “three” at 0.69-0.75 s" in lines
    assert lines[lines.index("What usually helps") + 1].strip().startswith("skip  Use stepwise monotonic attention")
    assert lines[-1] == "1 of 1 utterance is faulty: 1 skip. 4 words in 1.2 s of speech."


def test_a_clean_run_that_hit_its_limit_is_told_of() -> None:
    text = printed(run_into_limit("a")[0])
    assert "a: ran into its step limit: it had reached the end of the text, but the stop gate did not fire" in text
    assert "step limit, gate silent" in text
    assert "The utterance is clean" in text


def test_hints_come_once_for_each_kind() -> None:
    text = printed(judged("a", SKIP), judged("b", SKIP), judged("c"))
    assert text.count("Use stepwise monotonic attention") == 1
    assert "What usually helps" not in printed(judged("c"))


def test_of_many_utterances_the_faulty_come_first_and_the_rest_is_counted() -> None:
    many = [judged(f"u{i}", SKIP if i % 50 == 49 else None) for i in range(500)]
    lines = printed(*many).splitlines()
    assert [line.split()[0] for line in lines[1:11]] == [f"u{i}" for i in range(49, 500, 50)]
    assert f"... and {500 - MOST_ROWS} more utterances; --all lists them" in lines
    assert len(lines) < MOST_ROWS + 25
    assert lines[-1].startswith("10 of 500 utterances are faulty: 10 skips.")


def test_of_many_faults_the_first_are_said_and_the_rest_is_counted() -> None:
    many = [judged(f"u{i}", SKIP) for i in range(200)]
    text = printed(*many)
    n_said = text.count(": skipped “three”")
    assert n_said == min(MOST_ROWS, MOST_LINES)
    assert f"... and {200 - n_said} more faults; --all lists them" in text


def test_all_are_listed_if_asked_for() -> None:
    text = printed(*(judged(f"u{i}", SKIP) for i in range(200)), everything=True)
    assert text.count(": skipped “three”") == 200
    assert "more" not in text.split("What usually helps")[0]


def test_brackets_in_names_and_texts_are_not_markup() -> None:
    text = printed(judged("[bold]x[/nothing]", "0:4 14:24", "one a[red]two three four"))
    assert "[bold]x[/nothing]: skipped “a[red]two” at" in text


def test_nothing_to_judge_is_said() -> None:
    assert printed().strip() == "There was nothing to judge."
