from tests.report.judged import SKIP, judged, run_into_limit
from tts_align.alignment import CAUSES, KINDS
from tts_align.report import HINTS, hints_for
from tts_align.report.hints import troubles


def test_every_kind_and_every_cause_has_a_hint_of_one_or_two_sentences() -> None:
    assert list(HINTS) == [*KINDS, *CAUSES]
    for hint in HINTS.values():
        assert 1 <= hint.count(". ") + hint.endswith(".") <= 2
        assert len(hint) < 230


def test_hints_are_given_once_for_what_occurred() -> None:
    assert troubles(judged("a")) == set()
    found = [name for each in (judged("a", SKIP), judged("b", SKIP), run_into_limit("c")[0]) for name in troubles(each)]
    assert hints_for(found) == {"skip": HINTS["skip"], "gate_silent": HINTS["gate_silent"]}
