"""Each score against its paper, symbol by symbol; a softmax makes the rows that location is read from."""

import pytest
import torch

from tests.attention.running import assert_same_values_and_gradients, build_pair, inputs, query_size, run
from tts_align.attention import SCORES
from tts_align.attention.settings.scores import HybridSettings

LENGTHS = (5, 1, 2)


def dot_energy(score, query, symbol, location):
    """Luong, Pham, Manning 2015, section 3.1, dot."""
    return (query * symbol).sum()


def general_energy(score, query, symbol, location):
    """Luong, Pham, Manning 2015, section 3.1, general: q' W h."""
    return sum(query[a] * score.key.weight[a, b] * symbol[b] for a in range(len(query)) for b in range(len(symbol)))


def concat_energy(score, query, symbol, location):
    """Luong, Pham, Manning 2015, section 3.1, concat: v' tanh(W [q; h])."""
    whole = torch.cat([score.query.weight, score.key.weight], dim=1)
    return (score.vector.weight[0] * torch.tanh(whole @ torch.cat([query, symbol]))).sum()


def additive_energy(score, query, symbol, location):
    """Bahdanau, Cho, Bengio 2015, appendix A.1.2, with the offset of Raffel et al. 2017, eq. 16."""
    hidden = score.query.weight @ query + score.query.bias + score.key.weight @ symbol
    return (score.vector.weight[0] * torch.tanh(hidden)).sum() + score.vector.bias[0]


def content_energy(score, query, symbol, location):
    """Chorowski et al. 2015, section 2.1: w' tanh(W s + V h + b)."""
    hidden = score.query.weight @ query + score.query.bias + score.key.weight @ symbol
    return (score.vector.weight[0] * torch.tanh(hidden)).sum()


def location_energy(score, query, symbol, location):
    """Chorowski et al. 2015, section 2.1 with eq. 8: w' tanh(W s + U f + b)."""
    hidden = score.query.weight @ query + score.query.bias + score.location.weight @ location
    return (score.vector.weight[0] * torch.tanh(hidden)).sum()


def hybrid_energy(score, query, symbol, location):
    """Chorowski et al. 2015, eq. 9: w' tanh(W s + V h + U f + b)."""
    hidden = (
        score.query.weight @ query + score.query.bias + score.key.weight @ symbol + score.location.weight @ location
    )
    return (score.vector.weight[0] * torch.tanh(hidden)).sum()


ENERGIES = {
    "dot": dot_energy,
    "general": general_energy,
    "concat": concat_energy,
    "additive": additive_energy,
    "content": content_energy,
    "location": location_energy,
    "hybrid": hybrid_energy,
    "location_sensitive": hybrid_energy,  # Shen et al. 2018, section 2.2: two channels of f, see below
}


def location_at(filters, channels, j):
    """Chorowski et al. 2015, eq. 8: f = F * alpha at one symbol; one channel per kind of row."""
    half = filters.shape[2] // 2
    found = torch.zeros(len(filters))
    for channel, row in enumerate(channels):
        for k in range(-half, half + 1):
            if 0 <= j + k < len(row):
                found = found + filters[:, channel, k + half] * row[j + k]
    return found


def rows_by_loops(name, score, values, queries):
    previous = torch.zeros(len(values))
    if name == "location":
        previous[0] = 1.0
    cumulative = torch.zeros(len(values))
    rows = []
    for query in queries:
        channels = [previous, cumulative] if name == "location_sensitive" else [previous]
        locations = [
            location_at(score.filters.weight, channels, j) if hasattr(score, "filters") else None
            for j in range(len(values))
        ]
        energies = [ENERGIES[name](score, query, values[j], locations[j]) for j in range(len(values))]
        exponentials = torch.stack([torch.exp(energy) for energy in energies])
        previous = exponentials / exponentials.sum()
        cumulative = cumulative + previous
        rows.append(previous)
    return torch.stack(rows)


@pytest.mark.parametrize("i", range(3))
@pytest.mark.parametrize("name", ENERGIES)
def test_a_score_is_what_its_paper_writes(name, i):
    attention = build_pair(name, "softmax").train()
    values, mask, queries = inputs(q_size=query_size(name), n_steps=7, lengths=LENGTHS)
    values.requires_grad_()
    queries.requires_grad_()
    mine = run(attention, values, mask, queries)[i, :, : LENGTHS[i]]
    oracle = rows_by_loops(name, attention.score, values[i, : LENGTHS[i]], queries[i])
    assert_same_values_and_gradients(attention, mine, oracle, [values, queries])


def test_every_score_has_its_loops_here_or_in_a_file_of_its_own():
    assert set(ENERGIES) == set(SCORES) - {"dynamic_convolution"}


def test_cumulative_weights_tell_location_sensitive_energies_from_hybrid_ones():
    values, mask, queries = inputs(n_steps=3, lengths=LENGTHS)
    one, other = build_pair("hybrid", "softmax"), build_pair("location_sensitive", "softmax")
    for mine, its in ((one.score.key, other.score.key), (one.score.query, other.score.query)):
        mine.load_state_dict(its.state_dict())
    one.score.vector.load_state_dict(other.score.vector.state_dict())
    one.score.location.load_state_dict(other.score.location.state_dict())
    one.score.filters.weight.data.copy_(other.score.filters.weight[:, :1])
    rows, others = run(one, values, mask, queries), run(other, values, mask, queries)
    torch.testing.assert_close(rows[:, 0], others[:, 0])  # nothing is behind them yet
    assert (rows[0, 1:] - others[0, 1:]).abs().max() > 1e-3


def test_scores_that_compare_no_contents_keep_no_keys():
    values, mask, _ = inputs(lengths=LENGTHS)
    for name in ("location", "dynamic_convolution"):
        assert build_pair(name, "softmax").prepare(values, mask).keys.shape == (3, 5, 0)


def test_a_location_kernel_of_even_width_is_refused():
    with pytest.raises(ValueError, match="kernel_size"):
        HybridSettings(kernel_size=4)
