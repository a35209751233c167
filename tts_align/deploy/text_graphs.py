"""The graphs of encoder and postnet: what is computed once for a text.

All rows of a batch lie one under the other, so that a batch can shrink without its tables being copied: utterance b has
N + 1 rows from b (N + 1) on, the first of them for "no symbol yet", then one for each symbol.
"""

from typing import TYPE_CHECKING

import numpy as np
from torch import Tensor, nn

from tts_align.attention.scores import AdditiveScore
from tts_align.deploy.graph import Graph
from tts_align.model.encoder import Encoder
from tts_align.model.postnet import Postnet
from tts_align.model.speaking_weights import SpeakingWeights

if TYPE_CHECKING:
    import onnx


def encoder_graph(encoder: Encoder, score: AdditiveScore, weights: SpeakingWeights) -> "onnx.ModelProto":
    """Symbols into what every step looks up.

    Inputs: `symbols` (B, N) int64, `lengths` (B,) int32. Outputs, float32, B (N + 1) rows each: `keys` (rows, A) for
    the energies; `query_table`, `hidden_table`, `frames_table`, each symbol's part in the step's three products.
    """
    graph = Graph()
    graph.tensor("one", np.array([1], dtype=np.int64))
    encoded = _encoded(graph, encoder)
    graph.tensor("pads", np.array([0, 1, 0, 0, 0, 0], dtype=np.int64))
    graph.add(f"values = Pad ({encoded}, pads)")  # (B, N + 1, E), a row of zeros before the first symbol
    tables = {"keys": (score.key.weight.T, score.query.bias)} | {
        f"{name}_table": (product.context, product.bias)
        for name, product in zip(("query", "hidden", "frames"), weights.products, strict=True)
    }
    for name, (weight, bias) in tables.items():
        graph.tensor(f"{name}_shape", np.array([-1, len(bias)], dtype=np.int64))
        graph.product(f"{name}_product", "values", f"{name}_weight", weight)
        graph.add(f"{name}_sum = Add ({name}_product, {graph.tensor(f'{name}_bias', bias)})")
        graph.add(f"{name} = Reshape ({name}_sum, {name}_shape)")
    outputs = ", ".join(f"float[rows, {len(bias)}] {name}" for name, (_, bias) in tables.items())
    return graph.model("encoder", "int64[B, N] symbols, int32[B] lengths", outputs)


def postnet_graph(postnet: Postnet, n_mels: int) -> "onnx.ModelProto":
    """The correction: `mel` (B, L, M) standardized and `lengths` (B,) int32 frames into `refined` (B, L, M)."""
    graph = Graph()
    graph.tensor("one", np.array([1], dtype=np.int64))
    _mask(graph, "mel")
    graph.add("x = Mul (mel, real)")
    x = "x"
    for i, convolution in enumerate(postnet.convolutions):
        x = _convolution(graph, f"layer_{i}", x, convolution)
        if i < len(postnet.norms):
            x = _norm(graph, f"layer_{i}", x, postnet.norms[i], "Tanh")
        graph.add(f"layer_{i}_real = Mul ({x}, real)")
        x = f"layer_{i}_real"
    graph.add(f"refined = Add (mel, {x})")
    return graph.model("postnet", f"float[B, L, {n_mels}] mel, int32[B] lengths", f"float[B, L, {n_mels}] refined")


def _mask(graph: Graph, name: str) -> None:
    """`real` (B, N, 1): 1 up to the length, 0 after it."""
    graph.tensor("zero_index", np.array(0, dtype=np.int64))
    graph.tensor("one_index", np.array(1, dtype=np.int64))
    graph.tensor("last_axes", np.array([1, 2], dtype=np.int64))
    graph.tensor("last_axis", np.array([2], dtype=np.int64))
    graph.add(
        f"shape = Shape ({name})",
        "n_places = Gather <axis = 0> (shape, one_index)",
        "places = Range (zero_index, n_places, one_index)",
        "long_lengths = Cast <to = 7> (lengths)",
        "column = Unsqueeze (long_lengths, one)",
        "is_real = Less (places, column)",
        "real_matrix = Cast <to = 1> (is_real)",
        "real = Unsqueeze (real_matrix, last_axis)",
    )


def _encoded(graph: Graph, encoder: Encoder) -> str:
    """Nodes of the encoder; returns the name of its output (B, N, E)."""
    _mask(graph, "symbols")
    graph.add(
        f"embedded = Gather <axis = 0> ({graph.tensor('embedding', encoder.embedding.weight)}, symbols)",
        "x = Mul (embedded, real)",
    )
    x = "x"
    for i, (convolution, norm) in enumerate(zip(encoder.convolutions, encoder.norms, strict=True)):
        x = _norm(graph, f"layer_{i}", _convolution(graph, f"layer_{i}", x, convolution), norm, "Relu")
        graph.add(f"layer_{i}_real = Mul ({x}, real)")
        x = f"layer_{i}_real"
    lstm = encoder.lstm
    parameters = dict(lstm.named_parameters())
    both = ("", "_reverse")
    weight = np.stack([_onnx_gates(parameters[f"weight_ih_l0{each}"]) for each in both])
    recurrence = np.stack([_onnx_gates(parameters[f"weight_hh_l0{each}"]) for each in both])
    biases = [
        np.concatenate([_onnx_gates(parameters[f"bias_{kind}_l0{each}"]) for kind in ("ih", "hh")]) for each in both
    ]
    names = [graph.tensor("lstm_weight", weight), graph.tensor("lstm_recurrence", recurrence)]
    names.append(graph.tensor("lstm_bias", np.stack(biases)))
    graph.tensor("joined_shape", np.array([0, 0, -1], dtype=np.int64))
    graph.add(
        f"in_time = Transpose <perm = [1, 0, 2]> ({x})",
        f'states = LSTM <hidden_size = {lstm.hidden_size}, direction = "bidirectional">'
        f" (in_time, {', '.join(names)}, lengths)",
        "by_utterance = Transpose <perm = [2, 0, 1, 3]> (states)",  # (N, 2, B, E / 2) to (B, N, 2, E / 2)
        "encoded = Reshape (by_utterance, joined_shape)",
    )
    return "encoded"


def _convolution(graph: Graph, name: str, x: str, convolution: nn.Module) -> str:
    assert isinstance(convolution, nn.Conv1d) and convolution.bias is not None
    weight, bias = convolution.weight, convolution.bias
    pad = weight.shape[2] // 2
    tensors = f"{graph.tensor(f'{name}_weight', weight)}, {graph.tensor(f'{name}_bias', bias)}"
    graph.add(
        f"{name}_channels = Transpose <perm = [0, 2, 1]> ({x})",
        f"{name}_filtered = Conv <pads = [{pad}, {pad}]> ({name}_channels, {tensors})",
        f"{name}_places = Transpose <perm = [0, 2, 1]> ({name}_filtered)",
    )
    return f"{name}_places"


def _norm(graph: Graph, name: str, x: str, norm: nn.Module, activation: str) -> str:
    assert isinstance(norm, nn.LayerNorm)
    scale = graph.tensor(f"{name}_scale", norm.weight)
    shift = graph.tensor(f"{name}_shift", norm.bias)
    epsilon = norm.eps
    graph.add(
        f"{name}_norm = LayerNormalization <axis = -1, epsilon = {epsilon}> ({x}, {scale}, {shift})",
        f"{name}_active = {activation} ({name}_norm)",
    )
    return f"{name}_active"


def _onnx_gates(weights: Tensor) -> np.ndarray:
    """Torch's gates (input, forget, candidate, output) in the order of ONNX (input, output, forget, candidate)."""
    into, forget, candidate, out = weights.detach().cpu().numpy().reshape(4, -1, *weights.shape[1:])
    return np.concatenate([into, out, forget, candidate])
