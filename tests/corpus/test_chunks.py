"""Chunks run each in a fresh process, and its errors come back."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tts_align.corpus.chunks import run_chunks
from tts_align.errors import CorpusError, TextError


def say_process(*items: int) -> Iterator[tuple[int, int]]:
    for item in items:
        yield os.getpid(), item


def fail(name: str) -> Iterator[int]:
    yield 1
    if name == "ours":
        raise TextError(where="here", expected="a", found="b", fix="Mend it.")
    if name == "dies":
        os._exit(7)
    raise ZeroDivisionError("by zero")


def linger(path: str) -> Iterator[int]:
    for i in range(1000):
        yield i
        time.sleep(0.01)
        Path(path).write_text(f"finished {i}")


def test_every_chunk_has_a_process_of_its_own_and_all_items_come() -> None:
    results = list(run_chunks(say_process, [(1, 2), (3,), (4, 5)], workers=2))
    assert sorted(item for _, item in results) == [1, 2, 3, 4, 5]
    assert len({process for process, _ in results}) == 3
    assert os.getpid() not in {process for process, _ in results}


def test_an_error_of_ours_comes_back_as_it_was() -> None:
    with pytest.raises(TextError, match=r"here: expected a, found b\. Mend it\."):
        list(run_chunks(fail, [("ours",)], workers=1))


@pytest.mark.parametrize(("name", "message"), [("other", "ZeroDivisionError: by zero"), ("dies", "exit status 7")])
def test_a_fall_and_a_death_are_errors(name: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        list(run_chunks(fail, [(name,)], workers=1))


def test_when_the_caller_stops_listening_the_worker_ends_after_the_item_at_hand(tmp_path: Path) -> None:
    results = run_chunks(linger, [(str(tmp_path / "note"),)], workers=1)
    assert [next(results), next(results)] == [0, 1]
    results.close()  # waits for the process
    note = (tmp_path / "note").read_text()
    time.sleep(0.1)
    assert (tmp_path / "note").read_text() == note != "finished 999"
