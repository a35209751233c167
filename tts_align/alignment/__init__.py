"""The finished attention matrix of an utterance: what it says about the speech. NumPy only, no torch."""

from tts_align.alignment.archive import alignment_from_weights, load_alignment, load_matrix, save_alignment
from tts_align.alignment.matrix import Alignment
from tts_align.alignment.path import MoveCosts, argmax_path, likely_path, monotone_path
from tts_align.alignment.words import Word, is_break, is_letter, words_of
