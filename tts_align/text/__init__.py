"""Text to symbols: reading of numbers and the like, normalization, the lexicon and the alphabet."""

from tts_align.text.alphabet import DEFAULT_LETTERS, END, PAD, Alphabet, Unknown
from tts_align.text.lexicon import PHONES, Lexicon, Pronunciations, is_spelled, load_lexicon
from tts_align.text.normalization import normalize
from tts_align.text.reading import Piece, Reading, read_text
