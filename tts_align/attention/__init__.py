"""Attention: queries and encoded symbols into weights, one decoder step at a time."""

from tts_align.attention.contract import Attention, Memory, State
from tts_align.attention.registry import MECHANISMS, AttentionConfig, build_attention
from tts_align.attention.settings.base import Mechanism
from tts_align.attention.settings.named_pairs import AdditiveConfig, LocationSensitiveConfig, StepwiseMonotonicConfig
from tts_align.attention.settings.normalizers import NORMALIZERS
from tts_align.attention.settings.pairs import PARTS, ScoredConfig
from tts_align.attention.settings.scores import SCORES
from tts_align.attention.settings.without_energies import OracleConfig
