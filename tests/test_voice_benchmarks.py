"""The benchmarks that judge how a voice sounds: their texts, their ways to sound, what they make of what was heard."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks import (
    chosen_sentences,
    installed,
    length_errors,
    listening,
    mean_opinion,
    prose_by_length,
    resynthesis,
    transcripts,
    voice_figures,
)
from tests.audio.signals import speech_like
from tts_align.audio import log_mel, read_wave, write_wave
from tts_align.corpus.sentences import Sentence, read_sentences
from tts_align.errors import AudioError, CorpusError, FileError, TtsAlignError
from tts_align.voice import read_voice

HARD = Path(__file__).parents[1] / "data" / "hard_sentences.txt"
VOICE = Path(__file__).parents[1] / "tts_align" / "voices" / "joe.safetensors"
PROSE = [
    "Every morning, Dr. Lee walked to the river; she counted the boats.",
    "There were forty-two of them in the spring of 1984, and none in winter.",
    "Nobody asked her why!",
    "The people of the town had other things to do, such as mending nets",
    "and waiting for the men who had gone out before the storm.",
] * 9


@pytest.fixture
def sounds(tmp_path):
    folder = tmp_path / "sounds"
    for seed, name in enumerate("ab"):
        write_wave(folder / f"{name}.wav", 0.5 * speech_like(0.4, 22050, seed=seed), 22050)
    return folder


def test_a_sound_sent_through_the_mel_has_nearly_the_same_mel_and_other_samples(sounds, tmp_path):
    out, mel = tmp_path / "out", read_voice(VOICE).card.mel
    assert resynthesis.resynthesize(sounds, out, "joe") == 2
    before, after = (read_wave(folder / "a.wav")[0] for folder in (sounds, out))
    assert len(after) == len(before) // mel.hop_samples * mel.hop_samples
    mels = [log_mel(torch.from_numpy(wave), mel) for wave in (before, after)]
    assert float((mels[0] - mels[1]).abs().mean()) < 0.2
    assert np.abs(before[: len(after)] - after).max() > 0.01


def test_what_was_sent_through_is_not_made_again(sounds, tmp_path):
    resynthesis.resynthesize(sounds, tmp_path / "out", "joe", n_iterations=1)
    (tmp_path / "out" / "b.wav").unlink()
    assert resynthesis.resynthesize(sounds, tmp_path / "out", "joe", n_iterations=1) == 1


def test_sounds_that_cannot_be_sent_through_are_named(tmp_path):
    with pytest.raises(AudioError, match=r"nowhere: expected sounds NAME\.wav, found no such folder"):
        resynthesis.resynthesize(tmp_path / "nowhere", tmp_path / "out", "joe")
    write_wave(tmp_path / "short" / "c.wav", np.zeros(100), 22050)
    with pytest.raises(AudioError, match=r"c\.wav: expected at least 256 samples, found 100 samples"):
        resynthesis.resynthesize(tmp_path / "short", tmp_path / "out", "joe")


def test_chosen_sentences_are_shared_out_among_categories_and_every_word_is_known():
    sentences = read_sentences(HARD, digits=True)
    found = chosen_sentences.chosen(sentences, per_category=5, n_long=2, seed=0)
    categories = [sentence.id.partition("-")[0] for sentence in found]
    assert {name: categories.count(name) for name in set(categories)} == {
        **dict.fromkeys({sentence.id.partition("-")[0] for sentence in sentences}, 5),
        "long": 2,
    }
    assert not any(letter.isdigit() for sentence in found for letter in sentence.text)
    assert max(len(sentence.text) for sentence in found) <= chosen_sentences.LONGEST
    assert found == chosen_sentences.chosen(sentences, per_category=5, n_long=2, seed=0)
    assert found != chosen_sentences.chosen(sentences, per_category=5, n_long=2, seed=1)


def test_texts_of_all_lengths_are_single_sentences_of_the_same_prose():
    texts = prose_by_length.texts_by_length(PROSE, n_stretches=2, lengths=(50, 200, 1000))
    by_length = {
        length: [text.text for text in texts if text.id.startswith(f"{length:04d}-")] for length in (50, 200, 1000)
    }
    assert [len(each) for each in by_length.values()] == [16, 4, 2]
    for length, each in by_length.items():
        assert all(0.75 * length <= len(text) <= 1.2 * length + 1 for text in each)
        assert all(text[-1] == "." and not set(text[:-1]) & set(".!?;:0123456789") for text in each)
        assert all(by_length[1000][0][1:].count(text[1:-1]) for text in each[: len(each) // 2])


def test_too_little_prose_is_refused():
    with pytest.raises(CorpusError, match="expected 3 stretches of 1000 characters"):
        prose_by_length.texts_by_length(PROSE[:12], n_stretches=3)


def test_a_text_that_was_not_heard_counts_as_errors_of_its_length():
    texts = {"50-1": "one dog", "50-2": "two cats", "100-1": "three birds and a frog"}
    errors = length_errors.errors_by_length(texts, {"50-1": "one dog", "100-1": "3 birds & a frog"})
    assert errors == {50: (2, pytest.approx(8 / 15)), 100: (1, 0.0)}
    assert length_errors.growth(errors) == 0.0


def test_transcripts_go_on_after_a_line_that_was_cut_off(sounds, tmp_path):
    out, heard = tmp_path / "heard.txt", []

    def hear(path):
        heard.append(path.stem)
        return " what |\n was said"

    out.write_text("a|before\nb|cut o", encoding="utf8")
    assert transcripts.transcribe(sounds, out, hear) == 1
    assert heard == ["b"]
    assert out.read_text(encoding="utf8") == "a|before\nb|what was said\n"
    with pytest.raises(AudioError, match=r"found none\. Name another folder"):
        transcripts.transcribe(tmp_path / "nowhere", out, hear)


def test_ratings_are_of_the_first_sounds(sounds, tmp_path):
    assert mean_opinion.opinions(sounds, lambda path: float(path.stem == "a"), limit=1) == {"a": 1.0}
    with pytest.raises(AudioError, match=r"expected sounds ID\.wav"):
        mean_opinion.opinions(tmp_path / "nowhere", lambda path: 1.0)


def test_a_package_that_is_missing_is_named_with_what_to_do():
    with pytest.raises(
        TtsAlignError, match=r"no_such_package: expected an installed package, found none .*pip install distillmos"
    ):
        installed.package("no_such_package", mean_opinion.INSTALL)


@pytest.mark.parametrize("module", [resynthesis, chosen_sentences, prose_by_length, transcripts])
def test_help_comes_with_examples(module):
    done = subprocess.run([sys.executable, "-m", module.__name__, "--help"], capture_output=True, text=True, check=True)
    assert f"python -m {module.__name__} " in done.stdout


def test_listeners_are_asked_once_and_their_failure_is_told(sounds, tmp_path):
    judge, folder = tmp_path / "judge.py", sounds.parent / "voice"
    (folder / "speech").mkdir(parents=True)
    judge.write_text(
        "import json, sys\n"
        "items = [json.loads(line) for line in open(sys.argv[1])]\n"
        "with open(sys.argv[3], 'w') as out:\n"
        "    for item in items:\n"
        "        item |= {'skipped': [], 'repeated': [], 'unheard': False, 'heard': 'x'}\n"
        "        out.write(json.dumps(item) + '\\n')\n",
        encoding="utf8",
    )
    listeners = listening.Listeners(sys.executable, judge)
    listeners.judge_words(folder, {"a": "One dog.", "b": "Two."}, whisper=True)
    assert (folder / "heard.txt").read_text(encoding="utf8") == "a|x\nb|x\n"
    judge.write_text("raise SystemExit(3)", encoding="utf8")
    listeners.judge_words(folder, {"a": "One dog.", "b": "Two."})  # said already
    with pytest.raises(FileError, match=r"judge\.py .*found status 3"):
        listeners.judge_words(folder, {"a": "One dog."})
    with pytest.raises(FileError, match="expected a listener that works"):
        listening.Listeners("no-such-python", None).rate(folder, 50)


def verdict(id, **changes):
    return {
        "id": id,
        "text": "He said it twenty-five times.",
        "skipped": [],
        "repeated": [],
        "unheard": False,
    } | changes


def test_only_words_of_four_letters_and_more_are_findings():
    verdicts = [verdict("a", skipped=[[0, "he"], [1, "said"]], repeated=[[4, "five"]]), verdict("b", unheard=True)]
    found = listening.findings_of(verdicts)
    assert list(found.lines) == ["a: skipped said", "a: repeated five"]
    assert (found.n_words, found.n_faulty, found.per_1000_words(3)) == (12, 2, 250.0)


def test_a_word_taken_for_its_like_in_the_same_sentence_is_marked():
    verdicts = [verdict("a", skipped=[[1, "said"], [3, "twenty"]], repeated=[[5, "said"]]), verdict("b")]
    found = listening.findings_of([*verdicts, verdict("c", repeated=[[3, "twenty"]])])
    assert list(found.lines) == [
        "a: skipped said (and the opposite)",
        "a: skipped twenty",
        "a: repeated said (and the opposite)",
        "c: repeated twenty",
    ]
    assert found.n_one_sided == 2


def heard(**changes):
    found = listening.findings_of([verdict("a", skipped=[[1, "said"]])])
    values = {
        "wer": 0.08, "judge_wer": None, "prose": found, "hard": None, "opinion": 3.0,
        "by_length": {50: (8, 0.04), 1000: (1, 0.05)},
    }  # fmt: skip
    return voice_figures.Heard(**(values | changes))


def test_the_table_has_both_voices_and_says_what_was_not_measured():
    events = dict.fromkeys(("skip", "early_stop"), 0) | {"stall": 3}
    evaluated = {"utterances": 1270, "words": 23578, "events": events, "faulty": 3, "share_faulty": 0.0024}
    text = voice_figures.table("mine", heard(), heard(wer=0.05, opinion=3.4), evaluated | {"real_time_factor": 0.02})
    assert (
        "1,270 sentences of data/hard_sentences.txt, 23,578 words, one try each: 0 skip, 0 early stop, 3 stall" in text
    )
    assert "| WER of Whisper tiny.en, prose | 8.0% | 5.0% | 1.60 x |" in text
    assert "| the same, hard sentences | not measured | not measured |  |" in text
    assert "| DistillMOS of 50 sentences | 3.00 | 3.40 | -0.40 |" in text
    assert "| CER, 1,000 characters against 50 | 1.25 x | 1.25 x |  |" in text


def test_figures_come_from_what_the_listeners_left_in_a_folder(tmp_path):
    material, folder = tmp_path / "material", tmp_path / "voice"
    for name, lines in {
        "material/prose.txt": "a|One dog.\nb|Two cats.\n",
        "material/lengths.txt": "0050-001|One dog.\n1000-001|Two cats.\n",
        "voice/prose/heard.txt": "a|1 dog\nb|two hats\n",
        "voice/prose/opinions.txt": "a|3.0\nb|4.0\n",
        "voice/lengths/heard.txt": "0050-001|one dig\n1000-001|two cats\n",
        "voice/prose/verdicts.jsonl": json.dumps(verdict("a", n_words=4, word_errors=1)) + "\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(lines, encoding="utf8")
    found = voice_figures.heard_of(folder, material)
    assert (found.wer, found.judge_wer, found.opinion, found.hard) == (0.25, 0.25, 3.5, None)
    assert found.by_length == {50: (1, pytest.approx(1 / 7)), 1000: (1, 0.0)}
    with pytest.raises(FileError, match=r"Run `natural MATERIAL` first"):
        voice_figures.heard_of(material / "natural", material)


def test_what_is_read_in_words_is_what_is_chosen():
    found = chosen_sentences.as_read(Sentence("number-1", "It cost $3 in 1984."))
    assert found == Sentence("number-1", "It cost three dollars in nineteen eighty-four.")
