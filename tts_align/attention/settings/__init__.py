"""What a recipe's `[attention]` can say: a table for every mechanism, score and normalizer, which builds it."""

from tts_align.attention.settings.base import Even, Mechanism, Odd
