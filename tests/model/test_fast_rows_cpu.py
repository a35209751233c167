"""What the rows on a CPU share."""

import pytest
import torch

from tests.test_compiled_product import wide_vectors
from tts_align.compiled_product import PANEL
from tts_align.model import fast_rows_cpu
from tts_align.model.fast_rows import AttentionInputs, Places, Projection
from tts_align.model.fast_rows_cpu import SoftmaxCpuRows

T, B, A, Q = 3, 5, PANEL + 3, 2 * PANEL


@wide_vectors
@pytest.mark.parametrize("n_utterances", [B, 0])
def test_a_projection_for_few_columns_gives_what_the_plain_one_gives(n_utterances):
    inputs, queries, d_projected = _inputs(n_utterances)
    for step in range(T):
        one, other = fast_rows_cpu._PackedProjection(inputs, T), Projection(inputs, T)
        projected = one.forward(step, queries[step])
        assert projected.data_ptr() == one.projected[step].data_ptr()
        assert torch.allclose(projected, other.forward(step, queries[step]), atol=1e-5)
        for each in (one, other):
            each.begin_backward()
            each.d_projected.copy_(d_projected)
        assert torch.allclose(one.backward(step), other.backward(step), atol=1e-5)


@pytest.mark.parametrize("worthwhile", [pytest.param(True, marks=wide_vectors), False])
def test_it_is_used_where_it_is_worthwhile_in_both_directions(worthwhile, monkeypatch):
    monkeypatch.setattr(fast_rows_cpu, "is_worthwhile", lambda matrix: worthwhile)
    inputs, _, _ = _inputs(B)
    rows = SoftmaxCpuRows(inputs, Places(torch.zeros(B, dtype=torch.long), None, T))
    assert isinstance(rows._projection, fast_rows_cpu._PackedProjection) == worthwhile
    monkeypatch.setattr(fast_rows_cpu, "is_worthwhile", lambda matrix: matrix.shape == (A, Q))
    rows = SoftmaxCpuRows(inputs, Places(torch.zeros(B, dtype=torch.long), None, T))
    assert type(rows._projection) is Projection


def _inputs(n_utterances):
    random = torch.Generator().manual_seed(1)

    def draw(*shape):
        return torch.randn(shape, generator=random)

    inputs = AttentionInputs(
        draw(n_utterances, 1, 2), draw(n_utterances, 1, A), draw(A, Q), draw(A), draw(A), draw(), None
    )
    return inputs, draw(T, Q, n_utterances), draw(T, n_utterances, A)
