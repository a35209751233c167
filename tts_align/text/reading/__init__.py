"""Written text to spoken words: numbers, dates, money, abbreviations, symbols and the like, read as English."""

from tts_align.text.reading.read import read_text
from tts_align.text.reading.record import Piece, Reading
