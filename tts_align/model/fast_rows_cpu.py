"""Attention rows for the fast recurrence on a CPU in float32: one compiled call a step in place of a dozen."""

import numpy as np
import torch
from torch import Tensor

from tts_align import compiled_rows
from tts_align.compiled_product import PackedMatrix, is_worthwhile
from tts_align.model.fast_rows import AttentionInputs, Places, Projection


class CpuRows:
    """What both normalizers share: buffers, the query's projection, gradients. See `fast_rows.Rows`."""

    def __init__(self, inputs: AttentionInputs, places: Places):
        self._inputs, keys = inputs, inputs.keys
        self._projection = _projection(inputs, places.n_steps)
        self.weights = keys.new_zeros(places.n_steps + 1, *keys.shape[:2])
        self._context = torch.empty_like(inputs.values[:, 0])
        self._last = places.last.numpy()
        self._offset = np.float32(inputs.offset.detach().item())
        self._keys, self._values, self._vector = (_array(each) for each in (keys, inputs.values, inputs.vector))
        self._rows, self._queries = self.weights.numpy(), self._projection.projected.numpy()

    def begin_backward(self) -> None:
        """See `Rows`."""
        self._projection.begin_backward()
        self._d_keys, self._d_row = np.zeros_like(self._keys), np.zeros_like(self._rows[0])
        self._d_vector, self._d_offset = np.zeros_like(self._vector), 0.0
        self._d_queries = self._projection.d_projected.numpy()

    def gradients(self, queries: Tensor, d_contexts: Tensor) -> AttentionInputs:
        """See `Rows`."""
        return AttentionInputs(
            torch.matmul(self.weights[1:].permute(1, 2, 0), d_contexts.transpose(0, 1)),
            torch.from_numpy(self._d_keys),
            *self._projection.gradients(queries),
            torch.from_numpy(self._d_vector),
            torch.tensor(self._d_offset),
            None,
        )


class StepwiseCpuRows(CpuRows):
    """Stepwise monotonic attention."""

    def __init__(self, inputs: AttentionInputs, places: Places):
        super().__init__(inputs, places)
        self.weights[0, :, 0] = 1
        self._noise = np.empty((0, 0, 0), np.float32) if places.noise is None else _array(places.noise)
        self._stay = np.empty_like(self._rows[1:])

    def forward(self, step: int, query: Tensor) -> Tensor:
        """See `Rows`."""
        projected = self._projection.forward(step, query).numpy()
        compiled_rows.stepwise_forward(
            step, self._keys, projected, self._vector, self._offset, self._noise, self._values, self._last,
            self._rows, self._stay, self._context.numpy(),
        )  # fmt: skip
        return self._context

    def backward(self, step: int, d_context: Tensor, d_weights: Tensor) -> Tensor:
        """See `Rows`."""
        self._d_row += d_weights.numpy()
        self._d_offset += compiled_rows.stepwise_backward(
            step, self._keys, self._queries[step], self._vector, self._values, self._last, self._rows, self._stay,
            d_context.numpy(), self._d_row, self._d_queries[step], self._d_keys, self._d_vector,
        )  # fmt: skip
        return self._projection.backward(step)


class SoftmaxCpuRows(CpuRows):
    """Softmax over additive energies."""

    def forward(self, step: int, query: Tensor) -> Tensor:
        """See `Rows`."""
        projected = self._projection.forward(step, query).numpy()
        compiled_rows.softmax_forward(
            step, self._keys, projected, self._vector, self._offset, self._values, self._last, self._rows,
            self._context.numpy(),
        )  # fmt: skip
        return self._context

    def backward(self, step: int, d_context: Tensor, d_weights: Tensor) -> Tensor:
        """See `Rows`."""
        self._d_row += d_weights.numpy()
        self._d_offset += compiled_rows.softmax_backward(
            step, self._keys, self._queries[step], self._vector, self._values, self._last, self._rows,
            d_context.numpy(), self._d_row, self._d_queries[step], self._d_keys, self._d_vector,
        )  # fmt: skip
        return self._projection.backward(step)


def _projection(inputs: AttentionInputs, n_steps: int) -> Projection:
    both_ways = inputs.query_weight, inputs.query_weight.t()
    return (_PackedProjection if all(map(is_worthwhile, both_ways)) else Projection)(inputs, n_steps)


class _PackedProjection(Projection):
    """As `Projection`, with products made for few columns."""

    def __init__(self, inputs: AttentionInputs, n_steps: int):
        super().__init__(inputs, n_steps)
        self._packed, n_utterances = PackedMatrix(inputs.query_weight), len(inputs.keys)
        self._biases = inputs.query_bias.detach()[:, None].repeat(1, n_utterances)
        self._by_feature = torch.empty_like(self._biases)

    def forward(self, step: int, query: Tensor) -> Tensor:
        """See `Projection`."""
        return self.projected[step].copy_(self._packed.times(query, self._biases, self._by_feature).t())

    def begin_backward(self) -> None:
        """See `Projection`."""
        super().begin_backward()
        self._packed_back = PackedMatrix(self._weight.t())
        self._nothing = self._biases.new_zeros(self._weight.shape[1], self._biases.shape[1])

    def backward(self, step: int) -> Tensor:
        """See `Projection`."""
        self._by_feature.copy_(self.d_projected[step].t())
        return self._packed_back.times(self._by_feature, self._nothing, torch.empty_like(self._nothing))


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().contiguous().numpy()
