"""A command loads what it needs, which is most of the time that a short one takes."""

import gc
import json
import subprocess
import sys

import numpy as np
import pytest

from tts_align.alignment import Alignment, save_alignment
from tts_align.cli.loading import loading

NEVER = {"matplotlib", "pandas", "librosa", "torchaudio", "tensorboard", "num2words", "jiwer", "onnx", "onnxruntime"}
NEVER |= {"scipy.stats", "scipy.signal", "torch._dynamo", "torch.onnx", "torch.utils.tensorboard", "beartype"}
PROGRAM = """
import json, sys
from tts_align.cli import app
loaded = []
for words in json.loads(sys.argv[1]):
    try:
        app(words)
    except SystemExit as end:
        loaded.append([end.code, *sys.modules])
print(json.dumps(loaded))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """The modules that are there after a help text, then a diagnosis, then speech, in one process."""
    folder = tmp_path_factory.mktemp("loading")
    save_alignment(folder / "cat.npz", Alignment(np.eye(3), tuple("cat"), seconds_per_step=0.1, text="cat"))
    diagnose = ["diagnose", str(folder / "cat.npz"), "--fail-on", "none"]
    synthesize = ["synthesize", "Hello.", "--out", str(folder / "hello.wav"), "--iterations", "3"]
    commands = json.dumps([["synthesize", "--help"], diagnose, synthesize])
    done = subprocess.run([sys.executable, "-c", PROGRAM, commands], capture_output=True, text=True, check=True)
    after = json.loads(done.stdout.splitlines()[-1])
    assert [status for status, *_ in after] == [0, 0, 0], done.stderr
    return dict(zip(("help", "diagnosis", "speech"), map(set, after), strict=True))


def test_help_loads_neither_numbers_nor_the_terminal(loaded):
    assert "typer" in loaded["help"]
    assert not loaded["help"] & {"numpy", "numba", "torch", "rich", "soundfile"}


def test_a_diagnosis_loads_no_torch(loaded):
    assert "numba" in loaded["diagnosis"]
    assert not loaded["diagnosis"] & ({"torch", "soundfile", "tts_align.text"} | NEVER)


def test_speaking_loads_nothing_that_trains_draws_or_measures(loaded):
    assert {"torch", "tts_align.synthesis"} <= loaded["speech"]
    rooms = {f"tts_align.{room}" for room in ("training", "corpus", "recipe", "deploy", "comparing", "evaluation")}
    assert not loaded["speech"] & (rooms | NEVER)


def test_what_was_loaded_is_not_searched_for_garbage():
    before = gc.get_freeze_count()
    with pytest.raises(KeyError), loading():
        kept: list[list] = [[] for _ in range(1000)]
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(kept)
    gc.unfreeze()
