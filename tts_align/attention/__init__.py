"""Attention: queries and encoded symbols into weights, one decoder step at a time."""

from tts_align.attention.contract import Attention, Memory, State
from tts_align.attention.registry import (
    MECHANISMS,
    AttentionConfig,
    LocationSensitiveConfig,
    StepwiseMonotonicConfig,
    build_attention,
)
