"""The command `align`: timings for every word and symbol of a corpus, in the time of its sound files."""

import numpy as np
import pytest

from tests.cli.running import run
from tests.conftest import RATE, TEXTS, write_toy_corpus
from tts_align.alignment import load_alignment
from tts_align.alignment.ctm import read_ctm, write_ctm
from tts_align.alignment.textgrid import Interval, read_duration, read_textgrid, write_textgrid
from tts_align.alignment.timing_record import read_durations, read_timings
from tts_align.audio import TrimSettings, read_wave, write_wave
from tts_align.corpus import load_index
from tts_align.synthesis import built_in
from tts_align.voice import read_voice, save_voice


@pytest.fixture(scope="module")
def aligned(tmp_path_factory, toy_corpus, toy_voice):
    out = tmp_path_factory.mktemp("aligned")
    ran = run("align", toy_corpus, "--voice", toy_voice, "--out", out)
    assert ran.status == 0, ran.error
    return out, ran


def test_a_folder_that_has_the_name_of_a_built_in_voice_can_be_named(tmp_path, monkeypatch, toy_corpus, toy_voice):
    monkeypatch.setattr(built_in, "_FOLDER", tmp_path / "voices")
    (tmp_path / "voices").mkdir()
    (tmp_path / "voices/joe.safetensors").touch()
    (tmp_path / "joe").symlink_to(toy_voice)
    monkeypatch.chdir(tmp_path)
    assert run("align", toy_corpus, "--voice", "joe", "--out", "a").status == 2  # the built-in one, which is damaged
    ran = run("align", toy_corpus, "--voice", "./joe", "--out", "b", "--formats", "ctm")
    assert ran.status == 0, ran.error


def test_durations_sum_to_the_steps_of_the_alignment(aligned):
    out, _ = aligned
    for i in range(10):
        alignment = load_alignment(out / "alignments" / f"toy-{i:02d}.npz")
        durations = np.load(out / "durations" / f"toy-{i:02d}.npy", allow_pickle=False)
        assert len(durations) == alignment.n_symbols
        assert durations.sum() == alignment.n_steps
        assert (durations >= 0).all()


def test_textgrids_name_the_words_in_order_and_end_with_the_sound(aligned, toy_corpus):
    out, _ = aligned
    for i, text in enumerate(TEXTS):
        path = out / "textgrids" / f"toy-{i:02d}.TextGrid"
        words = read_textgrid(path)["words"]
        wave, rate = read_wave(toy_corpus / "wavs" / f"toy-{i:02d}.wav")
        assert read_duration(path) == len(wave) / rate
        assert words[-1].stop_seconds <= len(wave) / rate
        times = [time for word in words for time in (word.start_seconds, word.stop_seconds)]
        assert times == sorted(times)
        assert {word.label for word in words} <= set(text.replace(",", "").split())
    words = read_textgrid(out / "textgrids" / "toy-05.TextGrid")["words"]
    assert [word.label for word in words] == ["a", "face", "a", "cafe"]


def test_word_edges_are_sums_of_durations_and_words_last_over_the_space_after_them(aligned):
    out, _ = aligned
    durations = read_durations(out / "durations" / "toy-05.npy")
    alignment = load_alignment(out / "alignments" / "toy-05.npz")
    start = load_index(out / "features").entries["toy-05"].start_seconds
    edges = np.concatenate([[0], np.cumsum(durations)]) * alignment.seconds_per_step + start
    longest = int(0.2 / alignment.seconds_per_step) * alignment.seconds_per_step
    timings = read_timings(out / "json" / "toy-05.json")
    for word, (first, stop) in zip(timings.words, [(0, 1), (2, 6), (8, 9), (10, 14)], strict=True):  # "a face, a cafe"
        expected = np.minimum([edges[first], min(edges[stop + 1], edges[stop] + longest)], timings.sound_seconds)
        assert (word.start_seconds, word.stop_seconds) == pytest.approx(tuple(expected), abs=1e-9)


def test_durations_in_frames_sum_to_the_frames_of_the_spectrogram(aligned):
    out, _ = aligned
    for name, entry in load_index(out / "features").entries.items():
        in_frames = read_durations(out / "frame_durations" / f"{name}.npy")
        in_steps = read_durations(out / "durations" / f"{name}.npy")
        assert in_frames.sum() == entry.n_frames
        assert (in_frames[:-1] <= 2 * in_steps[:-1]).all()  # two frames a step


def test_all_formats_tell_the_same_words(aligned):
    out, _ = aligned
    words = read_ctm(out / "words.ctm")
    assert list(words) == [f"toy-{i:02d}" for i in range(10)]
    for name, in_ctm in words.items():
        timings = read_timings(out / "json" / f"{name}.json")
        assert [word.label for word in in_ctm] == [word.label for word in timings.words]
        for a, b in zip(in_ctm, timings.words, strict=True):
            assert (a.start_seconds, a.stop_seconds) == pytest.approx((b.start_seconds, b.stop_seconds), abs=2e-6)
            assert a.confidence == pytest.approx(b.confidence, abs=1e-4)
        tiers = read_textgrid(out / "textgrids" / f"{name}.TextGrid")
        assert list(tiers) == ["words", "characters"]


def test_only_the_formats_that_were_asked_for_are_written(tmp_path, toy_voice):
    corpus = write_toy_corpus(tmp_path / "corpus", texts=("a bad cab",))
    ran = run("align", corpus, "--voice", toy_voice, "--out", tmp_path / "out", "--formats", "ctm")
    assert ran.status == 0, ran.error
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["alignments", "features", "words.ctm"]
    refused = run("align", corpus, "--voice", toy_voice, "--out", tmp_path / "out", "--formats", "ctm,srt")
    assert refused.status == 2 and "found 'srt'" in refused.error


def test_the_timings_of_the_corpus_are_not_overwritten(tmp_path, toy_voice):
    corpus = write_toy_corpus(tmp_path / "corpus", texts=("a bad cab",))
    before = (corpus / "textgrids" / "toy-00.TextGrid").read_bytes()
    ran = run("align", corpus, "--voice", toy_voice, "--out", corpus)
    assert ran.status == 2
    assert "that of the reference timings" in ran.error and "--out" in ran.error
    assert (corpus / "textgrids" / "toy-00.TextGrid").read_bytes() == before
    assert sorted(path.name for path in corpus.iterdir()) == ["metadata.csv", "textgrids", "wavs"]


def test_a_broken_sound_is_an_error_or_left_out_as_asked(tmp_path, toy_voice):
    corpus = write_toy_corpus(tmp_path / "corpus", texts=("a bad cab", "dad", "bead"))
    (corpus / "wavs" / "toy-01.wav").write_bytes(b"no sound")
    words = ["align", corpus, "--voice", toy_voice, "--out", tmp_path / "out"]
    refused = run(*words)
    assert refused.status == 2
    assert "toy-01" in refused.error and "--skip-broken" in refused.error
    ran = run(*words, "--skip-broken")
    assert ran.status == 0, ran.error
    assert "Left out, their sound cannot be used: 1 utterance: toy-01" in ran.error
    assert sorted(path.stem for path in (tmp_path / "out" / "textgrids").iterdir()) == ["toy-00", "toy-02"]


def test_sounds_are_trimmed_as_those_that_the_voice_learned_from(tmp_path, toy_voice):
    voice = tmp_path / "voice.safetensors"
    card = read_voice(toy_voice).card.model_copy(update={"trim": TrimSettings(top_db=0)})
    save_voice(voice, card, read_voice(toy_voice).tensors)
    corpus = write_toy_corpus(tmp_path / "corpus", texts=("a bad cab",))
    assert run("align", corpus, "--voice", voice, "--out", tmp_path / "out").status == 0
    assert load_index(tmp_path / "out" / "features").trim == TrimSettings(top_db=0)


def test_the_figures_against_the_true_timings_are_printed(aligned):
    _, ran = aligned
    assert "Word starts, 26 of 26 words, against 10 references: median" in ran.out
    assert "Word stops: median" in ran.out


@pytest.fixture
def one_of_two(tmp_path):
    """A corpus of two utterances without timings of its own, and a folder with those of the first."""
    corpus = write_toy_corpus(tmp_path / "corpus", texts=("a bad cab", "dad"))
    (corpus / "textgrids").rename(tmp_path / "reference")
    (tmp_path / "reference" / "toy-01.TextGrid").unlink()
    return corpus, tmp_path / "reference"


def test_a_reference_may_lie_elsewhere_and_what_it_lacks_is_named(tmp_path, toy_voice, one_of_two):
    corpus, reference = one_of_two
    words = ["align", corpus, "--voice", toy_voice, "--out", tmp_path / "out"]
    silent = run(*words)
    assert (silent.status, silent.out) == (0, "")
    ran = run(*words, "--reference", reference)
    assert ran.status == 0, ran.error
    assert "Word starts, 3 of 3 words, against 1 reference: median" in ran.out
    assert "No reference for 1 utterance: toy-01" in ran.error


def test_a_ctm_of_the_same_onsets_gives_the_same_figures(tmp_path, toy_voice, one_of_two):
    corpus, reference = one_of_two
    write_ctm(tmp_path / "r.ctm", {"toy-00": read_textgrid(reference / "toy-00.TextGrid")["words"]})
    words = ["align", corpus, "--voice", toy_voice, "--out", tmp_path / "out", "--reference"]
    assert run(*words, tmp_path / "r.ctm").out == run(*words, reference).out != ""


def test_a_damaged_reference_is_named_and_the_timings_are_there_all_the_same(tmp_path, toy_voice, one_of_two):
    corpus, reference = one_of_two
    grid = reference / "toy-00.TextGrid"
    grid.write_bytes(grid.read_bytes()[:300])
    ran = run("align", corpus, "--voice", toy_voice, "--out", tmp_path / "out", "--reference", reference)
    assert ran.status == 2
    assert "toy-00.TextGrid: expected a complete TextGrid, found a file that is cut off" in ran.error
    assert list(read_ctm(tmp_path / "out" / "words.ctm")) == ["toy-00", "toy-01"]


def test_a_reference_of_other_words_or_other_utterances_is_an_error(tmp_path, toy_voice, one_of_two):
    corpus, reference = one_of_two
    write_textgrid(reference / "toy-00.TextGrid", {"words": [Interval(0, 1, "hello")]}, 1.0)
    words = ["align", corpus, "--voice", toy_voice, "--out", tmp_path / "out", "--reference", reference]
    ran = run(*words)
    assert ran.status == 2
    assert "expected the words that were timed, found other words in all of them" in ran.error
    (reference / "toy-00.TextGrid").rename(reference / "other.TextGrid")
    ran = run(*words)
    assert ran.status == 2
    assert "expected the words that were timed, found none of these utterances" in ran.error


def test_a_reference_that_is_no_reference_stops_it_before_any_work(tmp_path, toy_voice, toy_corpus):
    (tmp_path / "bad.ctm").write_text("toy-00 1 0.5 -1 a\n")
    words = ["align", toy_corpus, "--voice", toy_voice, "--out", tmp_path / "out", "--reference"]
    for place, message in (
        ("none", "nothing there"),
        (".", "a folder without any"),
        ("bad.ctm", "line 1: expected a du"),
    ):
        ran = run(*words, tmp_path / place)
        assert ran.status == 2 and message in ran.error
    assert not (tmp_path / "out").exists()


def test_references_elsewhere_are_not_overwritten_either(tmp_path, toy_voice, one_of_two):
    corpus, reference = one_of_two
    (tmp_path / "out").mkdir()
    reference.rename(tmp_path / "out" / "textgrids")
    words = ["align", corpus, "--voice", toy_voice, "--out", tmp_path / "out", "--reference", tmp_path / "out"]
    ran = run(*words)
    assert ran.status == 2 and "that of the reference timings" in ran.error
    assert run(*words, "--formats", "ctm,json").status == 0


def test_silence_that_was_trimmed_counts_in_the_timings(tmp_path, toy_voice, aligned):
    """A second of silence in front moves every word by a second, to the 0.05 s that are kept and a step."""
    late = write_toy_corpus(tmp_path / "late", texts=("a bad cab",))
    wave, _ = read_wave(late / "wavs" / "toy-00.wav")
    write_wave(late / "wavs" / "toy-00.wav", np.concatenate([np.zeros(RATE, np.float32), wave]), RATE)
    ran = run("align", late, "--voice", toy_voice, "--out", tmp_path / "out")
    assert ran.status == 0, ran.error
    moved = read_textgrid(tmp_path / "out" / "textgrids" / "toy-00.TextGrid")["words"]
    before = read_textgrid(aligned[0] / "textgrids" / "toy-00.TextGrid")["words"]
    assert moved[0].start_seconds - before[0].start_seconds == pytest.approx(1.0, abs=0.05 + 2 * 256 / RATE)


def test_a_text_that_the_voice_cannot_read_is_an_error(tmp_path, toy_voice):
    corpus = write_toy_corpus(tmp_path / "corpus", texts=("a bad cab",))
    (corpus / "metadata.csv").write_text("toy-00|a bäd cab\n", encoding="utf8")
    ran = run("align", corpus, "--voice", toy_voice, "--out", tmp_path / "out")
    assert ran.status == 2
    assert "toy-00" in ran.error and "'ä'" in ran.error


def test_a_missing_corpus_is_an_error(tmp_path, toy_voice):
    ran = run("align", tmp_path / "none", "--voice", toy_voice, "--out", tmp_path / "out")
    assert ran.status == 2
    assert "expected a corpus" in ran.error
