"""The history of a voice ends with the voice, and its curve is thinned evenly."""

import json

from tts_align.training.history import history_of


def validation(update):
    return {"kind": "validation", "update": update, "mel_loss": 1 / update, "share_faulty_spoken": 0.5}


def write_log(folder, records):
    (folder / "log.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))


def test_time_and_curve_end_with_the_update_of_the_voice(tmp_path):
    updates = [{"kind": "update", "update": u, "seconds": 6.0} for u in range(1, 101)]
    write_log(tmp_path, [{"kind": "start", "update": 0, "n_processes": 1}, *updates, validation(50), validation(100)])
    history = history_of(tmp_path, updates=60)
    assert history.minutes == 6.0
    assert [point.update for point in history.curve] == [50]
    assert history.curve[0].mel_loss == 0.02
    assert history.curve[0].onset_forced_ms is None


def test_a_long_curve_keeps_its_ends_and_even_places(tmp_path):
    write_log(tmp_path, [validation(u) for u in range(100, 10_100, 100)])
    chosen = [point.update for point in history_of(tmp_path, 10_000, most_points=4).curve]
    assert chosen == [100, 3400, 6700, 10_000]


def test_every_machine_of_a_resumed_run_is_told_once(tmp_path):
    starts = [
        {"kind": "start", "update": u, "machine": name, "n_utterances": 5, "hours": 0.5}
        for u, name in ((0, "one"), (10, "two"), (20, "one"))
    ]
    write_log(tmp_path, starts)
    assert history_of(tmp_path, 30).machines == ("one", "two")
    assert history_of(tmp_path, 5).machines == ("one",)
    assert (history_of(tmp_path, 30).n_utterances, history_of(tmp_path, 30).hours) == (5, 0.5)
