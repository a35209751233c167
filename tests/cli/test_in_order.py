import threading
import time
from collections.abc import Iterator

import pytest

from tts_align.cli.in_order import MOST_WORKERS, default_workers, map_in_order


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_results_come_in_the_order_of_the_items_whatever_takes_longest(workers: int) -> None:
    def slow_square(n: int) -> int:
        time.sleep(0.002 * (n % 3))
        return n * n

    results = map_in_order(slow_square, range(50), workers, threading.Event())
    assert list(results) == [n * n for n in range(50)]


def test_only_a_few_items_are_under_way_at_a_time() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for n in range(1000):
            taken.append(n)
            yield n

    results = map_in_order(lambda n: n, items(), 3, threading.Event())
    assert next(results) == 0
    assert len(taken) <= 12
    results.close()


def test_an_error_comes_when_its_turn_has_come_and_ends_the_work() -> None:
    stop = threading.Event()
    results = map_in_order(lambda n: 1 // (2 - n), range(100), 2, stop)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert stop.is_set()


def test_closing_ends_long_work_that_looks_at_the_stop() -> None:
    stop = threading.Event()

    def wait(n: int) -> int:
        if n:
            stop.wait(20)
        return n

    results = map_in_order(wait, range(8), 2, stop)
    assert next(results) == 0
    began = time.monotonic()
    results.close()
    assert time.monotonic() - began < 5


def test_the_default_is_a_few_threads() -> None:
    assert 1 <= default_workers() <= MOST_WORKERS
