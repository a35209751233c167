"""As `fast_rows_cpu`, for location-sensitive energies."""

from typing import cast

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import pad

from tts_align import compiled_located
from tts_align.compiled_tiles import COLUMNS, ROWS
from tts_align.model.fast_rows import AttentionInputs, Places, Rows
from tts_align.model.fast_rows_cpu import CpuRows, SoftmaxCpuRows


def softmax_cpu_rows(inputs: AttentionInputs, places: Places) -> Rows:
    """Softmax over energies with or without location."""
    return SoftmaxCpuRows(inputs, places) if inputs.location is None else LocatedCpuRows(inputs, places)


class LocatedCpuRows(CpuRows):
    """Softmax over location-sensitive energies, all sizes rounded up as `compiled_located` says."""

    def __init__(self, inputs: AttentionInputs, places: Places):
        super().__init__(_with_whole_parts(inputs), places)
        self._sizes = n_symbols, _ = inputs.keys.shape[1:]
        rounded = np.pad(self._keys, ((0, 0), (0, -n_symbols % ROWS), (0, 0)))
        self._keys = _in_parts(rounded).swapaxes(1, 2).copy()  # (B, P, N, COLUMNS)
        self._vector, self._queries = _in_parts(self._vector), _in_parts(self._queries)
        filters = _in_parts(cast(Tensor, self._inputs.location).detach().numpy())  # (2 W, P, COLUMNS)
        self._filters = _taking_turns(filters).swapaxes(0, 1).copy()
        self._cumulative = np.zeros_like(self._rows[0])

    def forward(self, step: int, query: Tensor) -> Tensor:
        """See `Rows`."""
        self._projection.forward(step, query)
        compiled_located.located_forward(
            step, self._keys, self._queries[step], self._filters, self._vector, self._offset, self._values, self._last,
            self._rows, self._cumulative, self._context.numpy(),
        )  # fmt: skip
        return self._context

    def begin_backward(self) -> None:
        """See `Rows`."""
        super().begin_backward()
        n_parts, n_taps, _ = self._filters.shape
        self._d_queries = _in_parts(self._d_queries)
        self._sums = self.weights.cumsum(0).numpy()
        self._d_cumulative = np.zeros_like(self._d_row)
        self._d_filters = np.zeros((n_parts, n_taps + -n_taps % ROWS, COLUMNS), np.float32)
        self._turned = np.pad(self._filters, ((0, 0), (0, -n_taps % COLUMNS), (0, 0))).swapaxes(1, 2).copy()

    def backward(self, step: int, d_context: Tensor, d_weights: Tensor) -> Tensor:
        """See `Rows`."""
        self._d_row += d_weights.numpy()
        self._d_offset += compiled_located.located_backward(
            step, self._keys, self._queries[step], self._filters, self._turned, self._vector, self._values, self._last,
            self._rows, self._sums[step], d_context.numpy(), self._d_row, self._d_cumulative, self._d_queries[step],
            self._d_keys, self._d_vector, self._d_filters,
        )  # fmt: skip
        return self._projection.backward(step)

    def gradients(self, queries: Tensor, d_contexts: Tensor) -> AttentionInputs:
        """See `Rows`."""
        n_symbols, size = self._sizes
        found, n_taps = super().gradients(queries, d_contexts), self._filters.shape[1]
        d_filters = self._d_filters[:, :n_taps].swapaxes(0, 1).reshape(n_taps // 2, 2, -1).swapaxes(0, 1)
        return found._replace(
            keys=found.keys.transpose(1, 2).flatten(2)[:, :n_symbols, :size],
            query_weight=found.query_weight[:size],
            query_bias=found.query_bias[:size],
            vector=found.vector.flatten()[:size],
            location=torch.from_numpy(d_filters.reshape(n_taps, -1)[:, :size]),
        )


def _with_whole_parts(inputs: AttentionInputs) -> AttentionInputs:
    """The inputs with zeros for more hidden features, up to a multiple of `COLUMNS`."""
    missing = -inputs.keys.shape[2] % COLUMNS
    if missing == 0 or inputs.location is None:
        return inputs
    return inputs._replace(
        keys=pad(inputs.keys, (0, missing)),
        query_weight=pad(inputs.query_weight, (0, 0, 0, missing)),
        query_bias=pad(inputs.query_bias, (0, missing)),
        vector=pad(inputs.vector, (0, missing)),
        location=pad(inputs.location, (0, missing)),
    )


def _in_parts(array: np.ndarray) -> np.ndarray:
    """The last axis as parts of `COLUMNS`."""
    return array.reshape(*array.shape[:-1], array.shape[-1] // COLUMNS, COLUMNS)


def _taking_turns(filters: np.ndarray) -> np.ndarray:
    """Rows of two kinds (2 W, ...), first all of one and then all of the other, in turn."""
    return np.stack(np.split(filters, 2), axis=1).reshape(filters.shape)
