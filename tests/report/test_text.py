import io

from rich.console import Console

from tests.drawings import spoken
from tts_align.alignment import KINDS, Event, analyze
from tts_align.report import Diagnosed, describe, print_summary


def printed(*diagnosed: Diagnosed) -> str:
    out = io.StringIO()
    print_summary(diagnosed, Console(file=out, width=100))
    return out.getvalue()


def test_every_kind_of_event_is_said_in_words_and_with_its_time() -> None:
    for kind in KINDS:
        for words in ((), ("cottage",), ("a",) * 9):
            sentence = describe(Event(kind, (0, 3), words, (1, 2), (1.324, 1.5), 0.5))
            assert "1.50 s" in sentence
    assert describe(Event("repeat", (0, 3), ("a", "b"), (1, 2), (0.0, 1.0), 0.5)) == "said “a b” again at 0.00-1.00 s"


def test_the_summary_names_the_word_and_ends_with_the_verdict() -> None:
    alignment = spoken("one two three four.", "0:8 14:19")
    lines = printed(Diagnosed("bad", alignment, analyze(alignment))).splitlines()
    assert "bad: skipped “three” at 0.69-0.75 s" in lines
    assert lines[-1] == "1 of 1 utterance is faulty: 1 skip. 4 words in 1.2 s of speech."


def test_brackets_in_names_and_texts_are_not_markup() -> None:
    alignment = spoken("one a[red]two three four", "0:4 14:24")
    text = printed(Diagnosed("[bold]x[/nothing]", alignment, analyze(alignment)))
    assert "[bold]x[/nothing]: skipped “a[red]two” at" in text


def test_nothing_to_judge_is_said() -> None:
    assert printed().strip() == "There was nothing to judge."
