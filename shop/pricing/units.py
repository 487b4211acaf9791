"""What each unit of an order line bears, and what some of them are worth. Pure; minor units.

A line's shares are cut once more by the largest remainder, this time into its units. All units weigh the same, so the
first few bear one more than the others, and units that bear the same stand in one row (see models.OrderUnit).
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Protocol, Self

from core.errors import Invalid
from core.i18n import _
from core.money import spread
from shop.pricing.bills import Bill

SHARES = ("discount", "tax", "added", "delivery", "fee")


class Units(Protocol):
    """Like units of a line: a row of OrderUnit, or a Run before it is kept."""

    first: int
    last: int
    price: int
    discount: int
    tax: int
    added: int
    delivery: int
    fee: int


@dataclass
class Run:
    first: int
    last: int
    price: int
    discount: int
    tax: int
    added: int
    delivery: int
    fee: int


@dataclass(frozen=True)
class Worth:
    """Of some units together."""

    price: int = 0
    discount: int = 0
    tax: int = 0
    added: int = 0
    delivery: int = 0
    fee: int = 0

    @property
    def goods(self) -> int:
        """Paid for the goods alone: what a return gives back when the delivery is not refunded."""
        return self.price - self.discount + self.added

    @property
    def paid(self) -> int:
        return self.goods + self.delivery

    def plus(self, units: Units, count: int) -> Self:
        sums = {name.name: getattr(self, name.name) + count * getattr(units, name.name) for name in fields(self)}
        return type(self)(**sums)


def runs(quantity: int, price: int, wholes: dict[str, int]) -> list[Run]:
    """The units of one line; `wholes` holds the line's discount, tax, added, delivery and fee."""
    starts = {0, quantity} | {wholes[name] % quantity for name in SHARES}
    edges = sorted(starts)
    made = []
    for start, end in itertools.pairwise(edges):
        each = {name: wholes[name] // quantity + (start < wholes[name] % quantity) for name in SHARES}
        made.append(Run(start + 1, end, price, **each))
    return made


def runs_of(bill: Bill, fee: int) -> list[list[Run]]:
    """For each line of the bill its units; `fee` is the site's on the whole order."""
    fees = spread(fee, [part.goods + part.delivery for part in bill.parts])
    return [
        runs(
            part.line.quantity,
            part.line.price,
            {
                "discount": part.discount,
                "tax": part.tax,
                "added": part.added,
                "delivery": part.delivery,
                "fee": one_fee,
            },
        )
        for part, one_fee in zip(bill.parts, fees, strict=True)
    ]


def worth(found: Sequence[Units], units: Iterable[int]) -> Worth:
    """What these units, counted from 1 and each at most once, are worth. Invalid `units` for one that is not there."""
    wanted = sorted(units)
    if len(set(wanted)) != len(wanted):
        raise _no_such_unit()
    total, met = Worth(), 0
    for run in found:
        count = sum(run.first <= unit <= run.last for unit in wanted)
        total, met = total.plus(run, count), met + count
    if met != len(wanted):
        raise _no_such_unit()
    return total


def _no_such_unit() -> Invalid:
    return Invalid("units", _("There are not so many of this in the order."), "no_such_unit")
