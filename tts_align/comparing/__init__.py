"""Several recipes trained under one budget, and measured alike."""

from tts_align.comparing.all_runs import Comparing, compare
