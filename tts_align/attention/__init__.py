"""Attention: queries and encoded symbols into weights, one decoder step at a time."""

from tts_align.attention.contract import Attention, Memory, State
from tts_align.attention.kinds import (
    AdditiveConfig,
    LocationSensitiveConfig,
    Mechanism,
    OracleConfig,
    ScoredConfig,
    StepwiseMonotonicConfig,
)
from tts_align.attention.parts import NORMALIZERS, PARTS, SCORES
from tts_align.attention.registry import MECHANISMS, AttentionConfig, build_attention
