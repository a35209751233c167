"""Weights in int8 by blocks, as onnxruntime's operator MatMulNBits reads them."""

import numpy as np


def quantized_blocks(weight: np.ndarray, block: int) -> tuple[np.ndarray, np.ndarray]:
    """Rounds a matrix to 8 bits with one scale for each `block` inputs of an output.

    weight[k, n] ~ scales[n, k // block] (codes[n, k // block, k % block] - 128), scale = max |weight| there / 127

    Args:
        weight: (inputs, outputs) float32.
        block: inputs that share a scale; the last block is filled up with zeros.

    Returns:
        codes (outputs, blocks, block) uint8 and scales (outputs, blocks) float32.

    Reference:
        The layout: onnxruntime, contrib operator com.microsoft.MatMulNBits with bits = 8 and no zero points.

    Example:
        >>> codes, scales = quantized_blocks(np.array([[1.27], [-0.5], [0.0]], dtype=np.float32), block=2)
        >>> codes[:, :, :].tolist(), scales.shape
        ([[[255, 78], [128, 128]]], (1, 2))
    """
    n_inputs, n_outputs = weight.shape
    n_blocks = -(-n_inputs // block)
    padded = np.zeros((n_outputs, n_blocks * block), dtype=np.float32)
    padded[:, :n_inputs] = weight.T
    blocks = padded.reshape(n_outputs, n_blocks, block)
    scales = np.abs(blocks).max(axis=2) / 127
    codes = np.rint(blocks / np.maximum(scales, np.finfo(np.float32).tiny)[..., None]) + 128
    return codes.astype(np.uint8), scales
