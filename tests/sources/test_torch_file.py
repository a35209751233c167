"""The door from .pt files: values come through, code does not."""

import pickle
import struct
import zipfile
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch

from tts_align.errors import AlignmentError
from tts_align.sources.torch_file import read_tensors


class Danger:
    def __reduce__(self):
        return (exec, ("raise SystemExit('code of the file ran')",))


def saved(path: Path, value: object) -> Path:
    torch.save(value, path)
    return path


@pytest.mark.parametrize(
    "dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.int64, torch.bool]
)
def test_a_lone_tensor_of_any_real_type_comes_through(tmp_path: Path, dtype: torch.dtype) -> None:
    tensor = torch.tensor([[0.0, 1.0, 0.5]]).to(dtype)
    array = read_tensors(saved(tmp_path / "a.pt", tensor))[""]
    assert array.tolist() == tensor.tolist()


def test_views_parameters_and_gradients_come_through(tmp_path: Path) -> None:
    base = torch.arange(12.0).reshape(3, 4)
    value = {
        "turned": base.T,
        "part": base[1:, ::2],
        "learned": torch.nn.Parameter(base),
        "loss": base.requires_grad_(),
    }
    read = read_tensors(saved(tmp_path / "a.pt", value))
    assert np.array_equal(read["turned"], np.arange(12.0).reshape(3, 4).T)
    assert read["part"].tolist() == [[4, 6], [8, 10]]
    assert read["learned"].shape == read["loss"].shape == (3, 4)


def test_dicts_are_flattened_lists_of_one_shape_stacked_and_others_numbered(tmp_path: Path) -> None:
    value = OrderedDict(
        out={"alignments": (torch.ones(2, 3), torch.zeros(2, 3)), "lengths": [2, 1]},
        ragged=[torch.ones(2, 3), torch.ones(4, 5)],
        ids=["a", "b"],
        hop=0.01,
        nothing=None,
        empty=[],
    )
    read = read_tensors(saved(tmp_path / "a.pt", value))
    assert {name: array.shape for name, array in read.items()} == {
        "out.alignments": (2, 2, 3), "out.lengths": (2,),
        "ragged.0": (2, 3), "ragged.1": (4, 5), "ids": (2,), "hop": (),
    }  # fmt: skip
    assert read_tensors(saved(tmp_path / "b.pt", [torch.ones(2, 3), torch.ones(4, 5)])).keys() == {"0", "1"}


@pytest.mark.parametrize(
    "value", [Danger(), {"alignments": torch.ones(2, 3), "config": Danger()}, torch.nn.Linear(2, 2)]
)
def test_objects_of_classes_are_refused_and_never_run(tmp_path: Path, value: object) -> None:
    with pytest.raises(AlignmentError, match=r"a\.pt: expected tensors, found objects of classes.*torch\.save"):
        read_tensors(saved(tmp_path / "a.pt", value))


@pytest.mark.parametrize("value", [torch.eye(3).to_sparse(), torch.empty(5, 5, device="meta")])
def test_tensors_without_their_values_are_refused(tmp_path: Path, value: torch.Tensor) -> None:
    with pytest.raises(AlignmentError, match=r"a\.pt: expected"):
        read_tensors(saved(tmp_path / "a.pt", value))


def test_an_expanded_tensor_larger_than_its_data_is_refused_before_memory_is_taken(tmp_path: Path) -> None:
    value = torch.zeros(1, dtype=torch.float16).expand(1_000_000, 1_000_000)
    with pytest.raises(AlignmentError, match=r"shape \(1000000, 1000000\) over 2 bytes.*contiguous"):
        read_tensors(saved(tmp_path / "a.pt", value))


def test_a_nest_that_repeats_itself_is_refused_soon(tmp_path: Path) -> None:
    nest: list = [torch.ones(1), "word"]
    for _ in range(5):
        nest = [nest, 1.0, *[nest] * 20]
    with pytest.raises(AlignmentError, match="a deep nest of many"):
        read_tensors(saved(tmp_path / "a.pt", nest))


@pytest.mark.parametrize(
    "content", [b"", b"not of torch", pickle.dumps(Danger()), b"PK\x03\x04", struct.pack("<Q", 2**60)]
)
def test_what_torch_did_not_save_is_refused_and_never_run(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.pt").write_bytes(content)
    with pytest.raises(AlignmentError, match=r"a\.pt: expected"):
        read_tensors(tmp_path / "a.pt")


def test_another_archive_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.pt", "w") as archive:
        archive.writestr("notes.txt", "nothing here")
    with pytest.raises(AlignmentError, match=r"a\.pt: expected"):
        read_tensors(tmp_path / "a.pt")


def test_the_format_before_torch_1_6_is_refused_with_what_to_do(tmp_path: Path) -> None:
    torch.save(torch.ones(2), tmp_path / "a.pt", _use_new_zipfile_serialization=False)
    with pytest.raises(AlignmentError, match=r"before 1\.6"):
        read_tensors(tmp_path / "a.pt")


def test_a_file_cut_anywhere_or_with_a_wrong_byte_is_never_a_traceback(tmp_path: Path) -> None:
    whole = saved(tmp_path / "a.pt", {"alignments": torch.eye(4), "ids": ["a"]}).read_bytes()
    for at in range(0, len(whole), 17):
        (tmp_path / "cut.pt").write_bytes(whole[:at])
        with pytest.raises(AlignmentError, match=r"cut\.pt"):
            read_tensors(tmp_path / "cut.pt")
        (tmp_path / "odd.pt").write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        try:
            read_tensors(tmp_path / "odd.pt")
        except AlignmentError as error:
            assert "odd" in error.where
