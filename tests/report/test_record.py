import io
import json
from pathlib import Path

import pytest

from tests.report.judged import SKIP, judged, run_into_limit
from tts_align.errors import FileError
from tts_align.report import Diagnosed, RecordStream, record, record_file


def written(*diagnosed: Diagnosed) -> str:
    out = io.StringIO()
    stream = RecordStream(out)
    for each in diagnosed:
        stream.add(each)
    stream.finish()
    return out.getvalue()


def test_the_record_has_exactly_the_keys_that_others_rely_on() -> None:
    found = record([judged("a"), judged("b", SKIP)])
    assert list(found) == ["version", "utterances", "corpus", "hints"]
    assert found["version"] == 1
    for utterance in found["utterances"]:
        assert list(utterance) == ["id", "text", "seconds", "metrics", "events", "ending", "verdict"]
    event = found["utterances"][1]["events"][0]
    assert event == {
        "kind": "skip",
        "symbols": [8, 13],
        "words": ["three"],
        "steps": [23, 25],
        "seconds": [pytest.approx(0.69), pytest.approx(0.75)],
        "severity": 1.0,
        "times": 1,
    }
    assert [utterance["verdict"] for utterance in found["utterances"]] == ["clean", "faulty"]
    assert found["corpus"]["events_per_100_utterances"]["skip"] == 50.0
    assert list(found["hints"]) == ["skip"]


def test_a_run_that_hit_its_limit_says_why_and_what_helps() -> None:
    found = record([run_into_limit("a")[0], judged("b")])
    assert found["utterances"][0]["ending"] == {"cause": "gate_silent", "symbols": [13, 15], "words": []}
    assert found["utterances"][1]["ending"] is None
    assert list(found["hints"]) == ["gate_silent"]


@pytest.mark.parametrize("n", [0, 1, 3])
def test_the_stream_is_valid_json_and_the_same_as_the_record(n: int) -> None:
    diagnosed = [judged(f'ä"{i}\u2028', SKIP if i % 2 else None) for i in range(n)]
    assert json.loads(written(*diagnosed)) == record(diagnosed)


def test_the_json_has_a_line_for_each_value_and_each_event() -> None:
    lines = written(judged("ä", SKIP)).splitlines()
    assert '      "id": "ä",' in lines
    assert [line[:25] for line in lines if '"symbols"' in line] == ['        {"kind": "skip", ']
    assert len(lines) < 80


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), record_file(tmp_path / "a.json") as stream:
        stream.add(judged("a"))
        _ = 1 / 0
    assert list(tmp_path.iterdir()) == []
    with record_file(tmp_path / "a.json") as stream:
        stream.add(judged("a"))
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf8"))["corpus"]["utterances"] == 1
    with pytest.raises(FileError, match=r"a\.json"), record_file(tmp_path / "a.json" / "b.json"):
        pass
