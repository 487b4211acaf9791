"""How the numbers of proof are made. The public page and docs/trust.md say the same in words. Pure.

No number can be bought: nothing here knows a price, a fee or a promotion.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

NEWEST_ANSWERS = 100
FEWEST_ANSWERS = 5  # before that an answer time says nothing
FEWEST_UNITS = 10  # before that a return rate says nothing


@dataclass(frozen=True)
class Proof:
    """Sums as they are stored; the shares are made here, so that every page shows the same."""

    units: int = 0
    returned: int = 0
    reviews: int = 0
    stars: int = 0
    disputes: int = 0
    lost: int = 0
    partners: int = 0
    answers: int = 0
    answer_seconds: int | None = None

    @property
    def average(self) -> float | None:
        return self.stars / self.reviews if self.reviews else None

    @property
    def return_percent(self) -> float | None:
        return 100 * self.returned / self.units if self.units >= FEWEST_UNITS else None

    @property
    def answer_time(self) -> int | None:
        """In seconds."""
        return self.answer_seconds if self.answers >= FEWEST_ANSWERS else None


def median_of(seconds: Sequence[int]) -> int | None:
    return round(median(seconds)) if seconds else None
