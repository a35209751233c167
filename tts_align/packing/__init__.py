"""A trained voice as one small file with its history, and a card for people beside it."""

from tts_align.packing.pack import PackedVoice, pack_voice
from tts_align.packing.page import card_page
