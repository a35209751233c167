"""The device that a user named, or an error that says which there are; and what it is called."""

import os
import platform
from pathlib import Path

import torch

from tts_align.errors import TrainingError


def device_of(name: str, index: int = 0) -> torch.device:
    """The torch device of a name.

    Args:
        name: `cpu`, `cuda`, or `cuda:N`.
        index: of the GPU that plain `cuda` means.

    Raises:
        TrainingError: the name is no device of this machine.

    Example:
        >>> device_of("cpu")
        device(type='cpu')
    """
    n_gpus = torch.cuda.device_count()
    known = {"cpu": torch.device("cpu")} | {f"cuda:{i}": torch.device("cuda", i) for i in range(n_gpus)}
    chosen = known.get(f"cuda:{index}" if name == "cuda" else name)
    if chosen is None:
        there = ", ".join(known) if n_gpus else "cpu (this machine has no usable GPU)"
        raise TrainingError(where="--device", expected=f"one of {there}", found=repr(name), fix="Name one of those.")
    return chosen


def machine_name(device: torch.device) -> str:
    """What computes: the processor and how many cores may be used, or the GPU.

    Example:
        >>> machine_name(torch.device("cpu")).endswith("cores")
        True
    """
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{_processor()}, {torch.get_num_threads()} of {os.cpu_count()} cores"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
