"""A stand-in for CUDA graphs on any device: records the operations of a function, and replays those and no Python.

As strict as a graph: operations read and write the tensors that they did when they were recorded, whatever a name in
the program stands for since then; numbers are what they were; and what was made inside holds nothing from one replay to
the next.
"""

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

WAIT_FOR_THE_DEVICE = {"_local_scalar_dense", "nonzero", "masked_select", "index", "index_put_", "equal", "lift_fresh"}


class OperationRecorder:
    """See `fast_graphs.Recorder`; counts."""

    def __init__(self):
        self.n_recorded = self.n_replayed = 0

    def is_ready(self, device):
        return True

    def record(self, function, device):
        self.n_recorded += 1
        function()  # as before a graph is captured
        with _Operations() as operations:
            function()

        def replay():
            self.n_replayed += 1
            operations.replay()

        return replay


class _Operations(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self.calls, self.made = [], []

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        result = function(*args, **(kwargs or {}))
        name = function.overloadpacket.__name__
        assert name not in WAIT_FOR_THE_DEVICE, f"{name} waits for the device"
        returns = [each.alias_info for each in function._schema.returns]
        if any(alias is not None and not alias.is_write for alias in returns):
            return result  # a view: the same memory for ever
        if not any(returns):
            self.made += tree_leaves(result)
        if not name.startswith(("empty", "new_empty")):
            self.calls.append((function, args, kwargs or {}, result))
        return result

    def replay(self):
        for tensor in self.made:
            tensor.fill_(torch.nan if tensor.is_floating_point() else 1)
        for function, args, kwargs, result in self.calls:
            again = function(*args, **kwargs)
            for old, new in zip(tree_leaves(result), tree_leaves(again), strict=True):
                if old is not new:
                    old.copy_(new)
