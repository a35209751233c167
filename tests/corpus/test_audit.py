import json
import shutil

import numpy as np
import pytest
import soundfile

from tests.audio.signals import SHARED, needs_shared, speech_like
from tests.corpus.corpora import RATE, TEXTS, make_corpus, with_silence
from tts_align.audio import write_wave
from tts_align.corpus import AuditReport, AuditSettings, audit, read_manifest
from tts_align.corpus.audit_sound import longest_run_at_peak
from tts_align.text import Alphabet


def audited(folder, **settings) -> AuditReport:
    return audit(read_manifest(folder), AuditSettings(**settings), workers=1)


def kinds(report: AuditReport) -> list[tuple[str, str]]:
    return [(finding.kind, finding.id) for finding in report.findings]


def detail(report: AuditReport, kind: str) -> str:
    (finding,) = report.by_kind[kind]
    return finding.detail


def test_a_good_corpus_has_no_findings_and_right_figures(tmp_path):
    report = audited(make_corpus(tmp_path))
    assert report.findings == ()
    assert (report.n_utterances, report.n_readable, report.n_errors, report.n_warnings) == (5, 5, 0, 0)
    assert report.seconds == pytest.approx(sum(len(text) / 15 + 0.5 for text in TEXTS), abs=1e-3)
    assert report.shortest_seconds == pytest.approx(10 / 15 + 0.5, abs=1e-3)
    assert report.longest_seconds == pytest.approx(26 / 15 + 0.5, abs=1e-3)
    assert report.characters_per_second == pytest.approx(15, rel=0.15)


def test_the_audit_changes_nothing(tmp_path):
    folder = make_corpus(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    audited(folder)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_missing_unreadable_and_silent_files_are_errors(tmp_path):
    folder = make_corpus(tmp_path)
    (folder / "wavs/A0.wav").unlink()
    (folder / "wavs/A1.wav").write_bytes(b"no sound")
    (folder / "wavs/A2.wav").write_bytes((folder / "wavs/A3.wav").read_bytes()[:-500])
    write_wave(folder / "wavs/A4.wav", np.zeros(RATE), RATE)
    report = audited(folder)
    assert kinds(report) == [
        ("missing_file", "A0"),
        ("unreadable_file", "A1"),
        ("unreadable_file", "A2"),
        ("silent_file", "A4"),
    ]
    assert report.n_errors == 4
    assert report.n_readable == 2
    assert "cut off" in report.by_kind["unreadable_file"][1].detail


def test_rate_and_channels_are_warnings(tmp_path):
    folder = make_corpus(tmp_path)
    soundfile.write(folder / "wavs/A0.wav", speech_like(17 / 15, rate=16000), 16000)
    stereo = np.stack([speech_like(26 / 15), speech_like(26 / 15, seed=3)], axis=1)
    soundfile.write(folder / "wavs/A1.wav", stereo, RATE)
    report = audited(folder)
    assert kinds(report) == [("sample_rate", "A0"), ("channels", "A1")]
    assert detail(report, "sample_rate").startswith("16000 Hz, not 22050: will be resampled, and has no sound")
    assert detail(report, "channels") == "2 channels: will be averaged"
    assert report.n_errors == 0


@pytest.mark.parametrize("gain_after", [1.0, 0.7], ids=["at full scale", "made quieter afterwards"])
def test_clipping_is_found(tmp_path, gain_after):
    folder = make_corpus(tmp_path)
    write_wave(folder / "wavs/A1.wav", gain_after * np.clip(3 * speech_like(26 / 15), -1, 1), RATE)
    report = audited(folder)
    assert kinds(report) == [("clipping", "A1")]


def test_a_loud_wave_with_round_tops_is_not_clipping():
    assert longest_run_at_peak(0.999 * speech_like(1.0) / np.float32(0.7)) < 5
    assert longest_run_at_peak(np.zeros(100)) == 0
    assert longest_run_at_peak(np.zeros(0)) == 0
    assert longest_run_at_peak(np.array([0.1, -0.8, -0.8, 0.8, 0.8, 0.8, 0.8, 0.1])) == 4


def test_silence_at_head_and_tail_is_found_and_measured(tmp_path):
    folder = make_corpus(tmp_path)
    write_wave(folder / "wavs/A0.wav", with_silence(speech_like(17 / 15), head_seconds=0.9), RATE)
    write_wave(folder / "wavs/A1.wav", with_silence(speech_like(26 / 15), tail_seconds=1.3), RATE)
    report = audited(folder)
    assert kinds(report) == [("head_silence", "A0"), ("tail_silence", "A1")]
    assert detail(report, "head_silence")[:3] in ("0.8", "0.9")
    assert detail(report, "tail_silence")[:3] in ("1.2", "1.3")


def test_too_short_and_too_long_are_found(tmp_path):
    report = audited(make_corpus(tmp_path), min_seconds=1.2, max_seconds=2.0)
    assert kinds(report) == [("too_long", "A1"), ("too_short", "A2")]


def test_a_text_that_cannot_be_what_is_said_is_an_error(tmp_path):
    folder = make_corpus(tmp_path)
    write_wave(folder / "wavs/A1.wav", speech_like(0.5), RATE)
    write_wave(folder / "wavs/A2.wav", speech_like(7.0), RATE)
    report = audited(folder)
    assert kinds(report) == [("speaking_rate", "A1"), ("speaking_rate", "A2")]
    assert report.n_errors == 2
    assert "outside 2.5 to 40" in report.findings[0].detail


def test_an_unusual_speaking_rate_is_a_warning(tmp_path):
    texts = [f"Sentence {name} is said at the usual rate." for name in "abcdefghij"]
    folder = make_corpus(tmp_path, texts)
    write_wave(folder / "wavs/A7.wav", speech_like(2 * len(texts[7]) / 15), RATE)
    report = audited(folder)
    assert kinds(report) == [("speaking_rate", "A7")]
    assert report.n_errors == 0
    assert "usual here is" in report.findings[0].detail


def test_texts_are_looked_at(tmp_path):
    texts = ["Once upon a time.", "once upon  a time.", "It cost €5, née 漢!", "no end", '"Fine."', "A pause,", "..."]
    report = audited(make_corpus(tmp_path, texts), min_rate=0.1)
    assert kinds(report) == [
        ("duplicate_text", "A1"),
        ("unknown_symbol", "A2"),
        ("no_final_punctuation", "A3"),
        ("empty_text", "A6"),
    ]
    assert detail(report, "duplicate_text") == "the same as A0"
    said = detail(report, "unknown_symbol")
    assert "'€' (U+20AC) at character 9 in 'it cost €5, née" in said
    assert "and 1 more" in said


def test_an_empty_text_is_an_error(tmp_path):
    folder = make_corpus(tmp_path)
    (folder / "metadata.csv").write_text("A0|\nA1|A second one, said slowly.\n")
    report = audited(folder)
    assert kinds(report) == [("empty_text", "A0")]
    assert report.n_errors == 1


def test_another_alphabet_can_be_asked_for(tmp_path):
    utterances = read_manifest(make_corpus(tmp_path))
    report = audit(utterances, alphabet=Alphabet("abcdefghijklmnopqrstuvwxyz .,?"), workers=1)
    assert kinds(report) == [("unknown_symbol", "A3")]
    assert "'!' (U+0021)" in detail(report, "unknown_symbol")


def test_two_processes_find_the_same_as_one(tmp_path):
    folder = make_corpus(tmp_path)
    (folder / "wavs/A0.wav").unlink()
    shutil.copy(folder / "wavs/A1.wav", folder / "wavs/A2.wav")
    utterances = read_manifest(folder)
    assert audit(utterances, workers=2) == audit(utterances, workers=1)


def test_the_report_is_plain_json(tmp_path):
    folder = make_corpus(tmp_path)
    (folder / "wavs/A0.wav").unlink()
    values = json.loads(json.dumps(audited(folder).as_dict()))
    assert values["counts"] == {"missing_file": 1}
    assert values["findings"][0]["severity"] == "error"
    assert values["n_utterances"] == 5


@pytest.mark.parametrize("folder", [pytest.param(SHARED, marks=needs_shared, id="shared")])
def test_the_real_clips_are_fine_but_for_some_open_ends(folder):
    report = audited(folder)
    assert report.n_errors == 0
    assert set(report.by_kind) == {"no_final_punctuation"}
    assert len(report.findings) == 7
    assert report.characters_per_second == pytest.approx(15.1, abs=0.3)
