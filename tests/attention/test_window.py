"""The window that makes a step independent of the text's length."""

import pytest
import torch

from tests.attention.running import build, build_pair, inputs, query_size, run
from tts_align.attention import NORMALIZERS, SCORES
from tts_align.attention.contract import Attention

LENGTHS = (13, 1, 2, 6)
PAIRS = [(score, "softmax") for score in SCORES] + [("hybrid", name) for name in NORMALIZERS if name != "softmax"]


def batch(score, n_steps=17):
    return inputs(q_size=query_size(score), n_steps=n_steps, lengths=LENGTHS)


@pytest.mark.parametrize("pair", PAIRS, ids=" x ".join)
@torch.no_grad()
def test_a_window_that_holds_everything_changes_nothing(pair):
    plain, windowed = (build_pair(*pair, window=window).eval() for window in (0, 13))
    torch.testing.assert_close(run(windowed, *batch(pair[0])), run(plain, *batch(pair[0])), rtol=0, atol=1e-7)


@pytest.mark.parametrize("pair", PAIRS, ids=" x ".join)
@torch.no_grad()
def test_a_window_keeps_the_laws_and_stays_near_the_median_of_each_utterance(pair):
    attention = build_pair(*pair, window=2).eval()
    values, mask, queries = batch(pair[0])
    weights = run(attention, values, mask, queries)
    torch.testing.assert_close(weights.sum(-1), torch.ones(4, 17), atol=1e-5, rtol=0)
    assert (weights.masked_select(~mask[:, None].expand_as(weights)) == 0).all()
    alone = run(attention, values[3:, :6], mask[3:, :6], queries[3:], seeds=torch.tensor([3]))
    torch.testing.assert_close(alone[0], weights[3, :, :6], atol=1e-6, rtol=1e-5)
    if pair[1] not in ("stepwise_monotonic", "monotonic"):
        for i in range(4):
            centre = 0
            for row in weights[i]:
                far = (torch.arange(13) - centre).abs() > 2
                assert (row[far] == 0).all()
                centre = int((row.cumsum(-1) >= 0.5 * row.sum()).nonzero()[0])


@torch.no_grad()
def test_filters_at_the_edge_of_a_window_see_what_lies_beyond_it():
    plain, windowed = (build_pair("location_sensitive", "softmax", window=window).eval() for window in (0, 3))
    values, mask, queries = batch("location_sensitive")
    memory = plain.prepare(values, mask, decide=True)
    state = plain.start(memory)
    for query in queries.unbind(1)[:5]:
        _, state = plain(query, memory, state)
    query = queries[:, 5]
    whole, _ = plain(query, memory, state)
    part, _ = windowed(query, memory, state)
    kept = part > 0
    assert 0 < kept[0].sum() <= 7
    expected = torch.where(kept, whole, 0.0)
    torch.testing.assert_close(part, expected / expected.sum(-1, keepdim=True))


@torch.no_grad()
def test_weight_cannot_run_away_beyond_the_window():
    attention = build("stepwise_monotonic", inference="soft", window=1, offset=-9.0).eval()
    torch.nn.init.zeros_(attention.score.vector.weight)
    rows = run(attention, *inputs(n_steps=4, lengths=(9,)))[0]
    assert rows.argmax(-1).tolist() == [1, 2, 3, 4]
    torch.testing.assert_close(rows.sum(-1), torch.ones(4))


def test_a_window_is_only_used_while_speaking():
    plain, windowed = (build("additive", window=window).train() for window in (0, 1))
    values, mask, queries = inputs()
    assert torch.equal(run(plain, values, mask, queries), run(windowed, values, mask, queries))


@torch.no_grad()
def test_the_score_is_asked_about_the_window_only():
    attention: Attention = build_pair("hybrid", "softmax", window=4).eval()
    asked = []
    attention.score.vector.register_forward_hook(lambda module, args, out: asked.append(args[0].shape[1]))
    run(attention, *inputs(n_steps=3, lengths=(500,)))
    assert asked == [2 * (4 + attention.score.reach) + 1] * 3
