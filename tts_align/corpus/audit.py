"""A check of a corpus before any training: what would spoil it, and where."""

import dataclasses
import functools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tts_align.corpus.audit_sound import SoundFacts, measure_sound, sound_findings
from tts_align.corpus.audit_text import text_findings
from tts_align.corpus.audit_types import AuditSettings, Finding
from tts_align.corpus.manifest import Utterance
from tts_align.corpus.parallel import map_in_processes
from tts_align.progress import progress
from tts_align.text import Alphabet

_LEAST_FOR_OUTLIERS = 8  # utterances; fewer say nothing about what is usual
_LEAST_SCALE = 0.05  # of the log speaking rate: a voice that is steadier than this is no reason to complain


@dataclass(frozen=True)
class AuditReport:
    """What the audit found, in the order of the corpus.

    Args:
        n_utterances: how many were looked at.
        n_readable: how many of them have sound that can be read.
        seconds: the length of all readable sound.
        shortest_seconds: of one file; 0 when none is readable.
        longest_seconds: of one file; 0 when none is readable.
        characters_per_second: median speaking rate, without head and tail silence; None when there is none.
        findings: everything that was found.
    """

    n_utterances: int
    n_readable: int
    seconds: float
    shortest_seconds: float
    longest_seconds: float
    characters_per_second: float | None
    findings: tuple[Finding, ...]

    @property
    def n_errors(self) -> int:
        """Findings that have to be mended before training."""
        return sum(finding.severity == "error" for finding in self.findings)

    @property
    def n_warnings(self) -> int:
        """Findings to look at."""
        return len(self.findings) - self.n_errors

    @property
    def by_kind(self) -> dict[str, list[Finding]]:
        """Findings by kind; kinds with errors first, then the most frequent first."""
        kinds: dict[str, list[Finding]] = {}
        for finding in self.findings:
            kinds.setdefault(finding.kind, []).append(finding)
        has_error = {kind: any(f.severity == "error" for f in found) for kind, found in kinds.items()}
        return dict(sorted(kinds.items(), key=lambda item: (not has_error[item[0]], -len(item[1]), item[0])))

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values, for JSON."""
        values = {"version": 1} | {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        counts = Counter(finding.kind for finding in self.findings)
        return values | {
            "n_errors": self.n_errors,
            "n_warnings": self.n_warnings,
            "counts": dict(sorted(counts.items())),
            "findings": [dataclasses.asdict(finding) for finding in self.findings],
        }


def audit(
    utterances: Sequence[Utterance],
    settings: AuditSettings | None = None,
    alphabet: Alphabet | None = None,
    *,
    workers: int | None = None,
) -> AuditReport:
    """Looks at every sound file and text of a corpus and changes nothing.

    Args:
        utterances: what to look at.
        settings: the thresholds; None for the defaults.
        alphabet: the symbols that a model will read; None for the default alphabet.
        workers: processes; None chooses.

    Returns:
        The report; a file that is missing or broken is a finding, not an exception.

    Reference: Definition: this project.

    Example:
        >>> from pathlib import Path
        >>> lost = Utterance(id="A1", text="Hello there.", wave_path=Path("nowhere.wav"), raw_text="")
        >>> [(f.kind, f.severity) for f in audit([lost]).findings]
        [('missing_file', 'error')]
    """
    settings, alphabet = settings or AuditSettings(), alphabet or Alphabet()
    facts = _measure(utterances, settings, workers)
    found = text_findings(utterances, settings, alphabet)
    found += [f for u, fact in zip(utterances, facts, strict=True) for f in sound_findings(u, fact, settings)]
    rates = {u.id: len(u.text) / f.sound_seconds for u, f in zip(utterances, facts, strict=True) if f.sound_seconds > 0}
    found += _rate_findings(utterances, rates, settings)
    place = {utterance.id: index for index, utterance in enumerate(utterances)}
    lengths = [fact.seconds for fact in facts if fact.problem is None]
    return AuditReport(
        n_utterances=len(utterances),
        n_readable=len(lengths),
        seconds=float(sum(lengths)),
        shortest_seconds=min(lengths, default=0.0),
        longest_seconds=max(lengths, default=0.0),
        characters_per_second=float(np.median(list(rates.values()))) if rates else None,
        findings=tuple(sorted(found, key=lambda finding: (place[finding.id], finding.kind))),
    )


def _measure(utterances: Sequence[Utterance], settings: AuditSettings, workers: int | None) -> list[SoundFacts]:
    facts: dict[int, SoundFacts] = {}
    work = functools.partial(measure_sound, silence_db=settings.silence_db)
    with progress("Checking", len(utterances), unit="utterance") as advance:
        for index, fact in map_in_processes(work, [utterance.wave_path for utterance in utterances], workers):
            facts[index] = fact
            advance()
    return [facts[index] for index in range(len(utterances))]


def _rate_findings(utterances: Sequence[Utterance], rates: dict[str, float], settings: AuditSettings) -> list[Finding]:
    """Speaking rates that cannot be, and rates far from what is usual here.

    Formula: |log(rate) - median| / (1.4826 MAD) > limit, over texts that are long enough to have a steady rate.
    """
    steady = [u.id for u in utterances if u.id in rates and len(u.text) >= settings.steady_characters]
    logs = np.log([rates[utterance_id] for utterance_id in steady])
    centre, scale = 0.0, np.inf
    if len(steady) >= _LEAST_FOR_OUTLIERS:
        centre = float(np.median(logs))
        scale = max(_LEAST_SCALE, 1.4826 * float(np.median(np.abs(logs - centre))))
    unusual = {u for u, log in zip(steady, logs, strict=True) if abs(log - centre) > settings.rate_deviations * scale}
    findings = []
    for utterance in utterances:
        rate = rates.get(utterance.id)
        if rate is None or not utterance.text:
            continue
        said = f"{rate:.1f} characters per second"
        if not settings.min_rate <= rate <= settings.max_rate:
            detail = f"{said}, outside {settings.min_rate:g} to {settings.max_rate:g}: is it the right text?"
            findings.append(Finding("speaking_rate", utterance.id, detail, "error"))
        elif utterance.id in unusual:
            detail = f"{said}, usual here is {np.exp(centre):.1f}: is all of the text spoken, and nothing else?"
            findings.append(Finding("speaking_rate", utterance.id, detail, "warning"))
    return findings
