"""Corpora: their manifests, their audit, their features on disk, and corpora that a synthetic voice speaks."""

from tts_align.audio.silence import TrimSettings
from tts_align.corpus.audit import AuditReport, audit
from tts_align.corpus.audit_types import AuditSettings, Finding
from tts_align.corpus.feature_index import FeatureEntry, FeatureIndex, load_index, mel_path
from tts_align.corpus.features import prepare
from tts_align.corpus.manifest import Utterance, read_manifest, textgrid_path
from tts_align.corpus.mel_file import MelFile
from tts_align.corpus.prompts import make_prompts
from tts_align.corpus.sentences import Sentence, read_sentences
from tts_align.corpus.speak import make_corpus
from tts_align.corpus.split import Split, split
from tts_align.corpus.timings import WordTime, word_onsets
