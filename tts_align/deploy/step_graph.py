"""The graph of one decoder step with hard stepwise monotonic attention."""

from typing import TYPE_CHECKING

import numpy as np
from torch import Tensor

from tts_align.attention.scores import AdditiveScore
from tts_align.deploy.graph import Graph
from tts_align.model.speaking_weights import SpeakingWeights

if TYPE_CHECKING:
    import onnx


def step_graph(score: AdditiveScore, weights: SpeakingWeights, int8: bool, longest_stay: int = 0) -> "onnx.ModelProto":
    """One decoder step; the rows are those of the encoder's tables.

    Inputs: `spoken` (B, R M) the frames of the step before, zeros at first; `mask_0`, `mask_1` (B, P) the prenet's
    dropout, 0 or 1 / (1 - rate); `first`, `last`, `row` (B,) int64 rows: "no symbol yet", the last symbol, and where
    attention is (at first equal to `first`); the states `query`, `query_memory` (B, Q), `hidden`, `hidden_memory`
    (B, H), zeros at first; the encoder's tables. Outputs: `frames` (B, R M), standardized; `stop` (B, 1), positive
    means stop; and `next_...` for the row and each state. Where a symbol has a longest stay, `stayed` (B,) int64 is one
    more state, zeros at first: steps on the symbol so far.
    """
    graph = Graph()
    n_layers = len(weights.prenet)
    x = "spoken"
    for i, (weight, bias) in enumerate(weights.prenet):
        graph.product(f"prenet_{i}", x, f"prenet_{i}_weight", weight)
        graph.add(
            f"prenet_{i}_sum = Add (prenet_{i}, {graph.tensor(f'prenet_{i}_bias', bias)})",
            f"prenet_{i}_relu = Relu (prenet_{i}_sum)",
            f"prenet_{i}_out = Mul (prenet_{i}_relu, mask_{i})",
        )
        x = f"prenet_{i}_out"
    graph.add(f"query_inputs = Concat <axis = 1> ({x}, query)")
    _lstm(graph, "query", "query_inputs", "row", weights.query.matrix(with_context=False), int8)
    _attention(graph, score, longest_stay)
    graph.add("hidden_inputs = Concat <axis = 1> (next_query, hidden)")
    _lstm(graph, "hidden", "hidden_inputs", "next_row", weights.hidden.matrix(with_context=False), int8)
    n_frames = len(weights.frames.bias) - 1
    graph.product("frames_product", "next_hidden", "frames_weight", weights.frames.matrix(with_context=False))
    graph.tensor("frames_sizes", np.array([n_frames, 1], dtype=np.int64))
    graph.add(
        "frames_row = Gather <axis = 0> (frames_table, next_row)",
        "frames_and_stop = Add (frames_product, frames_row)",
        "frames, stop = Split <axis = 1> (frames_and_stop, frames_sizes)",
    )
    q, h, p = weights.query_size, weights.hidden_size, len(weights.prenet[-1][1])
    states = {"query": q, "query_memory": q, "hidden": h, "hidden_memory": h}
    tables = {
        "keys": score.query.out_features,
        "query_table": 4 * q,
        "hidden_table": 4 * h,
        "frames_table": n_frames + 1,
    }
    inputs = [f"float[B, {n_frames}] spoken", *(f"float[B, {p}] mask_{i}" for i in range(n_layers))]
    inputs += [f"int64[B] {name}" for name in ("first", "last", "row")]
    inputs += [f"float[B, {size}] {name}" for name, size in states.items()]
    inputs += [f"float[rows, {size}] {name}" for name, size in tables.items()]
    outputs = [f"float[B, {n_frames}] frames", "float[B, 1] stop", "int64[B] next_row"]
    outputs += [f"float[B, {size}] next_{name}" for name, size in states.items()]
    if longest_stay > 0:
        inputs.append("int64[B] stayed")
        outputs.append("int64[B] next_stayed")
    return graph.model("decoder_step", ", ".join(inputs), ", ".join(outputs))


def _lstm(graph: Graph, name: str, inputs: str, row: str, weight: Tensor, int8: bool) -> None:
    """`next_NAME`, `next_NAME_memory` from the inputs, a row of the table and the state."""
    graph.product(f"{name}_product", inputs, f"{name}_weight", weight, int8)
    graph.add(
        f"{name}_row = Gather <axis = 0> ({name}_table, {row})",
        f"{name}_gates = Add ({name}_product, {name}_row)",
        f"{name}_a, {name}_b, {name}_c, {name}_d = Split <axis = 1> ({name}_gates)",
        f"{name}_into = Sigmoid ({name}_a)",
        f"{name}_forget = Sigmoid ({name}_b)",
        f"{name}_new = Tanh ({name}_c)",
        f"{name}_out = Sigmoid ({name}_d)",
        f"{name}_kept = Mul ({name}_forget, {name}_memory)",
        f"{name}_added = Mul ({name}_into, {name}_new)",
        f"next_{name}_memory = Add ({name}_kept, {name}_added)",
        f"{name}_bent = Tanh (next_{name}_memory)",
        f"next_{name} = Mul ({name}_out, {name}_bent)",
    )


def _attention(graph: Graph, score: AdditiveScore, longest_stay: int) -> None:
    """`next_row`: stays where it is, or goes on by one."""
    graph.product("asked", "next_query", "attention_query", score.query.weight.T)
    graph.tensor("one_row", np.array([1], dtype=np.int64))
    graph.tensor("flat", np.array([-1], dtype=np.int64))
    graph.tensor("half", np.array(0.5, dtype=np.float32))
    graph.add(
        "first_symbol = Add (first, one_row)",
        "here = Max (row, first_symbol)",
        "key = Gather <axis = 0> (keys, here)",
        "asked_of_key = Add (asked, key)",
        "compared = Tanh (asked_of_key)",
        f"energy_product = MatMul (compared, {graph.tensor('attention_vector', score.vector.weight.T)})",
        f"energy = Add (energy_product, {graph.tensor('attention_offset', score.vector.bias)})",
        "stay = Sigmoid (energy)",
        "flat_stay = Reshape (stay, flat)",
        "wants_on = LessOrEqual (flat_stay, half)",
    )
    if longest_stay > 0:
        graph.tensor("longest_stay", np.array(longest_stay, dtype=np.int64))
        graph.add("must_go = GreaterOrEqual (stayed, longest_stay)", "done = Or (wants_on, must_go)")
    graph.add(
        "has_next = Less (here, last)",
        f"goes_on = And ({'done' if longest_stay > 0 else 'wants_on'}, has_next)",
        "moves = Cast <to = 7> (goes_on)",
        "next_row = Add (here, moves)",
    )
    if longest_stay > 0:
        graph.add("longer = Add (stayed, one_row)", "next_stayed = Where (goes_on, one_row, longer)")
