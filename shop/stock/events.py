"""What happens to stock."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class StockReturned(Event):
    """Nothing of the offer was free, and now something is: given back, let go, or newly supplied."""

    offer_id: int


@dataclass(frozen=True)
class StockLow(Event):
    """So few of a pool are on hand as its seller wanted to be told of."""

    offer_id: int
    pool: str
