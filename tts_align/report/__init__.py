"""Diagnoses for people and machines: the terminal, JSON, CSV, a picture, one HTML page. Renders, computes nothing."""

from tts_align.report.diagnosed import Diagnosed, describe, describe_ending, diagnosed
from tts_align.report.event_table import EventTable, event_file
from tts_align.report.hints import HINTS, hints_for
from tts_align.report.record import RecordStream, record, record_file, record_stream
from tts_align.report.text import Summary, verdict_sentence
