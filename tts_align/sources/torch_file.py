"""The door from `.pt` files to NumPy: tensors, and dicts and lists of them; no class of theirs is ever made."""

import pickle
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from tts_align.alignment.array_file import check_archive, check_file, reading
from tts_align.errors import AlignmentError

_DEEPEST, _MOST = 6, 10_000  # of a nest of dicts and lists, and values in it
_ADVICE = "Save the attention weights alone: torch.save(weights.detach().cpu(), FILE)."


def read_tensors(path: Path) -> dict[str, np.ndarray]:
    """Reads what `torch.save` wrote, flattened: {"a": {"b": tensor}} becomes "a.b", a lone tensor "".

    Tensors of the same shape in a list are stacked; others are numbered. Words and numbers become arrays, too.

    Raises:
        AlignmentError: the file is missing, truncated, none of torch.save, of the format before torch 1.6, or has
            objects of classes in it.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "a.pt"
        >>> torch.save({"alignments": torch.ones(2, 3, dtype=torch.bfloat16), "ids": ["x", "y"]}, path)
        >>> {name: array.tolist() for name, array in read_tensors(path).items()}
        {'alignments': [[1.0, 1.0, 1.0], [1.0, 1.0, 1.0]], 'ids': ['x', 'y']}
    """
    with reading(path):
        check_file(path)
        if not zipfile.is_zipfile(path):
            fix = f"{_ADVICE} Files that torch before 1.6 wrote: load and save them again."
            raise _broken("a file of torch.save", "something else, or a part of one", fix)
        with zipfile.ZipFile(path) as archive:
            check_archive(archive)
        try:
            loaded = torch.load(path, map_location="cpu", weights_only=True)
        except pickle.UnpicklingError as error:
            raise _broken("tensors", "objects of classes, which may run code", _ADVICE) from error
        return dict(_flattened(loaded, "", 0, iter(range(_MOST))))


def _flattened(value: object, name: str, depth: int, counter: Iterator[int]) -> Iterator[tuple[str, np.ndarray]]:
    if depth > _DEEPEST or next(counter, None) is None:
        raise _broken("a tensor, or a dict or list of tensors", "a deep nest of many", _ADVICE)
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _flattened(each, f"{name}.{key}" if name else str(key), depth + 1, counter)
    elif isinstance(value, list | tuple):
        yield from _listed(value, name, depth, counter)
    elif isinstance(value, torch.Tensor):
        yield name, _array(value, name)
    elif isinstance(value, str | int | float):
        yield name, np.array(value)


def _listed(
    values: list[object] | tuple[object, ...], name: str, depth: int, counter: Iterator[int]
) -> Iterator[tuple[str, np.ndarray]]:
    if values and all(isinstance(value, str) for value in values):
        yield name, np.array(values, dtype=np.str_)
        return
    if values and all(isinstance(value, int | float) for value in values):
        yield name, np.array(values)
        return
    parts = [dict(_flattened(value, "", depth + 1, counter)) for value in values]
    same = parts and all(part.keys() == {""} and part[""].shape == parts[0][""].shape for part in parts)
    if same:
        yield name, np.stack([part[""] for part in parts])
        return
    for i, part in enumerate(parts):
        for below, array in part.items():
            yield ".".join(piece for piece in (name, str(i), below) if piece), array


def _array(tensor: torch.Tensor, name: str) -> np.ndarray:
    dense = tensor.layout is torch.strided and tensor.device.type == "cpu" and not tensor.is_quantized
    if not dense or tensor.is_nested:
        found = f"a tensor that is sparse, quantized or without values, {name or 'alone'}"
        raise _broken("plain tensors", found, _ADVICE)
    if tensor.numel() * tensor.element_size() > tensor.untyped_storage().nbytes():
        found = f"shape {tuple(tensor.shape)} over {tensor.untyped_storage().nbytes()} bytes"
        raise _broken("tensors with all their values", found, f"{_ADVICE} Expanded ones: .contiguous() first.")
    tensor = tensor.detach()
    if tensor.is_floating_point() and tensor.dtype not in (torch.float32, torch.float64):
        tensor = tensor.float()  # NumPy has no bfloat16
    array: np.ndarray = tensor.resolve_conj().resolve_neg().numpy()
    return array


def _broken(expected: str, found: str, fix: str) -> AlignmentError:
    return AlignmentError(where="", expected=expected, found=found, fix=fix)
