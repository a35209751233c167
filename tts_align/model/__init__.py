"""The model: symbols into mel frames through an attention decoder."""

from tts_align.model.decoder import DecoderConfig
from tts_align.model.encoder import EncoderConfig
from tts_align.model.postnet import PostnetConfig
from tts_align.model.prediction import Prediction
from tts_align.model.speaking import speak
from tts_align.model.tacotron import Tacotron, TacotronConfig, small_config
from tts_align.model.unroll import StoppedBy
