"""Several processes as one: who I am, and sums over all of us."""

import os
from dataclasses import dataclass

import torch
from torch import Tensor
from torch import distributed as dist


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

    def wait(self) -> None:
        """Returns when all processes have come here."""
        if self.n > 1:
            dist.barrier()

    def end(self) -> None:
        """Leaves the group."""
        if self.n > 1:
            dist.destroy_process_group()


def join_processes(device: str = "auto") -> Processes:
    """Joins the group that `torchrun` started, or stands alone without it.

    Args:
        device: `auto` takes this process's GPU where there is one, else the CPU; or a torch device name.

    Returns:
        The group; communication is NCCL on GPUs and gloo on CPUs.
    """
    rank, n = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    if device == "auto":
        local = int(os.environ.get("LOCAL_RANK", 0))
        device = f"cuda:{local}" if torch.cuda.is_available() else "cpu"
    chosen = torch.device(device)
    if chosen.type == "cuda":
        torch.cuda.set_device(chosen)
    if n > 1:
        dist.init_process_group("nccl" if chosen.type == "cuda" else "gloo")
    return Processes(rank, n, chosen)
