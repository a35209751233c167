"""Freed memory is kept by the process."""

import subprocess
import sys

import pytest

from tts_align.training import memory
from tts_align.training.memory import keep_freed_memory

COUNT = """
import resource, sys
import numpy as np
from tts_align.training.memory import keep_freed_memory

if sys.argv[1] == "kept" and not keep_freed_memory():
    print("no glibc")
    raise SystemExit
np.ones(2**24, np.float32)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(3):
    np.ones(2**24, np.float32)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def _faults(how):
    found = subprocess.run([sys.executable, "-c", COUNT, how], capture_output=True, text=True, check=True).stdout
    if "no glibc" in found:
        pytest.skip("another C library")
    return int(found)


@pytest.mark.skipif(sys.platform != "linux", reason="counts page faults")
def test_what_is_freed_and_asked_for_again_is_not_fetched_from_the_system():
    assert _faults("kept") < _faults("given back") / 10


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda name: object())
    assert keep_freed_memory() is False


def test_a_c_library_that_refuses_high_thresholds_for_pieces_apart_takes_it_too(monkeypatch):
    values = {}

    class Older:  # as glibc once was
        @staticmethod
        def mallopt(option, value):
            if option == -3 and value > 2**25:
                return 0
            values[option] = value
            return 1

    monkeypatch.setattr(memory.ctypes, "CDLL", lambda name: Older)
    assert keep_freed_memory() is True
    assert values == {-1: 2**31 - 1, -4: 0}  # the heap is not trimmed, and no piece lies apart from it
