"""The command `align`: timings for every word and symbol of a corpus, in the time of its sound files."""

import numpy as np
import pytest

from tests.cli.running import run
from tests.conftest import RATE, write_toy_corpus
from tts_align.alignment import load_alignment
from tts_align.alignment.textgrid import read_textgrid
from tts_align.audio import read_wave, write_wave


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


def test_textgrids_name_the_words_in_order_within_the_sound(aligned, toy_corpus):
    out, _ = aligned
    words = read_textgrid(out / "textgrids" / "toy-05.TextGrid")["words"]
    wave, rate = read_wave(toy_corpus / "wavs" / "toy-05.wav")
    starts = [word.start_seconds for word in words]
    assert [word.label for word in words] == ["a", "face", "a", "cafe"]
    assert starts == sorted(starts)
    assert words[-1].stop_seconds <= len(wave) / rate + 2 * 256 / 22050


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
