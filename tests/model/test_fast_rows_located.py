"""Compiled rows with location-sensitive energies, at sizes that are not those of the blocks."""

import pytest
import torch

from tts_align.model.fast_rows import AttentionInputs, Places, SoftmaxRows
from tts_align.model.fast_rows_cpu import SoftmaxCpuRows
from tts_align.model.fast_rows_located import LocatedCpuRows, softmax_cpu_rows

T, E, Q = 5, 3, 2
SIZES = [  # B, N, A, W
    (3, 13, 7, 5),
    (1, 1, 1, 1),
    (2, 5, 65, 33),
    (2, 71, 64, 67),
    (3, 12, 130, 3),
    (0, 4, 5, 3),
]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_any_size_gives_the_values_and_gradients_of_torch_in_float64(sizes):
    _assert_same(*_inputs(sizes))


def test_symbols_of_no_weight_are_passed_over():
    inputs, places = _inputs((2, 41, 7, 5))
    inputs.keys[:, :14] = inputs.keys[:, 29:] = -9
    inputs.vector[:] = inputs.vector.abs() + 4
    weights = _assert_same(inputs, places, tolerance=1e-5)  # energies are large, and so is their rounding
    assert (weights[1:, 0, :14] < 1e-12).all()
    assert weights[-1, 0].argmax() >= 14


def test_a_nan_of_padding_stays_there():
    inputs, places = _inputs((2, 13, 7, 5))
    sound, spoilt = _run(LocatedCpuRows, inputs, places), inputs.keys.clone()
    spoilt[1, int(places.last[1]) + 1 :] = torch.nan
    for one, other in zip(sound, _run(LocatedCpuRows, inputs._replace(keys=spoilt), places), strict=True):
        assert torch.equal(one, other)


def test_energies_without_location_have_rows_of_their_own():
    inputs, places = _inputs((2, 13, 7, 5))
    assert type(softmax_cpu_rows(inputs, places)) is LocatedCpuRows
    assert type(softmax_cpu_rows(inputs._replace(location=None), places)) is SoftmaxCpuRows


def _assert_same(inputs, places, tolerance=1e-6):
    found = _run(LocatedCpuRows, inputs, places)
    expected = _run(SoftmaxRows, AttentionInputs(*(each.double() for each in inputs)), places)
    for i, (one, other) in enumerate(zip(found, expected, strict=True)):
        assert one.shape == other.shape
        scale = 10 * float(other.abs().max()) if i > 1 and other.numel() else 0
        assert torch.allclose(one.double(), other, atol=tolerance * (1 + scale), rtol=0), i
    return found[0]


def _run(kind, inputs, places):
    """Weights, contexts, gradients of queries and of the inputs."""
    rows, (queries, d_contexts, d_weights) = kind(inputs, places), _given(inputs)
    contexts = torch.stack([rows.forward(step, queries[step]).clone() for step in range(T)])
    rows.begin_backward()
    d_queries = [rows.backward(step, d_contexts[step], d_weights[step]).clone() for step in reversed(range(T))]
    return [rows.weights, contexts, torch.stack(d_queries), *rows.gradients(queries, d_contexts)]


def _given(inputs):
    random = torch.Generator().manual_seed(2)
    n_utterances, n_symbols = inputs.keys.shape[:2]
    shapes = (T, Q, n_utterances), (T, n_utterances, E), (T, n_utterances, n_symbols)
    return [torch.randn(shape, generator=random).to(inputs.keys.dtype) for shape in shapes]


def _inputs(sizes):
    n_utterances, n_symbols, size, width = sizes
    random = torch.Generator().manual_seed(1)
    shapes = (
        (n_utterances, n_symbols, E),
        (n_utterances, n_symbols, size),
        (size, Q),
        (size,),
        (size,),
        (),
        (2 * width, size),
    )
    last = torch.tensor([n_symbols - 1, n_symbols // 2, n_symbols // 3][:n_utterances], dtype=torch.long)
    return AttentionInputs(*(0.3 * torch.randn(shape, generator=random) for shape in shapes)), Places(last, None, T)
