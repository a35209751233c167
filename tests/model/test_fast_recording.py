"""The order of calls to torch.cuda, with stand-ins that have its signatures; a GPU is what they cannot stand in for."""

import inspect
from contextlib import contextmanager

import pytest
import torch

from tts_align.model.fast_recording import CudaRecorder

DEVICE = torch.device("cuda", 0)


@pytest.fixture
def cuda(monkeypatch):
    """A log of what is called, in place of torch.cuda."""
    return _Cuda(monkeypatch)


class _Stream:
    def __init__(self, log, name):
        self.log, self.name = log, name

    def wait_stream(self, other):
        self.log.append(f"{self.name} waits for {other.name}")


class _Generator:
    def __init__(self, log):
        self.log = log

    def clone_state(self):
        return "state before"

    def graphsafe_set_state(self, state):
        self.log.append(f"random numbers: {state}")


class _Cuda:
    def __init__(self, monkeypatch):
        self.log, self.capturing, self.n_streams = [], False, 0
        self.user = self.stream = _Stream(self.log, "user")
        signature, log = inspect.signature(torch.cuda.graph.__init__), self.log

        @contextmanager
        def graph(*args, **options):
            given = signature.bind(None, *args, **options).arguments
            assert given["pool"] == (0, 7)
            assert given["capture_error_mode"] == "thread_local"
            assert given["stream"] is self.stream is not self.user
            log.append("begin")
            try:
                yield
            except RuntimeError:
                raise ValueError("operation failed due to a previous error during capture") from None
            finally:
                log.append("end")

        class Graph:
            def replay(self):
                log.append("replay")

        replaced = {
            "device": self.device,
            "stream": self.current,
            "Stream": self.new_stream,
            "current_stream": lambda device=None: self.stream,
            "is_current_stream_capturing": lambda: self.capturing,
            "CUDAGraph": Graph,
            "graph": graph,
            "graph_pool_handle": lambda: (0, 7),
            "default_generators": (_Generator(log),),
        }
        for name, value in replaced.items():
            assert hasattr(torch.cuda, name)
            monkeypatch.setattr(torch.cuda, name, value)
        for name in ("_cuda_endAllocateToPool", "_cuda_releasePool"):
            assert hasattr(torch._C, name)
            monkeypatch.setattr(torch._C, name, lambda *args, name=name: log.append((name, *args)))

    def new_stream(self):
        self.n_streams += 1
        return _Stream(self.log, "own")

    @contextmanager
    def device(self, device):
        assert device == DEVICE
        yield

    @contextmanager
    def current(self, stream):
        before, self.stream = self.stream, stream
        try:
            yield
        finally:
            self.stream = before


def test_a_function_is_run_on_a_stream_of_its_own_before_it_is_recorded_there(cuda):
    recorder = CudaRecorder()
    replay = recorder.record(lambda: cuda.log.append(f"run on {cuda.stream.name}"), DEVICE)
    runs = ["run on own"] * 2 + ["begin", "run on own", "end"]
    assert cuda.log == ["own waits for user", *runs, "user waits for own"]
    replay()
    assert cuda.log[-1] == "replay"
    recorder.record(lambda: None, DEVICE)
    assert cuda.n_streams == 1


def test_after_a_recording_that_failed_torch_is_told_that_it_is_over(cuda):
    def fails_while_recorded():
        if "begin" in cuda.log:
            raise RuntimeError("not permitted")

    with pytest.raises(ValueError, match="previous error") as caught:
        CudaRecorder().record(fails_while_recorded, DEVICE)
    assert str(caught.value.__context__) == "not permitted"
    assert cuda.stream is cuda.user
    assert cuda.log[-4:] == [
        "random numbers: state before",
        ("_cuda_endAllocateToPool", 0, (0, 7)),
        ("_cuda_releasePool", 0, (0, 7)),
        "user waits for own",
    ]


def test_graphs_are_for_the_stream_that_was_current_first_and_not_for_what_is_recorded_itself(cuda):
    recorder = CudaRecorder()
    assert recorder.is_ready(DEVICE)
    cuda.capturing = True
    assert not recorder.is_ready(DEVICE)
    cuda.capturing, cuda.stream = False, _Stream(cuda.log, "another")
    assert not recorder.is_ready(DEVICE)
    cuda.stream = cuda.user
    assert recorder.is_ready(DEVICE)
