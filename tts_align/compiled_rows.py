"""One attention row of a batch and its context on a CPU, forward and backward, as compiled loops for `model`.

They stand outside that room because the tests check the shapes of all its functions, which compiled ones do not allow.

No array of N x A numbers is written but gradients. All arrays are float32 and contiguous. `rows` are weights
(T + 1, B, N), entry t + 1 made by step t. A hidden layer is tanh(keys (B, N, A) + query (B, A)). Symbols whose weight
is at most 1e-12 are passed over: what they would add lies below the rounding of a float32 sum.

In a model that has diverged, what is not finite stays so, as in torch, and nothing is raised: the update is then left
out. Hence the comparisons `not x <= TINY`, true of a NaN where `x > TINY` is false, and no promise to the compiler
that there are no NaNs.
"""

import math

import numpy as np
from numba import njit

TINY = np.float32(1e-12)
_ONE, _END = np.float32(1), np.float32(9)
FAST = {"reassoc", "contract", "arcp", "afn", "nsz"}  # all of fastmath but "no NaN" and "no infinity"

# Rational fit of tanh on [-9, 9], odd over even: off by 7e-9 in exact arithmetic, by 4e-7 in float32.
_P0, _P1, _P2, _P3 = np.float32(1), np.float32(0.1308400944), np.float32(3.103955493e-3), np.float32(1.115430118e-5)
_P4, _P5, _P6 = np.float32(-2.022519961e-8), np.float32(5.277937163e-11), np.float32(-8.488684746e-14)
_Q1, _Q2, _Q3 = np.float32(0.4641733654), np.float32(2.449517548e-2), np.float32(2.546144198e-4)


@njit(cache=True, fastmath=FAST, error_model="numpy")
def stepwise_forward(step, keys, query, vector, offset, noise, values, last, rows, stay, context):  # type: ignore[no-untyped-def]
    """a[j] = before[j] p[j] + before[j-1] (1 - p[j-1]), p = sigmoid(v.hidden + r + noise), and the context (B, E)."""
    n_utterances, n_symbols, _ = keys.shape
    for b in range(n_utterances):
        before, row = rows[step, b], rows[step + 1, b]
        context[b, :] = 0
        arriving = np.float32(0)
        for n in range(n_symbols):
            p = _ONE
            if n < last[b] and not before[n] <= TINY:
                energy = energy_of(keys[b, n], query[b], vector) + offset
                if len(noise) > 0:
                    energy += noise[step, b, n]
                p = np.float32(_ONE / (_ONE + math.exp(-energy)))
            stay[step, b, n] = p
            row[n] = before[n] * p + arriving
            arriving = before[n] * (_ONE - p)
            if not row[n] <= TINY:
                add(context[b], row[n], values[b, n])


@njit(cache=True, fastmath=FAST, error_model="numpy")
def stepwise_backward(  # type: ignore[no-untyped-def]
    step, keys, query, vector, values, last, rows, stay, d_context, d_row, d_query, d_keys, d_vector
):
    """From d_context (B, E) and d_row (B, N): d_query (B, A), what is added to d_keys and d_vector, and the gradient of
    the row before, which replaces d_row. Gives what is added to the gradient of the offset."""
    d_offset = np.float32(0)
    for b in range(len(keys)):
        before, row = rows[step, b], rows[step + 1, b]
        d_query[b, :] = 0
        for n in range(last[b] + 1):
            if not row[n] <= TINY:
                d_row[b, n] += dot(values[b, n], d_context[b])
        for n in range(last[b] + 1):
            p = stay[step, b, n]
            after = d_row[b, n + 1] if n < last[b] else np.float32(0)
            gain = d_row[b, n] - after
            d_energy = before[n] * p * (_ONE - p) * gain
            d_row[b, n] = after + p * gain
            if d_energy != 0:
                d_offset += d_energy
                _energy_backward(keys[b, n], query[b], vector, d_energy, d_keys[b, n], d_query[b], d_vector)
        d_row[b, last[b] + 1 :] = 0
    return d_offset


@njit(cache=True, fastmath=FAST, error_model="numpy")
def softmax_forward(step, keys, query, vector, offset, values, last, rows, context):  # type: ignore[no-untyped-def]
    """a = softmax(v.hidden) over real symbols, and the context (B, E)."""
    for b in range(len(keys)):
        row = rows[step + 1, b]
        row[:] = 0
        context[b, :] = 0
        highest = np.float32(-np.inf)
        for n in range(last[b] + 1):
            row[n] = energy_of(keys[b, n], query[b], vector) + offset
            highest = max(highest, row[n])
        total = np.float32(0)
        for n in range(last[b] + 1):
            row[n] = np.float32(math.exp(row[n] - highest))
            total += row[n]
        for n in range(last[b] + 1):
            row[n] /= total
            if not row[n] <= TINY:
                add(context[b], row[n], values[b, n])


@njit(cache=True, fastmath=FAST, error_model="numpy")
def softmax_backward(  # type: ignore[no-untyped-def]
    step, keys, query, vector, values, last, rows, d_context, d_row, d_query, d_keys, d_vector
):
    """As `stepwise_backward`, with d e = a (d a - sum a d a); d_row is left zero. Gives what is added to the gradient
    of the offset."""
    d_offset = np.float32(0)
    for b in range(len(keys)):
        row = rows[step + 1, b]
        d_query[b, :] = 0
        mean = np.float32(0)
        for n in range(last[b] + 1):
            if not row[n] <= TINY:
                d_row[b, n] += dot(values[b, n], d_context[b])
                mean += row[n] * d_row[b, n]
        for n in range(keys.shape[1]):
            d_energy = row[n] * (d_row[b, n] - mean)
            d_offset += d_energy
            if not row[n] <= TINY:
                _energy_backward(keys[b, n], query[b], vector, d_energy, d_keys[b, n], d_query[b], d_vector)
        d_row[b, :] = 0
    return d_offset


@njit(fastmath=FAST, error_model="numpy", inline="always")
def tanh(x):  # type: ignore[no-untyped-def]
    """Tanh without a branch or a call, so that a loop over it becomes vector instructions."""
    x = min(max(x, -_END), _END)
    s = x * x
    above = _P0 + s * (_P1 + s * (_P2 + s * (_P3 + s * (_P4 + s * (_P5 + s * _P6)))))
    below = _ONE + s * (_Q1 + s * (_Q2 + s * _Q3))
    return x * above / below


@njit(fastmath=FAST, error_model="numpy")
def energy_of(key, query, vector):  # type: ignore[no-untyped-def]
    energy = np.float32(0)
    for a in range(len(key)):
        energy += tanh(key[a] + query[a]) * vector[a]
    return energy


@njit(fastmath=FAST, error_model="numpy")
def _energy_backward(key, query, vector, d_energy, d_key, d_query, d_vector):  # type: ignore[no-untyped-def]
    for a in range(len(key)):
        hidden = tanh(key[a] + query[a])
        d_hidden = d_energy * vector[a] * (_ONE - hidden * hidden)
        d_vector[a] += d_energy * hidden
        d_key[a] += d_hidden
        d_query[a] += d_hidden


@njit(fastmath=FAST, error_model="numpy")
def dot(one, other):  # type: ignore[no-untyped-def]
    total = np.float32(0)
    for i in range(len(one)):
        total += one[i] * other[i]
    return total


@njit(fastmath=FAST, error_model="numpy")
def add(total, factor, vector):  # type: ignore[no-untyped-def]
    for i in range(len(total)):
        total[i] += factor * vector[i]
