"""An offer as pages show it. No statement is sent from here."""

from dataclasses import dataclass, field

from core.clock import now
from forum.members.models import Member
from shop.products.models import Offer, Product
from shop.products.rules import PERIOD
from shop.stock.rules import Terms as Limit

LOW = 3  # from here on the number left is pointed out


@dataclass(frozen=True)
class OfferCard:
    """An offer with all that a page shows of it: `free` units can be bought now.

    `is_whole`: it stands for all variants of its product; the price is then the lowest, `free` the sum.
    """

    product: Product
    offer: Offer
    seller: Member
    free: int
    is_whole: bool = False
    own_limits: list[Limit] = field(default_factory=list)

    @property
    def id(self) -> int:
        return self.offer.id

    @property
    def price(self) -> int:
        return self.offer.price

    @property
    def currency(self) -> str:
        return self.offer.currency

    @property
    def title(self) -> str:
        """“Shirt · L · red”; the whole product without the variant."""
        return self.product.title if self.is_whole else self.offer.title_of(self.product)

    @property
    def is_from(self) -> bool:
        """Whether some of what it stands for costs more."""
        return self.is_whole and self.product.varies

    @property
    def was(self) -> int | None:
        """The lowest price of the 30 days before it was cut, as long as that is news."""
        offer = self.offer
        return offer.lowest_before if offer.cut_at is not None and offer.cut_at > now() - PERIOD else None

    @property
    def picture_key(self) -> str | None:
        return (None if self.is_whole else self.offer.picture_key) or self.product.picture_key

    @property
    def address(self) -> str:
        """With the variant in it, where one is meant."""
        here = self.product.address
        return here if self.is_whole or not self.offer.variant else f"{here}?v={self.offer.id}"

    @property
    def is_open(self) -> bool:
        return self.product.is_open and self.offer.removed_at is None and not self.seller.is_suspended

    @property
    def is_buyable(self) -> bool:
        return self.is_open and self.free > 0

    @property
    def is_low(self) -> bool:
        return self.is_buyable and self.free <= LOW

    @property
    def most(self) -> int:
        """How many one member may ask for at once."""
        limits = [limit.most for limit in self.limits]
        return max(1, min(self.free, self.offer.limit_per_member or self.free, *limits))

    @property
    def limits(self) -> list[Limit]:
        """What its seller set in the stockroom, by member, address and period; of variants each has its own."""
        return [] if self.is_whole and self.offer.variant else self.own_limits
