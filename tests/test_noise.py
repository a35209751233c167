"""Noise belongs to an utterance: batch, padding, order of asking and process do not change it."""

import math

import pytest
import torch

from tts_align.noise import Noise, mix


def test_numbers_do_not_depend_on_the_batch_nor_on_padding():
    alone = Noise(torch.tensor([11])).normal("a", (7, 3))
    together = Noise(torch.tensor([2, 11, 5])).normal("a", (19, 3))
    torch.testing.assert_close(together[1, :7], alone[0], rtol=0, atol=0)


def test_a_row_asked_for_alone_is_the_row_of_the_whole():
    noise = Noise(torch.tensor([3, 4]))
    whole = noise.uniform("prenet", (11, 5))
    torch.testing.assert_close(noise.uniform("prenet", (1, 5), start=6)[:, 0], whole[:, 6], rtol=0, atol=0)


def test_a_row_made_in_a_block_is_the_row_made_alone_and_columns_do_not_matter():
    noise = Noise(torch.tensor([3, 4]))
    for row in (0, 63, 64, 200, 5):
        one = noise.normal("x", (1, 7), start=row)[:, 0]
        torch.testing.assert_close(noise.normal_row("x", row, 7), one, rtol=0, atol=0)
        torch.testing.assert_close(noise.normal_row("x", row, 19)[:, :7], one, rtol=0, atol=0)


def test_dropout_of_a_row_is_the_row_of_the_dropout():
    noise, x = Noise(torch.tensor([3, 4])), torch.randn(2, 90, 11)
    whole = noise.dropout(x, 0.4, "d")
    for row in (0, 17, 64, 89):
        torch.testing.assert_close(noise.dropout_row(x[:, row], 0.4, "d", row), whole[:, row])


@pytest.mark.parametrize("start", [0, 5, 2**30])
def test_the_compiled_loop_makes_the_same_bits(start, monkeypatch):
    shape, noise = (70, 3, 11), Noise(torch.tensor([0, 1, -1, 2**62]))
    found = {}
    for many in (1, 10**9):
        monkeypatch.setattr("tts_align.noise._MANY", many)
        found[many] = noise.uniform("prenet", shape, start)
    assert torch.equal(found[1], found[10**9]) and found[1].shape == (4, *shape)


def test_many_numbers_are_float32_whatever_is_made_by_default():
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        assert Noise(torch.tensor([1, 2])).uniform("prenet", (2**9, 2**8)).dtype == torch.float32
    finally:
        torch.set_default_dtype(before)


def test_purposes_and_seeds_give_unrelated_numbers():
    n = 20_000
    one = Noise(torch.tensor([1, 2])).uniform("x", (n,))
    other = Noise(torch.tensor([1, 2])).uniform("y", (n,))
    for a, b in ((one[0], one[1]), (one[0], other[0]), (one[0, 1:], one[0, :-1])):
        assert abs(float(torch.corrcoef(torch.stack([a, b]))[0, 1])) < 4 / math.sqrt(n)


def test_uniform_numbers_fill_the_open_interval_evenly():
    x = Noise(torch.tensor([9])).uniform("x", (100_000,))
    assert float(x.min()) > 0 and float(x.max()) < 1
    counts = torch.histc(x, bins=20, min=0, max=1)
    chi_squared = float(((counts - 5_000) ** 2 / 5_000).sum())
    assert chi_squared < 43.8  # 19 degrees of freedom, p = 0.001


def test_the_largest_draw_is_still_below_one(monkeypatch):
    monkeypatch.setattr("tts_align.noise._scramble", lambda bits: torch.full_like(bits, -1))
    noise = Noise(torch.tensor([1]))
    assert float(noise.uniform("x", (3,)).max()) < 1
    assert torch.isfinite(noise.normal("x", (3,))).all()


def test_normal_numbers_have_the_moments_of_a_normal_distribution():
    x = Noise(torch.tensor([9])).normal("x", (100_000,))
    assert abs(float(x.mean())) < 0.013
    assert abs(float(x.var()) - 1) < 0.02
    assert abs(float((x**4).mean()) - 3) < 0.15


def test_dropout_keeps_the_expected_share_and_the_mean():
    kept = Noise(torch.tensor([1])).dropout(torch.ones(1, 50_000), 0.3, "d")
    assert abs(float((kept > 0).float().mean()) - 0.7) < 0.01
    assert math.isclose(float(kept.max()), 1 / 0.7, rel_tol=1e-6)


def test_dropout_of_zero_changes_nothing():
    x = torch.randn(2, 3)
    assert Noise(torch.tensor([1, 2])).dropout(x, 0.0, "d") is x


def test_mixed_seeds_differ_and_fit_into_a_tensor():
    seeds = {mix(a, b) for a in range(50) for b in range(50)}
    assert len(seeds) == 2500
    assert all(0 <= seed < 2**63 for seed in seeds)
