"""As `compiled_rows`, for a softmax over location-sensitive energies.

The hidden layer of a symbol is tanh(key + query + U l), l a window of odd width W over the row before and over the sum
of all rows before. U l is made for a few symbols at a time, where it is used: no array of B x N x A numbers is written
in the forward pass, and d_keys alone in the backward pass.

Sizes are rounded up with zeros: A to P parts of `COLUMNS`, N to a multiple of `ROWS`. That makes keys
(B, P, N, COLUMNS), query (B, P, COLUMNS), vector (P, COLUMNS) and filters (P, 2 W, COLUMNS); among the rows of filters
the two kinds of weights take turns.
"""

import math

import numpy as np
from numba import njit

from tts_align.compiled_rows import FAST, TINY, add, dot, energy_of, tanh
from tts_align.compiled_tiles import COLUMNS, ROWS, add_block, borrowed

_ZERO, _ONE = np.float32(0), np.float32(1)


@njit(cache=True, fastmath=FAST, error_model="numpy")
def located_forward(step, keys, query, filters, vector, offset, values, last, rows, cumulative, context):  # type: ignore[no-untyped-def]
    """a = softmax(v.hidden) over real symbols, and the context (B, E). The row before is added to cumulative (B, N)."""
    location = np.empty((ROWS, COLUMNS), np.float32)
    seen = _room_for_seen(keys, filters)
    for b in range(len(keys)):
        row = rows[step + 1, b, : last[b] + 1]
        rows[step + 1, b, last[b] + 1 :] = 0
        add(cumulative[b], _ONE, rows[step, b])
        _see(rows[step, b], cumulative[b], filters, seen)
        _energies(offset, *borrowed((keys[b], query[b], filters, vector, seen, location, row)))
        _softmax(row)
        _attend(*borrowed((row, values[b], context[b])))


@njit(cache=True, fastmath=FAST, error_model="numpy")
def located_backward(  # type: ignore[no-untyped-def]
    step, keys, query, filters, turned, vector, values, last, rows, cumulative,
    d_context, d_row, d_cumulative, d_query, d_keys, d_vector, d_filters,
):  # fmt: skip
    """From d_context (B, E) and d_row (B, N): d_query (B, P, COLUMNS), what is added to d_keys, d_vector, d_filters and
    d_cumulative, and the gradient of the row before, which replaces d_row. Gives what is added to the gradient of the
    offset.

    The rows of d_filters are rounded up to a multiple of `ROWS`. turned (P, COLUMNS, C) holds the filters the other way
    round, C rounded up to a multiple of `COLUMNS`."""
    n_rounded, margin = keys.shape[2], filters.shape[1] // 4
    d_inner = np.zeros((len(vector), n_rounded, COLUMNS), np.float32)
    d_energies = np.zeros(n_rounded, np.float32)
    seen, d_seen = _room_for_seen(keys, filters), _room_for_seen(keys, filters)
    d_offset = _ZERO
    for b in range(len(keys)):
        row = rows[step + 1, b, : last[b] + 1]
        begin, end = _energies_backward(*borrowed((row, values[b], d_context[b], d_row[b], d_energies)))
        d_query[b, :] = 0
        d_seen[:] = 0
        if begin < end:
            _see(rows[step, b], cumulative[b], filters, seen)
            parts = keys[b], query[b], filters, vector, seen, d_energies, d_keys[b], d_query[b], d_vector, d_inner
            _hidden_backward(begin, end, *borrowed(parts))
            _windows_backward(begin, end, *borrowed((turned, seen, d_inner, d_seen, d_filters)))
        for n in range(d_row.shape[1]):
            d_offset += d_energies[n]
            d_cumulative[b, n] += d_seen[2 * (n + margin) + 1]
            d_row[b, n] = d_seen[2 * (n + margin)] + d_cumulative[b, n]
    return d_offset


@njit(error_model="numpy")
def _room_for_seen(keys, filters):  # type: ignore[no-untyped-def]
    """Zeros for both kinds of weights side by side, with what is read or written beyond the last window."""
    return np.zeros(2 * keys.shape[2] + filters.shape[1] + COLUMNS, np.float32)


@njit(error_model="numpy")
def _see(before, cumulative, filters, seen):  # type: ignore[no-untyped-def]
    """Fills in the weights of an utterance; what is left and right of them stays zero."""
    margin = filters.shape[1] // 4
    for n in range(len(before)):
        seen[2 * (n + margin)] = before[n]
        seen[2 * (n + margin) + 1] = cumulative[n]


@njit(fastmath=FAST, error_model="numpy")
def _energies(offset, keys, query, filters, vector, seen, location, row):  # type: ignore[no-untyped-def]
    row[:] = offset
    for part in range(len(keys)):
        for first in range(0, len(row), ROWS):
            add_block(keys[part, first : first + ROWS], seen[2 * first :], 2, 1, filters[part], location)
            for n in range(first, min(first + ROWS, len(row))):
                row[n] += energy_of(location[n - first], query[part], vector[part])


@njit(fastmath=FAST, error_model="numpy")
def _softmax(row):  # type: ignore[no-untyped-def]
    """Energies become weights."""
    highest, total = np.float32(-np.inf), _ZERO
    for n in range(len(row)):
        highest = max(highest, row[n])
    for n in range(len(row)):
        row[n] = np.float32(math.exp(row[n] - highest))
        total += row[n]
    for n in range(len(row)):
        row[n] /= total


@njit(fastmath=FAST, error_model="numpy")
def _attend(row, values, context):  # type: ignore[no-untyped-def]
    context[:] = 0
    for n in range(len(row)):
        if not row[n] <= TINY:
            add(context, row[n], values[n])


@njit(fastmath=FAST, error_model="numpy")
def _energies_backward(row, values, d_context, d_row, d_energies):  # type: ignore[no-untyped-def]
    """Fills in d e = a (d a - sum a d a), and gives where the symbols that matter begin, a multiple of `ROWS`, and
    end."""
    begin, end, mean = len(row), 0, _ZERO
    for n in range(len(row)):
        if not row[n] <= TINY:
            begin, end = min(begin, n // ROWS * ROWS), n + 1
            d_row[n] += dot(values[n], d_context)
            mean += row[n] * d_row[n]
    d_energies[:] = 0
    for n in range(begin, end):
        d_energies[n] = row[n] * (d_row[n] - mean)
    return begin, end


@njit(fastmath=FAST, error_model="numpy")
def _hidden_backward(begin, end, keys, query, filters, vector, seen, d_energies, d_keys, d_query, d_vector, d_inner):  # type: ignore[no-untyped-def]
    """Fills in d_inner (P, N, COLUMNS), the gradient before the tanh."""
    for part in range(len(keys)):
        for first in range(begin, end, ROWS):
            here = slice(first, first + ROWS)
            add_block(keys[part, here], seen[2 * first :], 2, 1, filters[part], d_inner[part, here])
            d_inner[part, end : first + ROWS] = 0  # a NaN of padding stays there
            _tanh_backward(
                d_inner[part, here].reshape(-1), query[part], vector[part], d_energies[here],
                d_keys[part, here].reshape(-1), d_query[part], d_vector[part],
            )  # fmt: skip


@njit(fastmath=FAST, error_model="numpy")
def _tanh_backward(inner, query, vector, d_energies, d_keys, d_query, d_vector):  # type: ignore[no-untyped-def]
    """For `ROWS` symbols; inner (ROWS * COLUMNS) is key + U l, and then its gradient."""
    for a in range(COLUMNS):
        of_query, of_vector = _ZERO, _ZERO
        for n in range(ROWS):
            hidden = tanh(inner[n * COLUMNS + a] + query[a])
            d_hidden = d_energies[n] * vector[a] * (_ONE - hidden * hidden)
            of_query += d_hidden
            of_vector += d_energies[n] * hidden
            d_keys[n * COLUMNS + a] += d_hidden
            inner[n * COLUMNS + a] = d_hidden
        d_query[a] += of_query
        d_vector[a] += of_vector


@njit(fastmath=FAST, error_model="numpy")
def _windows_backward(begin, end, turned, seen, d_inner, d_seen, d_filters):  # type: ignore[no-untyped-def]
    """From d_inner what is added to d_filters, and to d_seen."""
    for part in range(len(d_filters)):
        for tap in range(0, d_filters.shape[1], ROWS):
            block = d_filters[part, tap : tap + ROWS]
            add_block(block, seen[2 * begin + tap :], 1, 2, d_inner[part, begin:end], block)
    d_window = np.empty((ROWS, COLUMNS), np.float32)
    for first in range(begin, end, ROWS):
        for tap in range(0, turned.shape[2], COLUMNS):
            d_window[:] = 0
            for part in range(len(d_inner)):
                add_block(
                    d_window, d_inner[part, first], COLUMNS, 1, turned[part, :, tap : tap + COLUMNS], d_window
                )  # fmt: skip
            for n in range(ROWS):
                add(d_seen[2 * (first + n) + tap : 2 * (first + n) + tap + COLUMNS], _ONE, d_window[n])
