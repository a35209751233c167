import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.drawings import drawn
from tts_align.alignment import Alignment, analyze, load_alignment, save_alignment
from tts_align.alignment.array_file import read_arrays
from tts_align.errors import AlignmentError, FileError


class Danger:
    def __reduce__(self):
        return (exec, ("raise SystemExit('code of the file ran')",))


def saved(path: Path, **changes: object) -> Path:
    arrays: dict = {"weights": np.eye(3), "symbols": np.array(list("cat")), "seconds_per_step": 0.1, "text": "cat"}
    arrays |= changes
    np.savez(path, **{name: value for name, value in arrays.items() if value is not None})
    return path


def test_everything_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    symbols = ("n", "ä", " ", "日", "<end>")
    weights = np.random.default_rng(0).dirichlet(np.ones(5), 7)
    alignment = Alignment(weights, symbols, 0.0232, text="Nä 日!", stop=np.linspace(0, 1, 7), stopped_by="limit")
    save_alignment(tmp_path / "a.npz", alignment)
    again = load_alignment(tmp_path / "a.npz")
    assert np.array_equal(again.weights, alignment.weights)
    assert np.array_equal(again.stop, alignment.stop)
    assert (again.symbols, again.text, again.seconds_per_step, again.stopped_by) == (symbols, "Nä 日!", 0.0232, "limit")


def test_saving_twice_leaves_one_file(tmp_path: Path) -> None:
    for _ in range(2):
        save_alignment(tmp_path / "a.npz", drawn("c #.\na .#"))
    assert [file.name for file in tmp_path.iterdir()] == ["a.npz"]


def test_saving_under_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="place that can be written"):
        save_alignment(tmp_path / "file" / "a.npz", drawn("c #"))


def test_a_truncated_archive_is_refused(tmp_path: Path) -> None:
    whole = saved(tmp_path / "a.npz").read_bytes()
    for size in (0, 1, 30, len(whole) // 2, len(whole) - 1):
        (tmp_path / "b.npz").write_bytes(whole[:size])
        with pytest.raises(AlignmentError, match=r"b\.npz"):
            load_alignment(tmp_path / "b.npz")


def test_flipped_bytes_are_refused_or_read_but_never_a_traceback(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.npz")
    whole, weights = bytearray(path.read_bytes()), load_alignment(path).weights
    n_refused = 0
    for at in range(0, len(whole), 7):
        (tmp_path / "b.npz").write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            assert np.array_equal(load_alignment(tmp_path / "b.npz").weights, weights)
        except AlignmentError:
            n_refused += 1
    assert n_refused > 0


def test_pickled_objects_are_refused_and_never_run(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", weights=np.array([Danger()], dtype=object), symbols=["a"], seconds_per_step=1.0)
    np.save(tmp_path / "a.npy", np.array([Danger()], dtype=object))
    (tmp_path / "b.npz").write_bytes(pickle.dumps(Danger()))
    for name in ("a.npz", "b.npz"):
        with pytest.raises(AlignmentError, match=f"{name}: expected plain arrays, found pickled Python objects"):
            load_alignment(tmp_path / name)
    with pytest.raises(AlignmentError, match="pickled Python objects"):
        read_arrays(tmp_path / "a.npy")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights": None}, "found no weights"),
        ({"symbols": None, "seconds_per_step": None}, "found no symbols, seconds_per_step"),
        ({"symbols": np.arange(3)}, "one line of text symbols"),
        ({"symbols": np.array(list("cats"))}, "4 columns"),
        ({"seconds_per_step": np.ones(2)}, "seconds_per_step: expected one value"),
        ({"seconds_per_step": "fast"}, "seconds > 0"),
        ({"weights": -np.eye(3)}, "a weight >= 0"),
        ({"stop": np.ones(7)}, "3 finite numbers"),
        ({"stopped_by": "hunger"}, "gate, attention, limit"),
    ],
)
def test_an_archive_with_wrong_arrays_is_refused_by_its_name(tmp_path: Path, changes: dict, message: str) -> None:
    path = saved(tmp_path / "a.npz", **changes)
    with pytest.raises(AlignmentError, match=rf"a\.npz.*{message}"):
        load_alignment(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AlignmentError, match="No such file"):
        load_alignment(tmp_path / "none.npz")
    with pytest.raises(AlignmentError, match="Is a directory"):
        load_alignment(tmp_path)


def test_the_place_in_a_longer_sound_comes_back_and_moves_the_events(tmp_path: Path) -> None:
    skipped = drawn("a #....\nb .#...\n_ ..#..\nc .....\nd .....\ne .....\n_ ...#.\nf ....#", repeat=4)
    later = replace(skipped, start_seconds=60.5)
    save_alignment(tmp_path / "later.npz", later)
    found = load_alignment(tmp_path / "later.npz")
    assert found.start_seconds == 60.5
    (before,), (after,) = analyze(skipped).events, analyze(found).events
    assert after.kind == before.kind == "skip"
    assert after.seconds == pytest.approx((before.seconds[0] + 60.5, before.seconds[1] + 60.5))
    with pytest.raises(AlignmentError, match="start_seconds: expected a finite number, found nan"):
        replace(skipped, start_seconds=float("nan"))
