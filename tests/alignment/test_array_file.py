"""Array files of strangers: read in full, or refused in words, without running or allocating what they ask for."""

import os
import pickle
import resource
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tts_align.alignment.array_file import read_arrays
from tts_align.errors import AlignmentError


class Danger:
    def __reduce__(self):
        return (exec, ("raise SystemExit('code of the file ran')",))


def npy_with_header(shape: str, dtype: str = "<f4", data: bytes = b"") -> bytes:
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int64, bool])
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_array_comes_back_as_it_was_saved(tmp_path: Path, dtype: type, order: str) -> None:
    array = np.asarray(np.random.default_rng(0).random((7, 5)) * 3, dtype=dtype, order=order)
    np.save(tmp_path / "a.npy", array)
    read = read_arrays(tmp_path / "a.npy")[""]
    assert np.array_equal(read, array)
    assert read.dtype == array.dtype


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_all_arrays_of_an_archive_come_back_by_their_names(tmp_path: Path, save) -> None:
    arrays = {"alignments": np.eye(4), "ids": np.array(["a", "bc"]), "a.b": np.arange(3), "scalar": np.float64(0.1)}
    save(tmp_path / "a.npz", **arrays)
    read = read_arrays(tmp_path / "a.npz")
    assert {name: value.tolist() for name, value in read.items()} == {
        name: np.asarray(value).tolist() for name, value in arrays.items()
    }


def test_the_suffix_does_not_matter(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", one=np.eye(2))
    (tmp_path / "a.npz").rename(tmp_path / "a.npy")
    assert list(read_arrays(tmp_path / "a.npy")) == ["one"]


@pytest.mark.parametrize("shape", ["(1000000, 1000000)", "(2, 1000000000000)", "(99999999999999999999, 1)", "(4, 2)"])
def test_a_shape_without_its_data_is_refused_before_memory_is_taken(tmp_path: Path, shape: str) -> None:
    content = npy_with_header(shape, data=b"\0" * 20)
    (tmp_path / "a.npy").write_bytes(content)
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("weights.npy", content)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name in ("a.npy", "a.npz"):
        with pytest.raises(AlignmentError, match=rf"{name}: expected an array file that is whole, found 20 bytes for"):
            read_arrays(tmp_path / name)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # KiB


def test_an_archive_that_says_it_unpacks_to_more_than_it_can_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("weights.npy", npy_with_header("(1000, 1000)", data=b"\0" * 4_000_000))
    content = (tmp_path / "a.npz").read_bytes()
    size = struct.pack("<L", len(npy_with_header("(1000, 1000)")) + 4_000_000)
    assert content.count(size) == 2  # in the archive's directory and before the member
    (tmp_path / "b.npz").write_bytes(content.replace(size, struct.pack("<L", 4_000_000_000)))
    with pytest.raises(AlignmentError, match=r"found 4000000000 bytes in"):
        read_arrays(tmp_path / "b.npz")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (npy_with_header("(-1, 5)"), "whole"),
        (npy_with_header("(2.5, 5)"), "whole"),
        (npy_with_header("(2, 2)", dtype="|O", data=pickle.dumps([Danger()] * 4)), "pickled Python objects"),
        (npy_with_header("(2, 2)", dtype="xyz"), "whole"),
        (npy_with_header("((" * 2000), "whole"),
        (npy_with_header("(__import__('os').abort(), 2)"), "whole"),
        (b"\x93NUMPY\x09\x00" + b" " * 100, "plain numbers"),
        (b"\x93NUMPY", "whole"),
        (pickle.dumps(Danger()), "pickled Python objects"),
        (b"RIFF\x24\x08\x00\x00WAVEfmt ", "an array file"),
        (b"PK\x03\x04 but then nothing", "whole"),
    ],
)
def test_what_is_no_array_file_is_refused_and_no_code_is_run(tmp_path: Path, header: bytes, message: str) -> None:
    (tmp_path / "a.npy").write_bytes(header)
    with pytest.raises(AlignmentError, match=rf"a\.npy: expected .*{message}"):
        read_arrays(tmp_path / "a.npy")


def test_object_arrays_in_an_archive_are_refused_and_never_run(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", weights=np.eye(3), notes=np.array([Danger()], dtype=object))
    with pytest.raises(AlignmentError, match="pickled Python objects"):
        read_arrays(tmp_path / "a.npz")


def test_an_archive_without_arrays_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("notes.txt", "nothing here")
    with pytest.raises(AlignmentError, match="an archive of arrays, found none"):
        read_arrays(tmp_path / "a.npz")


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.npy")
    with pytest.raises(AlignmentError, match="a pipe or a device"):
        read_arrays(tmp_path / "a.npy")


@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
def test_a_file_cut_anywhere_or_with_a_wrong_byte_is_never_a_traceback(tmp_path: Path, name: str) -> None:
    if name == "a.npy":
        np.save(tmp_path / name, np.eye(5, dtype=np.float32))
    else:
        np.savez_compressed(tmp_path / name, weights=np.eye(5), symbols=np.array(list("catch")))
    whole = (tmp_path / name).read_bytes()
    for at in range(0, len(whole), 3):
        (tmp_path / "cut").write_bytes(whole[:at])
        with pytest.raises(AlignmentError, match="cut"):
            read_arrays(tmp_path / "cut")
        (tmp_path / "odd").write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            read_arrays(tmp_path / "odd")
        except AlignmentError as error:
            assert "odd" in error.where
