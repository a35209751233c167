"""Writes a voice as ONNX files with a card."""

import os
from pathlib import Path
from typing import Any

from tts_align.attention import StepwiseMonotonicConfig
from tts_align.attention.normalizers import StepwiseMonotonic
from tts_align.attention.scored import ScoredAttention
from tts_align.attention.scores import AdditiveScore
from tts_align.deploy.card import (
    CARD_FILE,
    ENCODER_FILE,
    POSTNET_FILE,
    STEP_FILE,
    DeployCard,
    graph_file,
    save_card,
)
from tts_align.deploy.step_graph import step_graph
from tts_align.deploy.text_graphs import encoder_graph, postnet_graph
from tts_align.errors import FileError, VoiceError
from tts_align.evaluate import LIMIT_SECONDS, LIMIT_SECONDS_PER_SYMBOL, rest_steps
from tts_align.files import atomic_path
from tts_align.model import Tacotron
from tts_align.model.speaking_weights import speaking_weights
from tts_align.model.unroll import END_ZONE
from tts_align.voice import VoiceCard, read_voice


def export_voice(place: str | os.PathLike[str], out: str | os.PathLike[str], *, int8: bool = False) -> DeployCard:
    """Writes encoder, decoder step and postnet of a voice as ONNX, and a card beside them.

    Each file is written whole or not at all, the card last: a folder with a card is complete.

    Args:
        place: a run folder, a voice folder, or a weights file.
        out: folder for the files.
        int8: the two large products of a step with 8-bit weights: smaller and faster.

    Returns:
        The card.

    Raises:
        VoiceError: there is no voice, its model cannot be exported, or the package onnx is not installed.
        FileError: a file cannot be written.
    """
    file = read_voice(place)
    model, _ = file.build()
    return export_model(model, file.card, out, int8=int8)


def export_model(model: Tacotron, voice: VoiceCard, out: str | os.PathLike[str], *, int8: bool = False) -> DeployCard:
    """As `export_voice`, for a model in memory."""
    score, weights = _score(model, voice), speaking_weights(model.decoder)
    step = step_graph(score, weights, int8, _longest_stay(model))
    made = {ENCODER_FILE: encoder_graph(model.encoder, score, weights), STEP_FILE: step}
    if len(model.postnet.convolutions):
        made[POSTNET_FILE] = postnet_graph(model.postnet, voice.mel.n_mels)
    contents = {name: graph.SerializeToString() for name, graph in made.items()}
    card = _card(model, voice, int8, {name: graph_file(content) for name, content in contents.items()})
    folder = Path(out)
    _remove(folder / CARD_FILE)
    for name, content in contents.items():
        with atomic_path(folder / name) as temporary:
            temporary.write_bytes(content)
    save_card(folder, card)
    return card


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        found = error.strerror or str(error)
        raise FileError(where=str(path), expected="a folder", found=found, fix="Name another place.") from error


def _card(model: Tacotron, voice: VoiceCard, int8: bool, files: dict[str, Any]) -> DeployCard:
    weights = speaking_weights(model.decoder)
    return DeployCard(
        symbols=list(voice.alphabet.symbols),
        letters=voice.letters,
        pronunciations=voice.pronunciations,
        mel=voice.mel.model_dump(),
        mel_mean=model.mel_mean.tolist(),
        mel_scale=model.mel_scale.tolist(),
        frames_per_step=model.frames_per_step,
        prenet_sizes=[len(bias) for _, bias in weights.prenet],
        prenet_dropout=model.decoder.prenet.dropout,
        query_size=weights.query_size,
        hidden_size=weights.hidden_size,
        end_zone=END_ZONE,
        rest_steps=rest_steps(voice.mel.seconds_per_frame * model.frames_per_step),
        limit_seconds=LIMIT_SECONDS,
        limit_seconds_per_symbol=LIMIT_SECONDS_PER_SYMBOL,
        longest_stay=_longest_stay(model),
        sharpening=voice.sharpening,
        weights="int8" if int8 else "float32",
        files=files,
    )


def _score(model: Tacotron, voice: VoiceCard) -> AdditiveScore:
    """The score of the model's attention; raises when the model is of a kind that has no graph, or onnx is missing."""
    config = voice.model.attention
    if not isinstance(config, StepwiseMonotonicConfig) or config.inference != "hard":
        kind = f"attention {config.kind}" + (", soft" if isinstance(config, StepwiseMonotonicConfig) else "")
        expected = "hard stepwise monotonic attention, the kind that has an ONNX graph"
        raise VoiceError(where="export", expected=expected, found=kind, fix="Speak this voice with tts-align itself.")
    if voice.model.decoder.cell != "lstm":
        fix = "Speak this voice with tts-align itself."
        raise VoiceError(where="export", expected="LSTM cells", found=voice.model.decoder.cell, fix=fix)
    try:
        import onnx  # noqa: F401
    except ImportError as error:
        fix = "Install it: pip install 'tts-align[deploy]'"
        raise VoiceError(where="export", expected="the package onnx", found="it is not installed", fix=fix) from error
    attention = model.decoder.cell.attention
    assert isinstance(attention, ScoredAttention) and isinstance(attention.score, AdditiveScore)
    return attention.score


def _longest_stay(model: Tacotron) -> int:
    attention = model.decoder.cell.attention
    assert isinstance(attention, ScoredAttention) and isinstance(attention.normalizer, StepwiseMonotonic)
    return attention.normalizer.longest_stay
