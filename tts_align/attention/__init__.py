"""Attention: queries and encoded symbols into weights, one decoder step at a time."""

from tts_align.attention.contract import Attention, Memory, State
from tts_align.attention.named_settings import AdditiveConfig, LocationSensitiveConfig, StepwiseMonotonicConfig
from tts_align.attention.normalizer_settings import NORMALIZERS
from tts_align.attention.other_settings import OracleConfig
from tts_align.attention.pair_settings import PARTS, ScoredConfig
from tts_align.attention.registry import MECHANISMS, AttentionConfig, build_attention
from tts_align.attention.score_settings import SCORES
from tts_align.attention.settings import Mechanism
