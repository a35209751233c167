"""True durations of symbols: words by their times, silence to spaces, and an error where nothing is known."""

import numpy as np
import pytest

from tests.conftest import write_toy_corpus
from tts_align.alignment.textgrid import Interval, read_duration, read_textgrid, write_textgrid
from tts_align.audio import MelSettings, TrimSettings
from tts_align.corpus.batches import collate
from tts_align.corpus.durations import symbol_seconds, with_durations
from tts_align.corpus.material import held_out, load_prepared, spell_some
from tts_align.errors import CorpusError
from tts_align.text import Alphabet

END = "<end>"


def seconds(symbols, words, begin=0.0, end=3.0, text="", phones=()):
    return symbol_seconds(
        symbols, text or "".join(symbols).removesuffix(END), {"words": words, "phones": phones}, begin, end
    )


def test_a_word_is_shared_by_its_letters_and_silence_belongs_to_what_stands_between():
    words = [Interval(0.0, 0.5, "I"), Interval(0.75, 1.5, "sat"), Interval(2.0, 2.5, "on")]
    found = seconds([*"i sat, on.", END], words)
    assert found.tolist() == [0.5, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25]


def test_words_without_a_pause_leave_nothing_to_the_space():
    found = seconds([*"a bc", END], [Interval(0.0, 1.0, "a"), Interval(1.0, 2.0, "bc")])
    assert found.tolist() == [1.0, 0.0, 0.5, 0.5, 1.0]


def test_silence_at_the_head_belongs_to_a_quote_before_the_first_word_or_else_to_its_first_letter():
    words = [Interval(0.5, 1.5, "ab")]
    assert seconds([*'"ab', END], words, end=2.0).tolist() == [0.5, 0.5, 0.5, 0.5]
    assert seconds([*"ab", END], words, end=2.0).tolist() == [1.0, 0.5, 0.5]


def test_what_was_trimmed_off_belongs_to_nobody():
    words = [Interval(0.5, 1.5, "ab"), Interval(1.5, 3.5, "cd")]
    assert seconds([*"ab cd", END], words, begin=1.0, end=3.0).tolist() == [0.0, 0.5, 0.0, 1.0, 0.5, 0.0]


def test_a_word_of_unknown_time_shares_the_time_between_its_neighbours_with_the_spaces():
    words = [Interval(0.0, 1.0, "a"), Interval(2.0, 2.5, "c")]
    assert seconds([*"a 55 c", END], words).tolist() == [1.0, 0.25, 0.25, 0.25, 0.25, 0.5, 0.5]


def test_words_spoken_as_one_share_the_time_from_its_start_to_the_next_word():
    words = [Interval(1.0, 1.9, "of the"), Interval(2.4, 3.0, "sea")]
    found = seconds([*"of the sea", END], words, begin=1.0)
    np.testing.assert_allclose(found, [0.2] * 7 + [0.2] * 3 + [0.0])


def test_words_that_the_tier_does_not_know_are_no_timings():
    assert seconds([*"ab", END], [Interval(0.0, 1.0, "other")]) is None
    assert seconds([*"ab", END], []) is None


PHONE_SYMBOLS = ["K", "AE1", "T", " ", "HH", "IY1", END]
WORDS = [Interval(0.0, 1.0, "cat"), Interval(1.5, 2.5, "he")]
PHONES = [Interval(*each) for each in ((0.0, 0.125, "k"), (0.125, 0.875, "æ"), (0.875, 1.0, "t"), (1.5, 2.5, "hi"))]


def test_phones_get_the_times_of_the_phones_where_there_are_as_many():
    found = seconds(PHONE_SYMBOLS, WORDS, text="cat he", phones=PHONES)
    assert found.tolist() == [0.125, 0.75, 0.125, 0.5, 0.5, 0.5, 0.5]  # `he` has one phone there and two here


def test_letters_take_no_notice_of_phones():
    spelled = seconds([*"cat", " ", "HH", "IY1", END], WORDS, text="cat he", phones=PHONES)
    np.testing.assert_allclose(spelled, [1 / 3, 1 / 3, 1 / 3, 0.5, 0.5, 0.5, 0.5])


def test_a_phone_tier_from_a_neighbouring_word_is_not_taken():
    two = [Interval(1.0, 1.5, "h"), Interval(1.5, 2.0, "iː"), Interval(2.0, 2.5, "x")]
    found = seconds(["HH", "IY1", END], [Interval(1.0, 2.0, "he")], begin=1.0, end=2.5, text="he", phones=two)
    assert found.tolist() == [0.5, 0.5, 0.5]


def test_durations_are_never_negative_and_fill_the_sound_whatever_the_tier_says():
    random = np.random.default_rng(0)
    for _ in range(50):
        edges = np.sort(random.uniform(0, 4, 6))
        words = [Interval(a, b, word) for a, b, word in zip(edges[::2], edges[1::2], ("ab", "cd", "efg"), strict=True)]
        found = seconds([*"ab, cd efg!", END], words, begin=0.5, end=3.5)
        assert (found >= 0).all() and found.sum() == pytest.approx(3.0)


def load(corpus, features, alphabet):
    return load_prepared(corpus, features, alphabet, "error", MelSettings(), TrimSettings())


def timed(material, corpus, prepared):
    return with_durations(material, corpus, prepared.start_seconds, MelSettings().seconds_per_frame)


def test_every_example_of_a_corpus_with_timings_gets_frames_that_add_up(tmp_path, toy_corpus):
    """In the toy corpus a letter lasts 60 ms, a space 80 ms, a comma 80 ms."""
    prepared = load(toy_corpus, tmp_path, Alphabet("abcdef ,"))
    material = timed(held_out(prepared, 2, 0), toy_corpus, prepared)
    examples = [*material.train, *material.validation]
    assert len(examples) == 10
    frame = MelSettings().seconds_per_frame
    for example in examples:
        assert example.durations.sum() == pytest.approx(len(example.mel))
        assert example.durations.shape == example.symbol_ids.shape
        inner = example.durations[1:-2] * frame
        known = {",": 0.08, " ": 0.08}
        wanted = [known.get(symbol, 0.06) for symbol in example.symbols[1:-2]]
        np.testing.assert_allclose(inner, wanted, atol=1e-4)
    assert material.truths is prepared.truths


def test_words_that_are_spelled_in_training_get_durations_of_their_letters(tmp_path, toy_corpus):
    alphabet = Alphabet("abcdef ,", "cmudict")
    prepared = load(toy_corpus, tmp_path, alphabet)
    spelled = timed(spell_some(held_out(prepared, 2, 0), alphabet, "error", 1.0), toy_corpus, prepared)
    for example in [*spelled.train, *spelled.validation]:
        assert len(example.durations) == len(example.symbols)
    assert any(len(example.symbols) > len(prepared.examples[example.id].symbols) for example in spelled.train)


def test_an_utterance_without_timings_is_named(tmp_path):
    corpus = write_toy_corpus(tmp_path / "corpus", texts=("a bad cab", "dad", "bead", "facade"))
    (corpus / "textgrids" / "toy-01.TextGrid").unlink()
    tiers = read_textgrid(corpus / "textgrids" / "toy-03.TextGrid")
    stop = read_duration(corpus / "textgrids" / "toy-03.TextGrid")
    other = [Interval(each.start_seconds, each.stop_seconds, "other") for each in tiers["words"]]
    write_textgrid(corpus / "textgrids" / "toy-03.TextGrid", {"words": other}, stop)
    prepared = load(corpus, tmp_path / "features", Alphabet("abcdef ,"))
    material = held_out(prepared, 1, 0)
    first = next(each.id for each in [*material.train, *material.validation] if each.id in ("toy-01", "toy-03"))
    with pytest.raises(CorpusError, match=rf"textgrids/ID\.TextGrid.*none for 2 of 4, the first of them {first}"):
        timed(material, corpus, prepared)


def test_a_batch_has_durations_in_steps_only_when_every_example_has_them(tmp_path, toy_corpus):
    prepared = load(toy_corpus, tmp_path, Alphabet("abcdef ,"))
    material = timed(held_out(prepared, 2, 0), toy_corpus, prepared)
    one, other = material.train[0], material.train[1]
    batch = collate([one, other], frames_per_step=3)
    assert batch.durations.shape == batch.symbols.shape
    for i, example in enumerate((one, other)):
        n = len(example.symbol_ids)
        np.testing.assert_allclose(batch.durations[i, :n], example.durations / 3, rtol=1e-6)
        assert not batch.durations[i, n:].any()
    assert collate([one, prepared.examples[other.id]], 3).durations is None
    assert collate([prepared.examples[one.id]], 3).durations is None
