"""What a line of a cart amounts to, and which lines travel together. Pure."""

from dataclasses import dataclass, field

from core.errors import Invalid, Refused
from core.i18n import _, ngettext
from forum.members.models import Member
from shop.products.queries import OfferCard
from shop.stock.rules import check_limits

MOST_LINES = 50


class LineRefused(Refused):
    """One line cannot be had so; which, pages show there."""

    def __init__(self, offer_id: int, problem: Refused):
        super().__init__(problem.code, str(problem))
        self.offer_id, self.status = offer_id, problem.status


@dataclass(frozen=True)
class Agreed:
    """Terms that two people agreed on instead of the offer's own. Minor units; `ships` or else is picked up."""

    price: int
    shipping: int
    ships: bool


@dataclass(frozen=True)
class Line:
    """`card` is None when the viewer may no longer see the product: then nothing of it is shown.

    `free` counts what others left and what this member's own checkout holds. Amounts in minor units.
    `agreed` stands for the offer's own price, postage and delivery in a private offer.
    """

    offer_id: int
    quantity: int
    price_seen: int
    card: OfferCard | None
    free: int = 0
    agreed: Agreed | None = None

    @property
    def problem(self) -> str:
        """Why it cannot be bought as it is: gone, closed, sold_out, fewer; or nothing."""
        if self.card is None:
            return "gone"
        if not self.card.is_open:
            return "closed"
        if self.free < self.quantity:
            return "fewer" if self.free else "sold_out"
        return ""

    @property
    def price_changed(self) -> bool:
        return self.card is not None and self.price != self.price_seen

    @property
    def price(self) -> int:
        """Of one unit."""
        if self.agreed is not None:
            return self.agreed.price
        return self.card.price if self.card else 0

    @property
    def goods(self) -> int:
        return self.price * self.quantity if self.card else 0

    @property
    def shipping(self) -> int:
        if self.agreed is not None:
            return self.agreed.shipping
        return self.card.offer.shipping if self.card else 0

    @property
    def can_ship(self) -> bool:
        if self.agreed is not None:
            return self.agreed.ships
        return self.card is not None and self.card.product.ships

    @property
    def can_pick_up(self) -> bool:
        if self.agreed is not None:
            return not self.agreed.ships
        return self.card is not None and self.card.product.picks_up


@dataclass
class Group:
    """Lines that become one order: of one seller, and able to travel together."""

    seller: Member
    currency: str
    only_pick_up: bool
    lines: list[Line] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.seller.id}-p" if self.only_pick_up else str(self.seller.id)

    @property
    def can_ship(self) -> bool:
        return not self.only_pick_up

    @property
    def can_pick_up(self) -> bool:
        return all(line.can_pick_up for line in self.lines)

    @property
    def goods(self) -> int:
        return sum(line.goods for line in self.lines)

    @property
    def shipping(self) -> int:
        """If it is sent; nothing for what is picked up."""
        return 0 if self.only_pick_up else sum(line.shipping for line in self.lines)

    @property
    def total(self) -> int:
        return self.goods + self.shipping


@dataclass(frozen=True)
class Cart:
    """`groups` can be bought, `unavailable` lines cannot, each for a reason that it says."""

    groups: list[Group]
    unavailable: list[Line]

    @property
    def count(self) -> int:
        return sum(len(group.lines) for group in self.groups) + len(self.unavailable)

    @property
    def lines(self) -> list[Line]:
        return [line for group in self.groups for line in group.lines]

    @property
    def totals(self) -> dict[str, int]:
        """By currency; on nearly every site there is one."""
        sums: dict[str, int] = {}
        for group in self.groups:
            sums[group.currency] = sums.get(group.currency, 0) + group.total
        return sums

    @property
    def seen(self) -> str:
        """What the page showed, for the form that buys it: offer, quantity, price and postage of each line."""
        return seen(self.lines)


def seen(lines: list[Line]) -> str:
    parts = sorted((line.offer_id, line.quantity, line.price, line.shipping) for line in lines if line.card)
    return ",".join(":".join(map(str, part)) for part in parts)


def cart_of(lines: list[Line]) -> Cart:
    groups: dict[tuple[int, str, bool], Group] = {}
    for line in lines:
        if line.card is None or line.problem:
            continue
        only_pick_up = not line.can_ship
        key = (line.card.product.seller_id, line.card.currency, only_pick_up)
        groups.setdefault(key, Group(line.card.seller, line.card.currency, only_pick_up)).lines.append(line)
    return Cart(list(groups.values()), [line for line in lines if line.problem])


def check_quantity(card: OfferCard, quantity: int, free: int) -> None:
    """Refused in words before the checkout does it, which has the last word."""
    limit = card.offer.limit_per_member
    if limit is not None and quantity > limit:
        said = ngettext("%(num)s for each member.", "At most %(num)s for each member.", limit)
        raise Invalid("quantity", said, "limit_reached")
    check_limits(card.limits, quantity)
    if free < 1:
        raise Refused("sold_out", _("Sold out."))
    if quantity > free:
        raise Refused("sold_out", ngettext("Only %(num)s is left.", "Only %(num)s are left.", free))
