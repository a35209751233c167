"""The finished attention matrix of an utterance: what it says about the speech. NumPy only, no torch."""

from tts_align.alignment.analysis import Analysis, CorpusFigures, analyze, analyze_weights, figures
from tts_align.alignment.archive import load_alignment, save_alignment
from tts_align.alignment.ending import CAUSES, Ending
from tts_align.alignment.events import KINDS, Event, find_events
from tts_align.alignment.foreign import alignment_from_weights
from tts_align.alignment.matrix import Alignment
from tts_align.alignment.monotone import monotone_path, monotone_path_of_scores
from tts_align.alignment.path import MoveCosts, argmax_path, likely_path
from tts_align.alignment.thresholds import Thresholds
from tts_align.alignment.timing import durations, onset_errors_ms, summarize_errors, word_onsets_seconds
from tts_align.alignment.timings import Frames, Timings, timings_of
from tts_align.alignment.words import Word, is_break, is_letter, words_of
