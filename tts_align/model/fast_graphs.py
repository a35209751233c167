"""The decoder's recurrence on a CUDA device as a few graphs in place of some ten thousand launches of small kernels.

A graph is a fixed number of steps, recorded once for each set of sizes and replayed from piece to piece of a batch.

All but the recording has been tested on a CPU, with a stand-in that replays operations as strictly as a graph does.
Recording itself has not been run on a GPU; `python -m benchmarks.gpu` is what does that and compares. So nothing is
trusted here: the first results of each graph are compared with those of steps run one by one, and where anything fails
or differs, a warning says so, and no graph is used from then on.
"""

import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

from tts_align.model.fast_pieces import Loop, Pieces
from tts_align.model.fast_recording import CudaRecorder, Recorder
from tts_align.model.fast_recurrence import Backward, Forward, run_plainly
from tts_align.model.fast_rows import AttentionInputs, Places

_STEPS = 16
"""Steps of a graph: each costs some ten copies, and of the last in a batch half the steps are wasted on average."""
_SYMBOLS = 32
"""Texts are lengthened to a multiple of this, so that few sizes occur."""
_SIZES = 8
"""Sizes whose graphs are kept."""
_PATIENCE = 200
"""Calls for which graphs are kept unused, and others wait: recording costs more than some calls without graphs."""


@dataclass
class _Recorded:
    pieces: Pieces
    is_trusted: bool = False


@dataclass
class _Pair:
    steps: Forward
    forward: _Recorded
    backward: _Recorded | None = None
    last_call: int = 0


class Graphs:
    """Runs recurrences by recorded pieces: a `Runner` of `fast_recurrence`, for rows in torch.

    The way back is recorded during the way forward, not in a thread of autograd.

    Args:
        recorder: records.
        n_steps: of a graph.
        n_sizes: how many sizes are kept; that which was not used for the longest time leaves.
        patience: how many calls that time must be. Until then other sizes are run step by step.

    Attributes:
        n_replayed: loops that were run by graphs, so that it can be seen that they are.
    """

    def __init__(self, recorder: Recorder, n_steps: int = _STEPS, n_sizes: int = _SIZES, patience: int = _PATIENCE):
        self._recorder, self._n_steps, self._n_sizes, self._patience = recorder, n_steps, n_sizes, patience
        self._pairs: OrderedDict[tuple[object, ...], _Pair] = OrderedDict()
        self._lock = threading.RLock()  # two threads must not mix what they copy into the same buffers
        self._is_given_up, self._n_calls, self.n_replayed = False, 0, 0

    def is_ready(self, device: torch.device) -> bool:
        """Whether there is a point in calling it."""
        return not self._is_given_up and self._recorder.is_ready(device)

    def __call__(self, forward: Forward, trains: bool) -> Callable[[Backward], None]:
        """See `fast_recurrence.Runner`."""
        with self._lock:
            pair = None if self._is_given_up or not forward.outputs.numel() else self._pair(forward, trains)
            if pair is None:
                return run_plainly(forward, trains)
            self._run(pair.forward, forward)
            return Backward.run if pair.backward is None else partial(self._run, pair.backward)

    def _pair(self, forward: Forward, trains: bool) -> _Pair | None:
        self._n_calls += 1
        key = _key(forward)
        if key not in self._pairs and not self._has_room():
            return None
        try:
            with torch.inference_mode(False), torch.no_grad():  # buffers that training can use too
                if key not in self._pairs:
                    steps = forward.piece(self._n_steps)
                    self._pairs[key] = _Pair(steps, self._recorded(steps))
                pair = self._pairs[key]
                if trains and pair.backward is None:
                    pair.backward = self._recorded(pair.steps.way_back())
        except Exception as error:  # whatever it is, the steps can be run without graphs
            self._give_up(f"recording failed with {_first(error)}")
            return None
        self._pairs.move_to_end(key)
        pair.last_call = self._n_calls
        return pair

    def _has_room(self) -> bool:
        if len(self._pairs) < self._n_sizes:
            return True
        oldest = next(iter(self._pairs))
        if self._n_calls - self._pairs[oldest].last_call <= self._patience:
            return False
        del self._pairs[oldest]
        return True

    def _recorded(self, loop: Loop) -> _Recorded:
        return _Recorded(Pieces(loop, self._recorder.record(loop.run, loop.buffers().fixed[0].device)))

    def _run(self, recorded: _Recorded, loop: Loop) -> None:
        with self._lock:
            if self._is_given_up:
                loop.run()
            elif recorded.is_trusted:
                recorded.pieces.run(loop)
                self.n_replayed += 1
            else:
                self._compare(recorded, loop)

    def _compare(self, recorded: _Recorded, loop: Loop) -> None:
        """Runs the loop step by step, and its pieces to see that they find the same."""
        began = tuple(each.clone() for each in loop.buffers().running)
        loop.run()
        try:
            share = _share_of_tolerance(recorded.pieces.differences(loop, began), loop)
        except Exception as error:
            self._give_up(f"replaying failed with {_first(error)}")
            return
        if share is None:
            return  # compared the next time
        recorded.is_trusted = share <= 1
        if not recorded.is_trusted:
            self._give_up(f"results differ from those of single steps, {share:.3g} times as far as rounding explains")

    def _give_up(self, reason: str) -> None:
        self._is_given_up = True
        self._pairs.clear()
        warnings.warn(
            f"CUDA graphs are not used for the decoder's recurrence: {reason}. Training goes on without them, slower "
            "and with the same results.",
            RuntimeWarning,
            stacklevel=2,
        )


def graphs_for(device: torch.device) -> Graphs | None:
    """What runs recurrences on a device by graphs, or None where steps are run one by one.

    Example:
        >>> graphs_for(torch.device("cpu")) is None
        True
    """
    return _GRAPHS if device.type == "cuda" and not _SWITCHED_OFF and _GRAPHS.is_ready(device) else None


@contextmanager
def without_graphs() -> Iterator[None]:
    """Within it no graph is used, in any thread: to compare."""
    _SWITCHED_OFF.append(True)
    try:
        yield
    finally:
        _SWITCHED_OFF.pop()


def lengthened(inputs: AttentionInputs, places: Places) -> tuple[AttentionInputs, Places]:
    """The same batch with as much padding behind its symbols as makes their number a multiple of `_SYMBOLS`.

    Weights on it are zeros. Differentiable.

    Example:
        >>> numbers = [torch.ones(size) for size in ((1, 5, 2), (1, 5, 3), (3, 4), (3,), (3,), ())]
        >>> inputs, places = lengthened(AttentionInputs(*numbers, None), Places(torch.tensor([4]), None, 7))
        >>> inputs.values.shape, inputs.keys[0, 4:6, 0].tolist()
        (torch.Size([1, 32, 2]), [1.0, 0.0])
    """
    more = -inputs.keys.shape[1] % _SYMBOLS
    noise = None if places.noise is None else functional.pad(places.noise, (0, more))
    values, keys = (functional.pad(each, (0, 0, 0, more)) for each in (inputs.values, inputs.keys))
    return inputs._replace(values=values, keys=keys), places._replace(noise=noise)


def _key(forward: Forward) -> tuple[object, ...]:
    """All that is written into a graph and not copied into its buffers."""
    sizes = forward.buffers().sizes(forward.n_steps)
    return type(forward.rows), forward.dropout.scale, torch.backends.cuda.matmul.fp32_precision, sizes


def _share_of_tolerance(differences: Tensor, loop: Loop) -> float | None:
    """How much of what rounding explains the largest of `Pieces.differences` is.

    Products and sums may be rounded in another order, so half the digits must be right. A sum over all steps can be
    nothing but rounding, as that of the gradients of a softmax is: it is measured by the largest sum too.

    Returns:
        None where that cannot be said: after overflow, as of a loss that was scaled too far, or where all is zero.
    """
    found, sizes = differences.unbind(1)
    if not bool(sizes.isfinite().all()) or not bool(sizes.any()):
        return None
    buffers = loop.buffers()
    of_products = max(torch.finfo(each.dtype).eps for each in buffers.fixed if each.is_floating_point())
    if buffers.fixed[0].dtype == torch.float32 and torch.backends.cuda.matmul.fp32_precision == "tf32":
        of_products = 2.0**-10
    allowed = of_products**0.5 * sizes
    if loop.is_backward:
        sums = slice(len(sizes) - len(buffers.running), None)
        allowed[sums] += 16 * torch.finfo(buffers.running[0].dtype).eps * sizes[sums].max()
    return float((found / allowed.clamp(min=1e-300)).nan_to_num(nan=torch.inf).max())


def _first(error: BaseException) -> str:
    """That which others followed: the end of a recording fails too, and says less."""
    while error.__context__ is not None:
        error = error.__context__
    return f"{type(error).__name__}: {error}"


_GRAPHS = Graphs(CudaRecorder())
_SWITCHED_OFF: list[bool] = []
