from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts_align.corpus import Utterance, split
from tts_align.errors import CorpusError


def corpus(n: int) -> list[Utterance]:
    return [Utterance(id=f"U{i:03d}", text="", wave_path=Path(), raw_text="") for i in range(n)]


def test_the_parts_are_fixed_for_ever():
    parts = split(corpus(13), n_validation=3, n_test=2)
    assert [u.id for u in parts.test] == ["U007", "U009"]
    assert [u.id for u in parts.validation] == ["U002", "U004", "U008"]


@given(n=st.integers(1, 40), n_validation=st.integers(0, 20), n_test=st.integers(0, 20), data=st.data())
def test_the_parts_are_disjoint_complete_and_independent_of_order(n, n_validation, n_test, data):
    utterances = corpus(n)
    if n <= n_validation + n_test:
        with pytest.raises(CorpusError):
            split(utterances, n_validation, n_test)
        return
    parts = split(utterances, n_validation, n_test)
    assert (len(parts.validation), len(parts.test)) == (n_validation, n_test)
    together = parts.train + parts.validation + parts.test
    assert sorted(u.id for u in together) == [u.id for u in utterances]
    assert split(data.draw(st.permutations(utterances)), n_validation, n_test) == parts


def test_one_more_utterance_moves_at_most_one_into_each_other_part():
    before, after = split(corpus(200), 20, 10), split(corpus(201), 20, 10)
    assert len(set(before.test) - set(after.test)) <= 1
    assert len(set(before.validation) - set(after.validation)) <= 1


def test_too_few_utterances_are_an_error():
    with pytest.raises(CorpusError, match=r"more than 3 \+ 2 utterances.*found 5 utterances"):
        split(corpus(5), n_validation=3, n_test=2)


def test_a_negative_count_is_an_error():
    with pytest.raises(CorpusError, match="validation -1"):
        split(corpus(5), n_validation=-1, n_test=2)
