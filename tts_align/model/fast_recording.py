"""Recording what a function starts on a device, to start it again at once: CUDA graphs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Protocol, runtime_checkable

import torch


@runtime_checkable
class Recorder(Protocol):
    """Records what a function starts on a device."""

    def is_ready(self, device: torch.device) -> bool:
        """Whether recording and replaying are possible here and now."""

    def record(self, function: Callable[[], object], device: torch.device) -> Callable[[], object]:
        """Starts the same again, on the same memory, without the function."""


class CudaRecorder:
    """CUDA graphs. This class is what has not been run on a GPU yet.

    All of a device are recorded on one stream of their own, since each stream that multiplies matrices keeps memory for
    it, and are replayed on the stream that was current first: elsewhere they could meet in that memory.
    """

    def __init__(self) -> None:
        self._recording: dict[torch.device, torch.cuda.Stream] = {}
        self._replaying: dict[torch.device, torch.cuda.Stream] = {}

    def is_ready(self, device: torch.device) -> bool:
        """See `Recorder`."""
        current = torch.cuda.current_stream(device)
        return self._replaying.setdefault(device, current) == current and not torch.cuda.is_current_stream_capturing()

    def record(self, function: Callable[[], object], device: torch.device) -> Callable[[], object]:
        """See `Recorder`."""
        with torch.cuda.device(device):
            current = torch.cuda.current_stream()
            if device not in self._recording:
                self._recording[device] = torch.cuda.Stream()
            own, graph = self._recording[device], torch.cuda.CUDAGraph()
            own.wait_stream(current)
            try:
                with torch.cuda.stream(own), _repaired(device) as pool:
                    for _ in range(2):  # libraries make their workspaces
                        function()
                    # other threads, as those of a data loader, may go on with what they do
                    with torch.cuda.graph(graph, pool=pool, stream=own, capture_error_mode="thread_local"):
                        function()
            finally:
                current.wait_stream(own)
        return graph.replay


@contextmanager
def _repaired(device: torch.device) -> Iterator[Any]:
    """The memory pool of a recording; should it fail, torch is told that it is over.

    torch 2.11 does not find out by itself: random numbers and freeing memory on the device would fail from then on. It
    has no public function for the latter.
    """
    pool, generator = torch.cuda.graph_pool_handle(), torch.cuda.default_generators[device.index]
    before = generator.clone_state()
    try:
        yield pool
    except Exception:
        generator.graphsafe_set_state(before)
        with suppress(Exception):  # it was told already, or nothing had begun
            torch._C._cuda_endAllocateToPool(device.index, pool)
            torch._C._cuda_releasePool(device.index, pool)
        raise
