"""Corpora: their manifests, their audit, their features on disk, and corpora that a synthetic voice speaks."""

from tts_align.corpus.audit import AuditReport, audit
from tts_align.corpus.audit_types import AuditSettings, Finding
from tts_align.corpus.feature_work import TrimSettings
from tts_align.corpus.features import FeatureEntry, FeatureIndex, load_index, mel_path, prepare
from tts_align.corpus.manifest import Utterance, read_manifest, textgrid_path
from tts_align.corpus.split import Split, split
