"""The command `align`: timings for every word and symbol of a corpus, in the time of its sound files."""

import numpy as np
import pytest

from tests.cli.running import run
from tests.conftest import RATE, TEXTS, write_toy_corpus
from tts_align.alignment import load_alignment
from tts_align.alignment.textgrid import read_duration, read_textgrid
from tts_align.audio import TrimSettings, read_wave, write_wave
from tts_align.corpus import load_index
from tts_align.voice import read_voice, save_voice


@pytest.fixture(scope="module")
def aligned(tmp_path_factory, toy_corpus, toy_voice):
    out = tmp_path_factory.mktemp("aligned")
    ran = run("align", toy_corpus, "--voice", toy_voice, "--out", out)
    assert ran.status == 0, ran.error
    return out, ran


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


def test_word_edges_are_sums_of_durations_cut_off_at_the_end_of_the_sound(aligned, toy_corpus):
    out, _ = aligned
    durations = np.load(out / "durations" / "toy-05.npy", allow_pickle=False)
    alignment = load_alignment(out / "alignments" / "toy-05.npz")
    start = load_index(out / "features").entries["toy-05"].start_seconds
    edges = np.concatenate([[0], np.cumsum(durations)]) * alignment.seconds_per_step + start
    wave, rate = read_wave(toy_corpus / "wavs" / "toy-05.wav")
    edges = np.minimum(edges, len(wave) / rate)
    words = read_textgrid(out / "textgrids" / "toy-05.TextGrid")["words"]
    for word, (first, stop) in zip(words, [(0, 1), (2, 6), (8, 9), (10, 14)], strict=True):  # "a face, a cafe"
        assert (word.start_seconds, word.stop_seconds) == pytest.approx((edges[first], edges[stop]), abs=1e-9)


def test_the_timings_of_the_corpus_are_not_overwritten(tmp_path, toy_voice):
    corpus = write_toy_corpus(tmp_path / "corpus", texts=("a bad cab",))
    before = (corpus / "textgrids" / "toy-00.TextGrid").read_bytes()
    ran = run("align", corpus, "--voice", toy_voice, "--out", corpus)
    assert ran.status == 2
    assert "own reference timings" in ran.error and "--out" in ran.error
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
    assert "1 utterances left out, their sound cannot be used: toy-01" in ran.error
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
    assert "Word onsets against 10 reference TextGrids, 26 words: median" in ran.out


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
