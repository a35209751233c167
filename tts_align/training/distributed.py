"""Several processes as one: who I am, and sums over all of us."""

import datetime
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor
from torch import distributed as dist

from tts_align.device import device_of

Result = TypeVar("Result")


@dataclass(frozen=True)
class Processes:
    """The group of processes that train together; one process alone is a group too.

    Attributes:
        rank: of this process.
        n: how many there are.
        device: that this one computes on.
    """

    rank: int
    n: int
    device: torch.device

    @property
    def is_first(self) -> bool:
        """Whether this one validates, logs and saves."""
        return self.rank == 0

    def sum(self, tensor: Tensor) -> Tensor:
        """The sum over all processes, on each of them."""
        if self.n == 1:
            return tensor
        total = tensor.detach().clone()
        dist.all_reduce(total)
        return total

    def share(self, flag: bool) -> bool:
        """The first process's answer, on each of them."""
        if self.n == 1:
            return flag
        answer = torch.tensor([int(flag)], device=self.device)
        dist.broadcast(answer, src=0)
        return bool(answer.item())

    def in_turn(self, work: Callable[[], Result]) -> Result:
        """Does the work on the first process and then on the others, which find what the first has made."""
        if self.is_first:
            result = work()
        if self.n > 1:
            dist.barrier()
        return result if self.is_first else work()

    def end(self) -> None:
        """Leaves the group."""
        if self.n > 1:
            dist.destroy_process_group()


def join_processes(device: str = "auto") -> Processes:
    """Joins the group that `torchrun` started, or stands alone without it.

    Args:
        device: `auto` takes this process's GPU where there is one, else the CPU; or as in `device_of`.

    Returns:
        The group; communication is NCCL on GPUs and gloo on CPUs.

    Raises:
        TrainingError: there is no such device.
    """
    rank, n = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    chosen = device_of(device, int(os.environ.get("LOCAL_RANK", 0)))
    if chosen.type == "cuda":
        torch.cuda.set_device(chosen)
    if n > 1:
        backend = "nccl" if chosen.type == "cuda" else "gloo"
        dist.init_process_group(backend, timeout=datetime.timedelta(hours=12))  # the first may download a corpus
    return Processes(rank, n, chosen)
