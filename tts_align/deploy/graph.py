"""A graph in ONNX, written as ONNX text line by line, with the model's tensors as its constants."""

from typing import TYPE_CHECKING

import numpy as np
from torch import Tensor

from tts_align.deploy.blocks import quantized_blocks

if TYPE_CHECKING:
    import onnx

OPSET, CONTRIB, IR = 17, 1, 9
BLOCK = 128
"""Weights that share one scale in int8."""


class Graph:
    """ONNX text and the tensors that it names, gathered piece by piece."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._tensors: dict[str, np.ndarray] = {}

    def add(self, *lines: str) -> None:
        """Nodes, one a line, as `name = Operator <attribute = value> (inputs)`."""
        self._lines += lines

    def tensor(self, name: str, value: Tensor | np.ndarray) -> str:
        """A constant of the graph; returns its name."""
        array = value.detach().cpu().numpy() if isinstance(value, Tensor) else value
        self._tensors[name] = np.ascontiguousarray(array)
        return name

    def product(self, out: str, x: str, name: str, weight: Tensor, int8: bool = False) -> None:
        """`out` = `x` times a matrix (inputs, outputs), in int8 by blocks or in float32."""
        n_inputs, n_outputs = weight.shape
        if not int8:
            self.add(f"{out} = MatMul ({x}, {self.tensor(name, weight)})")
            return
        codes, scales = quantized_blocks(weight.detach().cpu().numpy(), BLOCK)
        sizes = f"K = {n_inputs}, N = {n_outputs}, bits = 8, block_size = {BLOCK}, accuracy_level = 4"
        stored = f"{self.tensor(name, codes)}, {self.tensor(f'{name}_scales', scales)}"
        self.add(f"{out} = com.microsoft.MatMulNBits <{sizes}> ({x}, {stored})")

    def model(self, name: str, inputs: str, outputs: str) -> "onnx.ModelProto":
        """The finished model, checked."""
        import onnx

        header = f'<ir_version: {IR}, opset_import: ["" : {OPSET}, "com.microsoft" : {CONTRIB}]>'
        body = "\n".join(self._lines)
        model = onnx.parser.parse_model(f"{header}\n{name} ({inputs}) => ({outputs}) {{\n{body}\n}}")
        model.producer_name = "tts-align"
        model.graph.initializer.extend(onnx.numpy_helper.from_array(each, key) for key, each in self._tensors.items())
        onnx.checker.check_model(model)
        return model
