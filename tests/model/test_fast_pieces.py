"""Going through a long loop piece by piece, on loops so simple that the result is known."""

import pytest
import torch

from tests.model.recording import OperationRecorder
from tts_align.model.fast_pieces import Buffers, Loop, Pieces


class Sums:
    """totals[t + 1] = totals[t] + factor * given[t] + all, all the sum of given so far."""

    is_backward = False

    def __init__(self, given, factor=1.0, begin=0.0):
        self.given, self.factor = given, torch.tensor([factor], dtype=given.dtype)
        self.totals, self.all = given.new_full((len(given) + 1,), begin), given.new_zeros(1)
        self.scratch = given.new_zeros(1)

    n_steps = property(lambda self: len(self.given))

    def buffers(self):
        return Buffers((self.factor,), (self.given,), (self.totals,), (self.all,))

    def run(self):
        for step in range(self.n_steps):
            self.all += self.given[step]
            self.scratch.copy_(self.factor * self.given[step] + self.all)
            torch.add(self.totals[step], self.scratch[0], out=self.totals[step + 1])


class SumsBack(Sums):
    """Totals from the end: totals[t] = totals of later steps + given[t] * given[t + 1]."""

    is_backward = True

    def __init__(self, given, factor=1.0, begin=0.0):
        super().__init__(given, factor)
        self.totals, self.all = given.new_empty(len(given) - 1), given.new_full((1,), begin)

    n_steps = property(lambda self: len(self.given) - 1)

    def run(self):
        for step in reversed(range(self.n_steps)):
            self.all += self.factor * self.given[step] * self.given[step + 1]
            self.totals[step] = self.all[0]


def pieces_of(kind, n_steps):
    short = kind(torch.full((n_steps + kind.is_backward,), torch.nan, dtype=torch.float64))
    return Pieces(short, OperationRecorder().record(short.run, torch.device("cpu")))


@pytest.mark.parametrize("kind", [Sums, SumsBack])
@pytest.mark.parametrize("n_steps", [1, 2, 3, 4, 6, 11])
def test_pieces_do_what_the_whole_does(kind, n_steps):
    pieces = pieces_of(kind, 3)
    for factor, begin in ((1.0, 0.0), (0.5, 7.0)):
        given = torch.linspace(1, 5, n_steps + kind.is_backward, dtype=torch.float64)
        one, other = kind(given, factor, begin), kind(given, factor, begin)
        assert isinstance(one, Loop)
        one.run()
        pieces.run(other)
        torch.testing.assert_close(other.totals, one.totals)
        if kind is SumsBack:
            torch.testing.assert_close(other.all, one.all)


def test_known_sums():
    loop = Sums(torch.tensor([1.0, 2, 3, 4], dtype=torch.float64), factor=2)
    pieces_of(Sums, 3).run(loop)
    assert loop.totals.tolist() == [0, 2 + 1, 7 + 3, 16 + 6, 30 + 10]
    back = SumsBack(torch.tensor([1.0, 2, 3, 4, 5], dtype=torch.float64))
    pieces_of(SumsBack, 3).run(back)
    assert back.totals.tolist() == [40, 38, 32, 20]


@pytest.mark.parametrize("kind", [Sums, SumsBack])
def test_nothing_differs_from_a_whole_that_has_run_and_an_error_in_one_place_is_found(kind):
    pieces, whole = pieces_of(kind, 3), kind(torch.arange(1, 9, dtype=torch.float64), begin=2)
    began = tuple(each.clone() for each in whole.buffers().running)
    whole.run()
    found = pieces.differences(whole, began)
    assert found[:, 0].tolist() == [0] * (3 + whole.is_backward)
    assert found[:, 1].max() == whole.totals.max()
    whole.totals[-1] += 0.25
    assert pieces.differences(whole, began)[:, 0].max() == 0.25


def test_a_difference_in_what_runs_through_a_way_back_is_found():
    pieces, whole = pieces_of(SumsBack, 3), SumsBack(torch.arange(1, 9, dtype=torch.float64))
    began = tuple(each.clone() for each in whole.buffers().running)
    whole.run()
    whole.all += 0.5
    assert pieces.differences(whole, began)[:, 0].tolist() == [0, 0, 0, 0.5]


def test_sizes_tell_loops_of_other_sizes_apart_but_not_of_other_lengths():
    sizes = [
        loop.buffers().sizes(loop.n_steps)
        for loop in (Sums(torch.zeros(3)), Sums(torch.zeros(8)), Sums(torch.zeros(3, dtype=torch.float64)))
    ]
    assert sizes[0] == sizes[1] != sizes[2]
    wide, other = (Buffers(read=(torch.zeros(5, width),)).sizes(5) for width in (2, 3))
    assert wide != other
    assert Buffers(read=(torch.zeros(5),)).sizes(5) != Buffers(read=(torch.zeros(5),)).sizes(4)


def test_the_stand_in_for_recording_forgets_what_python_kept():
    class Forgetful(Sums):
        def run(self):
            super().run()
            self.all = self.all + 0  # a new tensor, which a replay knows nothing of

    loop, plain = Forgetful(torch.ones(4, dtype=torch.float64)), Sums(torch.ones(4, dtype=torch.float64))
    pieces_of(Forgetful, 3).run(loop)
    plain.run()
    assert not torch.equal(loop.totals, plain.totals)


@pytest.mark.parametrize("wait", [lambda x: x.item(), lambda x: x[x > 0], lambda x: torch.tensor([1.0]) + x])
def test_the_stand_in_refuses_what_waits_for_a_device(wait):
    with pytest.raises(AssertionError, match="waits for the device"):
        OperationRecorder().record(lambda: wait(torch.ones(3)[:1]), torch.device("cpu"))
