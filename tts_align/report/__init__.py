"""Diagnoses for people and machines: the terminal, JSON, a picture, one HTML page. Renders, computes nothing."""

from tts_align.report.diagnosed import Diagnosed, describe
from tts_align.report.figure import draw_alignment
from tts_align.report.page import write_page
from tts_align.report.record import record, record_json
from tts_align.report.text import print_summary, verdict_sentence
