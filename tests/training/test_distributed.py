"""Two processes train like one with the joint batch."""

import json
import os
import subprocess
import sys

import numpy as np
import torch

from tts_align.voice import read_voice


def train(recipe, corpus, out, launcher):
    words = ["tts_align", "train", recipe, "--corpus", corpus, "--out", out, "--set", "training.updates=6"]
    words += ["--set", "training.batch_size=7"]  # 8 utterances: the last batch of an epoch leaves one process idle
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *launcher, *map(str, words)], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 1, done.stderr  # trained as told; too little to align
    records = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    losses = [record["loss"] for record in records if record["kind"] == "update"]
    return records[0]["n_processes"], losses, read_voice(out / "last.safetensors").tensors


def test_two_processes_equal_one_to_rounding(tmp_path, toy_corpus, toy_recipe):
    n, one_losses, one = train(toy_recipe, toy_corpus, tmp_path / "one", [])
    launcher = ["torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m"]
    assert n == 1
    n, two_losses, two = train(toy_recipe, toy_corpus, tmp_path / "two", launcher)
    assert n == 2
    np.testing.assert_allclose(two_losses, one_losses, rtol=1e-5)
    for name, tensor in one.items():
        torch.testing.assert_close(two[name], tensor, atol=2e-5, rtol=1e-4, msg=name)
