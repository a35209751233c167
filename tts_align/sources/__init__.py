"""Files with attention matrices, ours and those of other systems, as alignments: one utterance after the other."""

from tts_align.sources.find import Source, find_sources
from tts_align.sources.options import MatrixOptions
