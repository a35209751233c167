"""The card of a voice for people, in Markdown."""

from collections.abc import Sequence

from tts_align.packing.pack import PackedVoice
from tts_align.voice import VoiceCard
from tts_align.voice_history import CurvePoint, VoiceHistory

_UNMEASURED = "<!-- FIGURES: what was measured, with its commands; none yet -->"


def card_page(packed: PackedVoice, figures: str | None = None) -> str:
    """What is known of a voice, its curve, its recipe, and what was measured with it.

    Args:
        packed: the voice.
        figures: Markdown of what was measured; None leaves a place for it.

    Returns:
        A page; what the history does not tell says "not recorded".
    """
    card, history = packed.card, packed.card.history or VoiceHistory()
    parts = [
        f"# The voice {packed.path.stem}",
        _facts(packed, card, history),
        "## Training",
        "Validations. Onsets: the median distance of words from where they should begin. Faulty: the share of freely\n"
        "spoken utterances whose alignment has a fault.",
        _curve(history.curve),
        "## Figures",
        _UNMEASURED if figures is None else figures.strip(),
    ]
    if history.recipe:
        parts += ["## Recipe", f"```toml\n{history.recipe.strip()}\n```"]
    return "\n\n".join(parts) + "\n"


def _facts(packed: PackedVoice, card: VoiceCard, history: VoiceHistory) -> str:
    ms_per_step = 1000 * card.mel.seconds_per_frame * card.model.decoder.frames_per_step
    rows = {
        "file": f"`{packed.path.name}`, {packed.n_bytes / 1e6:.1f} MB, matrices in {packed.precision}",
        "parameters": f"{packed.n_parameters / 1e6:.2f} million",
        "attention": f"{card.model.attention.kind}, {ms_per_step:.1f} ms a step",
        "sound": f"{card.mel.sample_rate} Hz, {card.mel.n_mels} mel bins{_sharpened(card)}",
        "reads": "letters" if card.pronunciations == "none" else f"phones of {card.pronunciations}, else letters",
        "corpus": _corpus(history),
        "licence": history.licence or "not recorded",
        "command": f"`{history.command}`" if history.command else "not recorded",
        "updates": f"{card.updates:,}",
        "seed": str(card.seed),
        "time": f"{history.minutes:,.0f} minutes in updates" if history.minutes is not None else "not recorded",
        "machine": "; ".join(history.machines) or "not recorded",
        "made with": ", ".join(f"{name} {version}" for name, version in card.versions.items()),
    }
    return _table(("", ""), list(rows.items()))


def _sharpened(card: VoiceCard) -> str:
    return f", sharpened by {card.sharpening:g}" if card.sharpening > 0 else ""


def _corpus(history: VoiceHistory) -> str:
    parts = [history.corpus or "not recorded"]
    if history.n_utterances is not None and history.hours is not None:
        parts.append(f"{history.n_utterances:,} utterances, {history.hours:.2f} h to train on")
    return "; ".join(parts)


def _curve(curve: tuple[CurvePoint, ...]) -> str:
    head = ("update", "mel loss", "onsets, teacher-forced", "onsets, free-running", "faulty")
    rows = [
        (
            f"{point.update:,}",
            _number(point.mel_loss, "{:.3f}"),
            _number(point.onset_forced_ms, "{:.0f} ms"),
            _number(point.onset_spoken_ms, "{:.0f} ms"),
            _number(point.share_faulty_spoken, "{:.0%}"),
        )
        for point in curve
    ]
    return _table(head, rows) if rows else "No validation was recorded."


def _number(value: float | None, form: str) -> str:
    return "" if value is None else form.format(value)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
