"""Free-running speech over many sentences: sounds, alignments, figures, a page."""

from tts_align.evaluation.recognition import Recognition, read_transcripts, recognition_of
from tts_align.evaluation.record import Evaluation, write_evaluation
from tts_align.evaluation.spoken_log import Settings, Spoken
from tts_align.evaluation.task import Task, speak_task, tasks_of
