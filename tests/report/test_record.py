import json

import pytest

from tests.drawings import spoken
from tts_align.alignment import analyze
from tts_align.report import Diagnosed, record, record_json


def judged(name: str, order: str | None = None) -> Diagnosed:
    alignment = spoken("one two three four.", order)
    return Diagnosed(name, alignment, analyze(alignment))


def test_the_record_has_exactly_the_keys_that_others_rely_on() -> None:
    found = record([judged("a"), judged("b", "0:8 14:19")])
    assert list(found) == ["version", "utterances", "corpus"]
    assert found["version"] == 1
    for utterance in found["utterances"]:
        assert list(utterance) == ["id", "text", "seconds", "metrics", "events", "verdict"]
    event = found["utterances"][1]["events"][0]
    assert event == {
        "kind": "skip",
        "symbols": [8, 13],
        "words": ["three"],
        "steps": [23, 25],
        "seconds": [pytest.approx(0.69), pytest.approx(0.75)],
    }
    assert [utterance["verdict"] for utterance in found["utterances"]] == ["clean", "faulty"]
    assert found["corpus"]["events_per_100_utterances"]["skip"] == 50.0


def test_the_json_is_plain_and_reads_back() -> None:
    assert json.loads(record_json([judged("ä")])) == record([judged("ä")])
    assert "ä" in record_json([judged("ä")])
