"""Text to symbols: normalization and the alphabet."""

from tts_align.text.alphabet import DEFAULT_LETTERS, END, PAD, Alphabet, Unknown
from tts_align.text.normalization import normalize
