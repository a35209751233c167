"""Teacher forcing over known frames: the fast recurrence where the mechanism has one, else the plain loop."""

from collections.abc import Callable
from typing import cast

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tts_align.attention import Attention, Memory
from tts_align.attention.location import LocationSensitiveScore
from tts_align.attention.normalizers import Normalizer, Softmax, StepwiseMonotonic
from tts_align.attention.scored import ScoredAttention
from tts_align.attention.scores import AdditiveScore
from tts_align.model.decoder import Decoder, DecoderCell
from tts_align.model.fast_graphs import graphs_for, lengthened
from tts_align.model.fast_linear import linear_of_steps
from tts_align.model.fast_recurrence import Dropout, LstmInputs, run_plainly, run_recurrence
from tts_align.model.fast_rows import AttentionInputs, Places, Rows, SoftmaxRows, StepwiseRows
from tts_align.model.fast_rows_cpu import StepwiseCpuRows
from tts_align.model.fast_rows_located import softmax_cpu_rows
from tts_align.model.unroll import TeacherForcing, unroll
from tts_align.noise import Noise


def unroll_forced(
    decoder: Decoder, memory: Memory, frames: Float[Tensor, "B L M"], noise: Noise
) -> tuple[Float[Tensor, "B T QE"], Float[Tensor, "B T N"]]:
    """Runs the decoder's cell with the true frames as its inputs.

    This is the one place where the fast path is chosen, and graphs for it on a GPU. All give the same numbers up to
    rounding, but the fast path can be differentiated only once.

    Args:
        decoder: whose prenet and cell are run.
        memory: the prepared batch.
        frames: (B, L, M) standardized true frames, L a multiple of R.
        noise: for the prenet's dropout.

    Returns:
        Outputs (B, T, Q + E) and weights (B, T, N).
    """
    cell, known = decoder.cell, TeacherForcing(decoder, frames, noise)
    attention = _fast_attention(cell)
    if attention is None:
        return unroll(decoder, memory, known)
    inputs = known.inputs  # (B, T, P)
    lstm = _lstm_inputs(cell, inputs)
    dropout = None
    if memory.noise is not None and cell.dropout > 0:
        kept = memory.noise.kept("query", (inputs.shape[1], cell.recurrent.hidden_size), cell.dropout)  # (B, T, Q)
        dropout = Dropout(kept.permute(1, 2, 0).contiguous(), 1 / (1 - cell.dropout))
    places = Places(memory.mask.sum(1) - 1, _noise(attention, memory, inputs.shape[1]), inputs.shape[1])
    device = inputs.device.type
    on_cpu, in_torch = _ROWS[type(attention.normalizer)]
    rows = on_cpu if device == "cpu" and memory.values.dtype == torch.float32 else in_torch
    dtype = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else None
    graphs = graphs_for(inputs.device)
    with torch.autocast(device, enabled=False):
        attended, runner = _attention_inputs(attention, memory), graphs or run_plainly
        if graphs is not None:
            attended, places = lengthened(attended, places)
        outputs, weights = run_recurrence(lstm, attended, places, rows, dropout=dropout, dtype=dtype, runner=runner)
    return outputs.permute(2, 0, 1), weights.transpose(0, 1)[:, :, : memory.values.shape[1]]


def has_fast_path(attention: Attention) -> bool:
    """Whether training with a mechanism uses the fast recurrence.

    Example:
        >>> from tts_align.attention import StepwiseMonotonicConfig, build_attention
        >>> has_fast_path(build_attention(StepwiseMonotonicConfig(), value_size=8, query_size=4))
        True
    """
    return (
        type(attention) is ScoredAttention
        and type(attention.score) in (AdditiveScore, LocationSensitiveScore)
        and type(attention.normalizer) in _ROWS
        and not (type(attention.score) is LocationSensitiveScore and type(attention.normalizer) is StepwiseMonotonic)
    )


def _fast_attention(cell: DecoderCell) -> ScoredAttention | None:
    usable = isinstance(cell.recurrent, nn.LSTMCell) and has_fast_path(cell.attention)
    return cell.attention if usable else None  # type: ignore[return-value]


def _lstm_inputs(cell: DecoderCell, inputs: Tensor) -> LstmInputs:
    lstm, size = cell.recurrent, inputs.shape[2]
    known, context = lstm.weight_ih.split([size, lstm.input_size - size], dim=1)
    gates = linear_of_steps(inputs, known, lstm.bias_ih + lstm.bias_hh)  # (T, 4 Q, B)
    return LstmInputs(gates, torch.cat([context, lstm.weight_hh], dim=1))


def _attention_inputs(attention: ScoredAttention, memory: Memory) -> AttentionInputs:
    score, location = cast(AdditiveScore | LocationSensitiveScore, attention.score), None
    vector, query = score.vector, score.query
    if isinstance(score, LocationSensitiveScore):  # filters, then a projection: one linear map
        filters = score.filters.weight.flatten(1)  # (F, 2 W)
        location = filters.t() @ score.location.weight.t()
    offset = memory.keys.new_zeros(()) if vector.bias is None else vector.bias[0]
    return AttentionInputs(memory.values, memory.keys, query.weight, query.bias, vector.weight[0], offset, location)


def _noise(attention: ScoredAttention, memory: Memory, n_steps: int) -> Tensor | None:
    normalizer = attention.normalizer
    if memory.noise is None or not isinstance(normalizer, StepwiseMonotonic) or normalizer.noise == 0:
        return None
    normal = memory.noise.normal("stepwise", (n_steps, memory.mask.shape[1]))  # (B, T, N)
    return (normal * normalizer.noise).transpose(0, 1)


_ROWS: dict[type[Normalizer], tuple[Callable[..., Rows], Callable[..., Rows]]] = {
    Softmax: (softmax_cpu_rows, SoftmaxRows),
    StepwiseMonotonic: (StepwiseCpuRows, StepwiseRows),
}
