"""The words of the audit: a finding, and the thresholds that make one."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with one utterance.

    Args:
        kind: what it is, one of the words in the documentation of `tts-align check`.
        id: the utterance.
        detail: what was found, for a person.
        severity: an error has to be mended, a warning is worth a look.
    """

    kind: str
    id: str
    detail: str
    severity: Literal["error", "warning"]


class AuditSettings(BaseModel):
    """Thresholds of the audit; the defaults suit one reading voice with a clip per sentence.

    Example:
        >>> AuditSettings(max_seconds=12).max_seconds
        12.0
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sample_rate: int = Field(default=22050, gt=0, description="what the model will be trained at")
    min_seconds: float = Field(default=0.4, ge=0, description="shorter clips hold no sentence")
    max_seconds: float = Field(default=16.0, gt=0, description="longer clips make attention fail and memory run out")
    silence_db: float = Field(default=45.0, gt=0, description="this far below the loudest 20 ms is silence")
    max_silence_seconds: float = Field(default=0.5, ge=0, description="of silence at the head, and at the tail")
    clipped_run: int = Field(default=5, ge=2, description="samples in a row at the peak that count as clipping")
    min_rate: float = Field(default=2.5, gt=0, description="characters per second; slower cannot be the text")
    max_rate: float = Field(default=40.0, gt=0, description="characters per second; faster cannot be the text")
    rate_deviations: float = Field(default=5.0, gt=0, description="robust standard deviations of the log speaking rate")
    steady_characters: int = Field(default=20, ge=1, description="shorter texts are not compared with the usual rate")
