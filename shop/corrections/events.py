"""What was corrected."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class CorrectionMade(Event):
    correction_id: int
