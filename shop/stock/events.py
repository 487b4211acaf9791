"""What happens to stock."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class StockReturned(Event):
    """Nothing of the offer was free, and now something is: given back, let go, or newly supplied.

    `is_first`: it is all there ever was of it, so it is new and does not return to anybody.
    """

    offer_id: int
    is_first: bool = False


@dataclass(frozen=True)
class StockGone(Event):
    """Something of the offer was free, and now nothing is: sold, set aside, or taken away."""

    offer_id: int


@dataclass(frozen=True)
class StockLow(Event):
    """So few of a pool are on hand as its seller wanted to be told of."""

    offer_id: int
    pool: str
