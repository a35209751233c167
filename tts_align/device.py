"""The device that a user named, or an error that says which there are."""

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
