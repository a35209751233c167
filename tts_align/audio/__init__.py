"""Pure signal functions: sound files, mel spectrograms, and the way back to sound."""

from tts_align.audio.framing import count_frames
from tts_align.audio.griffin_lim import griffin_lim, spectral_convergence_db
from tts_align.audio.inversion import mel_error_db, mel_to_magnitude
from tts_align.audio.mel import MelSettings, log_mel, magnitude_spectrogram, mel_filters
from tts_align.audio.phases import guess_phases
from tts_align.audio.sharpening import sharpen
from tts_align.audio.silence import TrimSettings, trim_silence
from tts_align.audio.wave import read_channels, read_wave, sound_seconds, write_wave
