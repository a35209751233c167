"""Text to sound: sentences, speaking, the guard, another pace, pauses, and one sound of it all."""

from tts_align.synthesis.guard import Kept
from tts_align.synthesis.lines import Line
from tts_align.synthesis.narration import narrate
from tts_align.synthesis.voice import Recited, Speech, Voice, load_voice
