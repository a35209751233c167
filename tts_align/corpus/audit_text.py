"""The audit's eye: what is wrong with the texts of a corpus."""

from collections.abc import Sequence

from tts_align.corpus.audit_types import AuditSettings, Finding
from tts_align.corpus.manifest import Utterance
from tts_align.text import Alphabet, normalize

_FINAL = ".!?…:;,-"  # what may end a text; a quotation mark or bracket may follow
_CLOSERS = "\"')]} "


def text_findings(utterances: Sequence[Utterance], settings: AuditSettings, alphabet: Alphabet) -> list[Finding]:
    """Finds empty texts, symbols outside the alphabet, texts that occur twice, and texts without final punctuation.

    Args:
        utterances: what to look at.
        settings: the thresholds.
        alphabet: the symbols that a model will read.

    Example:
        >>> from pathlib import Path
        >>> texts = ["One.", "two", "ONE.", "€."]
        >>> corpus = [Utterance(id=f"{i}", text=t, wave_path=Path(), raw_text=t) for i, t in enumerate(texts)]
        >>> [(f.id, f.kind) for f in text_findings(corpus, AuditSettings(), Alphabet())]
        [('1', 'no_final_punctuation'), ('2', 'duplicate_text'), ('3', 'empty_text'), ('3', 'unknown_symbol')]
    """
    findings: list[Finding] = []
    first: dict[str, str] = {}
    for utterance in utterances:
        plain = normalize(utterance.text)
        if not any(letter.isalnum() for letter in plain):
            detail = f"{utterance.text!r} has nothing to say" if plain else "no text"
            findings.append(Finding("empty_text", utterance.id, detail, "error"))
        elif plain in first:
            findings.append(Finding("duplicate_text", utterance.id, f"the same as {first[plain]}", "warning"))
        elif plain.rstrip(_CLOSERS)[-1:] not in _FINAL:
            findings.append(Finding("no_final_punctuation", utterance.id, f"ends in {plain[-20:]!r}", "warning"))
        if plain:
            first.setdefault(plain, utterance.id)
        if unknown := alphabet.unknown(utterance.text):
            findings.append(Finding("unknown_symbol", utterance.id, _describe(plain, unknown), "error"))
    return findings


def _describe(plain: str, unknown: Sequence[tuple[int, str]]) -> str:
    """Names the first few symbols with their code points, places, and what is around them."""
    shown = [
        f"{letter!r} (U+{ord(letter):04X}) at character {place + 1} in {plain[max(0, place - 8) : place + 9]!r}"
        for place, letter in unknown[:3]
    ]
    return ", ".join(shown) + (f", and {len(unknown) - 3} more" if len(unknown) > 3 else "")
