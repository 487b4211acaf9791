"""Where the money in a wallet came from. Pure rules over the ledger.

Money is spent first in, first out. What is left is therefore the newest that came in, and is found from the end: as far
back as the balance reaches, whatever the wallet's history. Two kinds of movement are not what they seem:

- Money that comes back (a withdrawal that was not paid, what a provider could not send back, a refund of what this
  wallet paid) brings no new source. It is as if it had never gone, so it is no inflow here.
- A top-up or payment that is given back (or taken back by its payer's bank) takes of its own lot, wherever that stands
  in the queue. As only what is left of a lot can be given back, it is as if that part had never come: the lot
  is smaller, and the queue of the rest is as it was.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from shop.ledger.words import address, label, name

OWN = {"top_up": "top-up", "arrival": "payment"}  # what can go back, by kind: its name in references, as in "top-up:3"
RETURNED = ("withdrawal_returned", "sent_back_failed")


@dataclass(frozen=True)
class Inflow:
    """Money from a source; `amount` in minor units, less what was given back of it."""

    id: int
    amount: int
    kind: str
    reference: str
    made_at: datetime

    @property
    def label(self) -> str:
        """What it is called, in the reader's language."""
        return label(self.kind)

    @property
    def name(self) -> str:
        """What its owner knows it by."""
        return name(self.reference)

    @property
    def address(self) -> str | None:
        """The page of what it was for."""
        return address(self.reference)


@dataclass(frozen=True)
class Lot:
    """What is `left` of an inflow."""

    source: Inflow
    left: int

    @property
    def top_up_id(self) -> int | None:
        """The top-up that it is the rest of, if it is one."""
        number = self._own("top_up")
        return int(number) if number.isdigit() else None

    @property
    def payment(self) -> str:
        """The reference of the provider's payment that it is the rest of, or nothing."""
        return self._own("arrival")

    @property
    def goes_back(self) -> bool:
        """To where it came from, in one step."""
        return bool(self.top_up_id or self.payment)

    def _own(self, kind: str) -> str:
        named, _colon, rest = self.source.reference.partition(":")
        return rest if self.source.kind == kind and named == OWN[kind] else ""


@dataclass(frozen=True)
class Lots:
    """The newest first; `rest` is what lies behind the last one, when the history is longer than what was read."""

    rows: list[Lot]
    rest: int


def lots(balance: int, newest_first: Iterable[Inflow]) -> Lots:
    """What `balance` minor units consist of."""
    rows, rest = [], balance
    for source in newest_first:
        if rest <= 0:
            break
        left = min(rest, source.amount)
        if left > 0:
            rows.append(Lot(source, left))
            rest -= left
    return Lots(rows, max(rest, 0))


def taken(balance: int, amount: int, newest_first: Iterable[Inflow]) -> Lots:
    """Which units go out when `amount` of `balance` leaves: the oldest, so all less what stays."""
    before = lots(balance, newest_first)
    stays = lots(balance - amount, [Inflow(**vars(lot.source) | {"amount": lot.left}) for lot in before.rows])
    left = {lot.source.id: lot.left for lot in stays.rows}
    gone = [Lot(lot.source, lot.left - left.get(lot.source.id, 0)) for lot in before.rows]
    return Lots([lot for lot in gone if lot.left], before.rest - stays.rest)
